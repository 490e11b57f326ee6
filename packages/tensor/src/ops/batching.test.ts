import { expect, it } from 'vitest';
import { fromHostArray } from '../create.js';
import { vmap } from '../transforms/vmap.js';
import type { Tensor } from '../tensor.js';
import { bufferOf, elementsOf } from '../values.fixture.js';
import { applyCase, buildOperands, primitiveCases } from './primitive-cases.fixture.js';
import { primitiveNames } from './registry.js';
import { stack } from './shape.js';

/** Another value of the same type, as valid as the first (indices stay in range, positive stays positive). */
function reversed(x: Tensor): Tensor {
  return fromHostArray(bufferOf(x).slice().reverse(), x.shape, x.dtype);
}

/** Non-empty subsets of 0..count-1. */
function subsets(count: number): number[][] {
  const all = Array.from({ length: 2 ** count }, (_, bits) => [...Array(count).keys()].filter((i) => (bits >> i) & 1));
  return all.filter((subset) => subset.length > 0);
}

const withOperands = primitiveNames.filter((name) => primitiveCases[name].some((one) => one.operands.length > 0));

it.each(withOperands)(
  'vmap of %s is the primitive applied to each example, for every choice of batched operands',
  (name) => {
    const problems: string[] = [];
    for (const one of primitiveCases[name]) {
      const first = buildOperands(one);
      const second = first.map(reversed);
      for (const subset of subsets(first.length)) {
        const operands = first.map((x, i) => (subset.includes(i) ? stack([x, second[i]!]) : x));
        const inAxes = first.map((_, i) => (subset.includes(i) ? 0 : null));
        const apply = (...inner: Tensor[]): readonly Tensor[] => applyCase(name, one, inner);
        const batched = vmap(apply, { inAxes })(...operands);
        const examples = [first, first.map((x, i) => (subset.includes(i) ? second[i]! : x))];
        const results = examples.map((example) => apply(...example));
        one.expected.forEach(({ dtype, shape, values: { length } }, k) => {
          const all = batched[k]!;
          expect([all.dtype, all.shape], one.name).toEqual([dtype, [2, ...shape]]);
          const data = bufferOf(all);
          results.forEach((result, i) => {
            const expected = bufferOf(result[k]!);
            const part = data.subarray(i * length, (i + 1) * length);
            const difference = elementsOf(part).findIndex((value, at) => !Object.is(value, expected[at]));
            if (difference < 0) return;
            const got = `${part[difference]} instead of ${expected[difference]}`;
            problems.push(
              `${one.name}, batched ${String(subset)}, example ${i}, result ${k}, element ${difference}: ${got}`,
            );
          });
        });
      }
    }
    expect(problems).toEqual([]);
  },
);
