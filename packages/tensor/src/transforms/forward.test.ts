import { expect, it, vi } from 'vitest';
import { isFloat } from '../dtypes.js';
import { bind } from '../graph/bind.js';
import { buildOperands, primitiveCases } from '../ops/primitive-cases.fixture.js';
import { primitiveNames, primitives } from '../ops/registry.js';
import type { Tensor } from '../tensor.js';
import { numbersOf, pattern } from '../values.fixture.js';
import { jvp } from './jvp.js';
import { vjp } from './vjp.js';

vi.setConfig({ testTimeout: 60_000 });

const differentiable = primitiveNames.filter((name) => typeof primitives[name].vjp === 'function');

function inner(pairs: readonly (readonly [Tensor | null, Tensor | null])[]): { sum: number; size: number } {
  let [sum, size] = [0, 0];
  for (const [a, b] of pairs) {
    if (a === null || b === null) continue;
    const [x, y] = [numbersOf(a), numbersOf(b)];
    for (let i = 0; i < x.length; i++) {
      sum += x[i]! * y[i]!;
      size += Math.abs(x[i]! * y[i]!);
    }
  }
  return { sum, size };
}

it.each(differentiable)('⟨u, J·v⟩ = ⟨Jᵀ·u, v⟩ for %s', (name) => {
  const cases = primitiveCases[name].filter((one) => one.smooth && one.operands.some(({ dtype }) => isFloat(dtype)));
  for (const one of cases) {
    const operands = buildOperands(one).map((x) => (isFloat(x.dtype) ? x.cast('float64') : x));
    const f = (...xs: Tensor[]): Tensor[] => [...bind(primitives[name], xs, one.attributes)];
    const positions = [...operands.keys()].filter((i) => isFloat(operands[i]!.dtype));
    const g = (...xs: Tensor[]): Tensor[] =>
      f(...operands.map((x, i) => (positions.includes(i) ? xs[positions.indexOf(i)]! : x)));
    const primals = positions.map((i) => operands[i]!);
    const v = primals.map((x, i) => pattern(x.shape, i + 2));
    const [value, change] = jvp(g, primals, v);
    const u = value.map((y, i) => (isFloat(y.dtype) ? pattern(y.shape, i + 9) : null));
    const [same, pullback] = vjp(g, ...primals);
    const gradients = pullback(u);
    const left = inner(u.map((x, i) => [x, change[i]!]));
    const right = inner(gradients.map((x, i) => [x, v[i]!]));
    expect(same.map((y) => (y.dtype === 'key' ? [] : numbersOf(y)))).toEqual(
      value.map((y) => (y.dtype === 'key' ? [] : numbersOf(y))),
    );
    expect(Math.abs(left.sum - right.sum), one.name).toBeLessThanOrEqual(
      1e-11 * Math.max(left.size, right.size, 1e-300),
    );
  }
});
