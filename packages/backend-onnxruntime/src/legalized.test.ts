import * as t from '@tesserajs/tensor';
import { evaluate, referenceBackend, withBackend, type DType, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { from } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });

/** Numbers at the ends of a dtype and between them, 3 rows of 4. */
function ends(dtype: DType): Tensor {
  const bits = BigInt(/\d+/.exec(dtype)![0]);
  const signed = dtype.startsWith('int');
  const [low, high] = signed ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
  const middle = high / 2n;
  const all = [low, high, 1n, 0n, high - 1n, low + 1n, middle, middle + 1n, 7n, high, low + 3n, 5n];
  return from(dtype, [3, 4], all.map(String));
}

/** Words of random bits, some of which agree in their upper or lower half. */
function words(dtype: DType): Tensor {
  const halves = [3n, 2n ** 32n - 1n, 2n ** 31n, 1n, 2n ** 31n - 1n];
  const bits = Number(/\d+/.exec(dtype)![0]);
  const wrap = dtype.startsWith('u') ? BigInt.asUintN : BigInt.asIntN;
  const all = halves.flatMap((high) => halves.map((low) => String(wrap(bits, (high << 32n) | low))));
  return from(dtype, [5, 5], all);
}

const distances = (x: Tensor): Tensor => from(x.dtype, [x.shape[1]!], [0, 1, 7, 64, 31].slice(0, x.shape[1]));

const integers: readonly DType[] = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'];

const computations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'sums of rows': (x) => x.sum(1),
  'sums of columns': (x) => x.sum(0),
  'the sum of all': (x) => x.sum(),
  'products of rows': (x) => x.prod(1),
  'products of columns': (x) => x.prod(0, { keepDims: true }),
  'the product of all odd numbers': (x) => t.bitwiseOr(x, 1).prod(),
  'running sums': (x) => x.cumSum(1),
  'largest of rows': (x) => x.max(1),
  'smallest of columns': (x) => x.min(0),
  'places of the largest': (x) => x.argmax(1),
  'places of the smallest': (x) => x.argmin(0),
  'an order': (x) => t.argsort(x, 1),
  'an order along the first axis, the largest first': (x) => t.argsort(x, 0, { descending: true }),
  'shifts to the left': (x) => t.shiftLeft(x, distances(x)),
  'shifts to the right': (x) => t.shiftRight(x, distances(x)),
  'a square': (x) => x.mul(x).sub(x),
  'a matrix product': (x) => x.matmul(x.transpose()),
  selection: (x) => t.where(x.greater(x.slice([0, 1])), x, x.slice([1, 2])),
  'the larger': (x) => t.maximum(x, x.slice([1, 2])),
  'a larger box': (x) =>
    t.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  'sums at indices': (x) => t.segmentSum(x, from('int32', [x.shape[0]!], [1, 0, 1, 1, 0].slice(0, x.shape[0])), 2),
};

it.each(Object.entries(computations))('%s of every integer dtype are those of reference, natively', async (_, f) => {
  for (const dtype of integers) {
    const backend = recording(onnx);
    for (const draw of [ends, words]) {
      const [actual, expected] = [f(draw(dtype)), f(draw(dtype))];
      await withBackend(backend, () => evaluate(actual));
      await withBackend(referenceBackend, () => evaluate(expected));
      expect(await actual.data(), dtype).toEqual(await expected.data());
    }
    expect([...backend.refused], dtype).toEqual([]);
    backend.dispose();
  }
});

it.each(['float16', 'bfloat16'] as const)('rounds %s after each operation', async (dtype) => {
  const x = from(dtype, [4], [1, 1.5, 3, 7]);
  const f = (y: Tensor): Tensor => y.div(3).mul(3).sub(y).add(y.mul(0.1));
  const [actual, expected] = [f(x), f(x)];
  const backend = recording(onnx);
  await withBackend(backend, () => evaluate(actual));
  await withBackend(referenceBackend, () => evaluate(expected));
  expect(await actual.data()).toEqual(await expected.data());
  expect([...backend.refused]).toEqual([]);
  backend.dispose();
});

it('orders NaN of float64 behind Infinity, and keeps equal numbers in order', async () => {
  const x = from('float64', [9], [3, NaN, Infinity, 1, NaN, -Infinity, Infinity, 1, 0]);
  for (const descending of [false, true]) {
    const order = t.argsort(x, 0, { descending });
    const expected = t.argsort(x, 0, { descending });
    await withBackend(onnx, () => evaluate(order));
    await withBackend(referenceBackend, () => evaluate(expected));
    expect(await order.data()).toEqual(await expected.data());
  }
});
