import { expect, it } from 'vitest';
import { compile, grad, jvp, stopGradient, vmap, type Tensor } from '../index.js';
import { float64, numbersOf, shown } from '../values.fixture.js';

const x = float64([1, 2, 3]);

it('gives the same values, in trees too', () => {
  expect(shown(stopGradient({ a: x, b: [x.mul(2)] }))).toEqual(['float64 [3] 1 2 3', 'float64 [3] 2 4 6']);
  expect(numbersOf(compile((v: Tensor) => stopGradient(v))(x))).toEqual([1, 2, 3]);
  expect(numbersOf(compile((v: Tensor) => stopGradient(v.mul(2)).add(v))(x))).toEqual([3, 6, 9]);
});

it('is a constant of every derivative', () => {
  const f = (v: Tensor): Tensor => v.mul(stopGradient(v)).sum();
  expect(numbersOf(grad(f)(x))).toEqual([1, 2, 3]);
  expect(numbersOf(compile(grad(f))(x))).toEqual([1, 2, 3]);
  expect(numbersOf(jvp(f, [x], [float64([1, 0, 0])])[1])).toEqual([1]);
  expect(numbersOf(grad((v: Tensor) => grad(f)(v).sum())(x))).toEqual([0, 0, 0]);
  expect(numbersOf(vmap(grad((v: Tensor) => v.mul(stopGradient(v))))(x))).toEqual([1, 2, 3]);
});
