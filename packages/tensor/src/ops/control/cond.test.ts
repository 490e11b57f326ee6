import { expect, it } from 'vitest';
import { tensor } from '../../create.js';
import { compile } from '../../transforms/compile.js';
import { grad } from '../../transforms/grad.js';
import { jvp } from '../../transforms/jvp.js';
import { vmap } from '../../transforms/vmap.js';
import type { Tensor } from '../../tensor.js';
import { float64, numbersOf } from '../../values.fixture.js';
import { cond } from './cond.js';
import { whileLoop } from './while.js';

const f = (x: Tensor, a: Tensor): Tensor =>
  cond(
    x.greater(0),
    (v: Tensor) => v.square().mul(a),
    (v: Tensor) => v.mul(3),
    x,
  );

it('runs the branch that the predicate chooses', () => {
  for (const run of [f, compile(f)]) {
    expect(numbersOf(run(tensor(2), tensor(5)))).toEqual([20]);
    expect(numbersOf(run(tensor(-2), tensor(5)))).toEqual([-6]);
  }
  expect(
    numbersOf(
      cond(
        true,
        () => tensor(1),
        () => tensor(2),
      ),
    ),
  ).toEqual([1]);
});

it('does not run the other branch', () => {
  const forever = (x: Tensor): Tensor =>
    whileLoop(
      () => tensor(true),
      (y) => y,
      x,
    );
  expect(numbersOf(cond(tensor(1).greater(0), (x: Tensor) => x.add(1), forever, tensor(1)))).toEqual([2]);
});

it('has zero gradients for what only the other branch uses', () => {
  const at = (x: number): number[] =>
    (grad(f, { argnums: [0, 1] })(float64([x], []), float64([5], [])) as Tensor[]).flatMap(numbersOf);
  expect(at(2)).toEqual([20, 4]);
  expect(at(-2)).toEqual([3, 0]);
});

it('has forward derivatives', () => {
  const at = (x: number): number[] =>
    jvp(f, [float64([x], []), float64([5], [])], [float64([1], []), float64([10], [])]).flatMap(numbersOf);
  expect(at(2)).toEqual([20, 20 + 40]);
  expect(at(-2)).toEqual([-6, 3]);
});

it('chooses per example under vmap, with gradients', () => {
  const xs = float64([2, -2, 1]);
  expect(numbersOf(vmap(f, { inAxes: [0, null] })(xs, float64([5], [])))).toEqual([20, -6, 5]);
  const slopes = vmap(grad(f, { argnums: [0, 1] }), { inAxes: [0, null] })(xs, float64([5], [])) as Tensor[];
  expect(slopes.map(numbersOf)).toEqual([
    [20, 3, 10],
    [4, 0, 1],
  ]);
});

it('gives numbers the dtype of the other branch', () => {
  const wide = (): Tensor => float64([2], []).sum();
  expect(cond<[], Tensor | number>(tensor(1).less(2), () => 1, wide).dtype).toBe('float64');
  expect(
    cond(
      tensor(1).less(2),
      () => 1,
      () => 2,
    ).dtype,
  ).toBe('float32');
});

it('names both results when branches differ', () => {
  const p = tensor(1).less(2);
  const x = tensor([1, 2]);
  expect(() =>
    cond(
      p,
      () => ({ a: x }),
      () => ({ b: x }) as never,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: cond: onTrue gives { a: float32 [2] }, onFalse { b: float32 [2] }; both branches must return the same structure]`,
  );
  expect(() =>
    cond(
      p,
      () => x,
      () => x.sum(),
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: cond: onTrue gives float32 [2], onFalse float32 []; both branches must return equal shapes]`,
  );
  expect(() =>
    cond(
      p,
      () => x,
      () => x.cast('int32'),
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: cond: onTrue gives float32 [2], onFalse int32 [2]; both branches must return equal dtypes]`,
  );
  expect(() =>
    cond(
      x.less(2),
      () => x,
      () => x,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: cond: the predicate is bool [2]; it must be a bool scalar: compare, e.g. x.sum().greater(0); to choose per element use where]`,
  );
});
