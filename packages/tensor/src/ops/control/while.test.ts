import { expect, it } from 'vitest';
import { fromHostArray, tensor } from '../../create.js';
import { compile } from '../../transforms/compile.js';
import { grad } from '../../transforms/grad.js';
import { jvp } from '../../transforms/jvp.js';
import { vmap } from '../../transforms/vmap.js';
import type { Tensor } from '../../tensor.js';
import { float64, numbersOf } from '../../values.fixture.js';
import { foriLoop } from './loops.js';
import { whileLoop } from './while.js';

/** x·2^k, the first above `limit`, and k. */
const grow = (x: Tensor, limit: Tensor): readonly [Tensor, Tensor] =>
  whileLoop(
    ([v]) => v.less(limit),
    ([v, k]) => [v.mul(2), k.add(1)],
    [x, fromHostArray(Int32Array.of(0), [], 'int32')] as const,
  );

it('repeats while the condition holds', () => {
  for (const run of [grow, compile(grow)]) {
    const [v, k] = run(tensor(3), tensor(40));
    expect([numbersOf(v), numbersOf(k)]).toEqual([[48], [4]]);
    expect(numbersOf(run(tensor(50), tensor(40))[0])).toEqual([50]);
  }
});

it('keeps finished examples as they are under vmap', () => {
  const [v, k] = vmap(grow, { inAxes: [0, null] })(tensor([3, 50, 10, 39]), tensor(40));
  expect([numbersOf(v), numbersOf(k)]).toEqual([
    [48, 50, 40, 78],
    [4, 0, 2, 1],
  ]);
  const [w] = vmap(grow, { inAxes: [null, 0] })(tensor(3), tensor([40, 2, 7]));
  expect(numbersOf(w)).toEqual([48, 3, 12]);
});

it('batches a loop that all examples leave together without masks', () => {
  const f = (x: Tensor): Tensor =>
    whileLoop(
      ([i]) => i.less(3),
      ([i, v]) => [i.add(1), v.mul(x)] as const,
      [fromHostArray(Int32Array.of(0), [], 'int32'), x] as const,
    )[1];
  expect(numbersOf(vmap(f)(tensor([1, 2, 3])))).toEqual([1, 16, 81]);
});

it('has forward derivatives, and refuses reverse ones', () => {
  const f = (x: Tensor): Tensor => grow(x, float64([40], []))[0];
  expect(jvp(f, [float64([3], [])], [float64([1], [])]).flatMap(numbersOf)).toEqual([48, 16]);
  expect(() => grad(f)(float64([3], []))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: grad: a gradient of float64 [] is asked for through a loop whose number of steps is unknown (whileLoop, or foriLoop with a tensor as a bound); use scan, or foriLoop with JavaScript numbers as bounds, or forward mode]`,
  );
  // What does not depend on the argument needs no gradient.
  const g = (x: Tensor): Tensor => x.square().mul(grow(float64([3], []), float64([40], []))[0]);
  expect(numbersOf(grad(g)(float64([3], [])))).toEqual([288]);
});

it('runs to a bound that is a tensor, or a number of a compiled function', () => {
  const power = (n: Tensor | number): Tensor => foriLoop(0, n, (_, x) => x.mul(2), 1);
  expect(numbersOf(power(fromHostArray(Int32Array.of(5), [], 'int32')))).toEqual([32]);
  const compiled = compile(power);
  expect([numbersOf(compiled(3)), numbersOf(compiled(7)), compiled.traces]).toEqual([[8], [128], 1]);
});

it('refuses what is no condition, and states that change', () => {
  const x = tensor([1, 2]);
  expect(() =>
    whileLoop(
      (v) => v.less(3),
      (v) => v,
      x,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: whileLoop: the condition gives bool [2]; it must give a bool scalar: compare, e.g. i.less(10)]`,
  );
  expect(() =>
    whileLoop(
      () => tensor(true),
      (v) => v.sum(),
      x,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: whileLoop: the carry starts as float32 [2] and is float32 [] after a step; shapes must stay: give init the shape that the body returns]`,
  );
  expect(() => foriLoop(0, 2.5, (_, v) => v, x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: foriLoop: upper 2.5 is not accepted; use a whole number of 32 bits]`,
  );
  expect(() => foriLoop(0, tensor(3), (_, v) => v, x)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: foriLoop: upper is float32 []; it must be a number or an int32 scalar]`,
  );
});
