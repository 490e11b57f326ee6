import { isFloat } from '@tesserajs/tensor';
import { Generator } from './generator.js';
import { readTemplates, type Template } from './programs/templates.js';
import type { Value } from './values.js';

/** What hardware and libraries treat differently, if anything. */
const special: readonly number[] = [NaN, Infinity, -Infinity, 0, -0];

/** The value with special numbers in some places. */
function spoil(value: Value, random: Generator): Value {
  if (!isFloat(value.dtype)) return value;
  return { ...value, values: value.values.map((x) => (random.chance(0.3) ? random.pick(special) : x)) };
}

/** Applications of primitives to float operands of which some elements are NaN, infinite or zero. */
export function nonFiniteCases(dtype: 'float32' | 'float64', variants: number): Template[] {
  const cases: Template[] = [];
  for (const template of [...readTemplates().values()].flat()) {
    if (template.dtype !== dtype || !template.operands.some((x) => isFloat(x.dtype))) continue;
    // Where a product overflows depends on how wide the sums are.
    if (template.operands.some(({ values }) => values.some((x) => Math.abs(Number(x)) > 1e9))) continue;
    for (let seed = 1; seed <= variants; seed++) {
      const random = new Generator(seed + cases.length * 31);
      cases.push({ ...template, operands: template.operands.map((x) => spoil(x, random)) });
    }
  }
  return cases;
}
