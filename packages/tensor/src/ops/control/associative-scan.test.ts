import { expect, it } from 'vitest';
import { tensor } from '../../create.js';
import { primitives } from '../registry.js';
import { traceGraph } from '../../transforms/trace-graph.js';
import type { Tensor } from '../../tensor.js';
import { float64, numbersOf, pattern, relativeDifference } from '../../values.fixture.js';
import { checkGradients } from '../finite-differences.fixture.js';
import { associativeScan } from './associative-scan.js';
import { scan } from './scan.js';

const sums = (a: Tensor, b: Tensor): Tensor => a.add(b);

it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 31])('gives prefix sums of %i elements', (length) => {
  const values = Array.from({ length }, (_, i) => i * i - 3);
  const x = float64(values);
  const prefix = values.map((_, k) => values.slice(0, k + 1).reduce((a, b) => a + b));
  const suffix = values.map((_, k) => values.slice(k).reduce((a, b) => a + b));
  expect(numbersOf(associativeScan(sums, x))).toEqual(prefix);
  expect(numbersOf(associativeScan(sums, x, { reverse: true }))).toEqual(suffix);
});

/** h[k] = a[k]·h[k − 1] + b[k], as a combination of pairs: not commutative. */
const linear = (x: { a: Tensor; b: Tensor }, y: { a: Tensor; b: Tensor }): { a: Tensor; b: Tensor } => ({
  a: x.a.mul(y.a),
  b: x.b.mul(y.a).add(y.b),
});

it.each([false, true])('combines in order, trees and other axes included (reverse = %s)', (reverse) => {
  const [a, b] = [pattern([3, 6], 1), pattern([3, 6], 2)];
  const { b: got } = associativeScan(linear, { a, b }, { axis: -1, reverse });
  const [, expected] = scan(
    (h, x: Tensor) => {
      const next = x
        .slice([0, 1])
        .squeeze([0])
        .mul(h)
        .add(x.slice([1, 2]).squeeze([0]));
      return [next, next];
    },
    float64([0, 0, 0]),
    // [step, coefficient, row]
    a
      .transpose()
      .expandDims(1)
      .broadcastTo([6, 2, 3])
      .mul(float64([1, 0], [2, 1]))
      .add(
        b
          .transpose()
          .expandDims(1)
          .broadcastTo([6, 2, 3])
          .mul(float64([0, 1], [2, 1])),
      ),
    { reverse },
  );
  expect(relativeDifference(got, expected.transpose())).toBeLessThan(1e-14);
  expect(checkGradients((a, b) => associativeScan(linear, { a: a!, b: b! }, { axis: 1, reverse }).b, [a, b])).toBe(
    null,
  );
});

it('takes a number of rounds that grows with the logarithm of the length', () => {
  const rounds = (length: number): number =>
    traceGraph((x: Tensor) => associativeScan(sums, x), tensor(new Float32Array(length))).graph.nodes.filter(
      ({ primitive }) => primitive === primitives.add,
    ).length;
  expect([rounds(8), rounds(1024)]).toEqual([5, 19]);
});

it('refuses what does not fit', () => {
  expect(() => associativeScan(sums, null as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: associativeScan: xs has no tensors; give one or more]`,
  );
  expect(() => associativeScan((a: Tensor) => a.sum(), tensor([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: associativeScan: f takes float32 [1] and gives float32 []; it must keep structure, shapes and dtypes]`,
  );
  const two = [tensor([1, 2]), tensor([1, 2, 3])];
  expect(() => associativeScan((a) => a, two)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: associativeScan: [2] and [3] have 2 and 3 elements along axis 0; all must have as many]`,
  );
});
