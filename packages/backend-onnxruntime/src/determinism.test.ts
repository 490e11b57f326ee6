import {
  compile,
  grad,
  nn,
  takeAlongAxis,
  tensor,
  withBackend,
  type HostArray,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';

const threads = 2;

function bytes(data: HostArray): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The same numbers at an address that differs from call to call, and starts within its buffer. */
async function elsewhere(x: Tensor, call: number): Promise<Tensor> {
  const data = await x.data();
  const buffer = new ArrayBuffer(data.byteLength + 4 * 64 + 8 * call);
  const view = new (data.constructor as Float32ArrayConstructor)(buffer, 4 * (call % 64), data.length);
  view.set(data as Float32Array);
  return tensor(view, { shape: x.shape, copy: false });
}

const floats = (shape: Shape, seed: number): Tensor => values('float32', shape, seed);
const kernel = floats([3, 3, 16, 16], 2);

it.each<[name: string, inputs: Tensor[], f: (...inputs: Tensor[]) => Tensor]>([
  ['a matrix product', [floats([130, 257], 1), floats([257, 65], 2)], (a, b) => a.matmul(b)],
  ['a sum over all elements', [floats([100_003], 1)], (x) => x.sum()],
  ['a sum over rows', [floats([1000, 37], 1)], (x) => x.sum(0)],
  ['a mean over columns', [floats([37, 1001], 1)], (x) => x.mean(1)],
  ['a softmax', [floats([64, 1001], 1)], (x) => nn.softmax(x)],
  [
    'additions at repeated indices',
    [values('uint8', [2000, 16], 1).cast('int32'), floats([19, 16], 2), floats([2000, 16], 3)],
    (at, x, dy) => grad((table: Tensor) => takeAlongAxis(table, at, 0).mul(dy).sum())(x),
  ],
  [
    'gradients of a convolution',
    [floats([4, 16, 16, 16], 1), kernel],
    (x, w) => grad((k: Tensor) => nn.conv(x, k, { padding: 'same' }).square().sum())(w),
  ],
  [
    'gradients of overlapping pools',
    [floats([4, 17, 17, 8], 1)],
    (x) => grad((y: Tensor) => nn.maxPool(y, 3, { strides: 2 }).square().sum())(x),
  ],
])('gives equal bits in 100 runs of %s', async (_, inputs, f) => {
  const backend = onnxruntime({ threads });
  const run = compile(f);
  const first = await withBackend(backend, () => run(...inputs)).data();
  for (let call = 0; call < 100; call++) {
    const moved = await Promise.all(inputs.map((input) => elsewhere(input, call)));
    const result = await withBackend(backend, () => run(...moved)).data();
    expect(bytes(result).equals(bytes(first)), `run ${call}`).toBe(true);
  }
});

it('keeps two backends in one process apart', async () => {
  const backends = [onnxruntime({ threads: 1 }), onnxruntime({ threads })];
  const f = compile((x: Tensor) => x.matmul(x.transpose()).exp().sum(0));
  const x = floats([40, 40], 1).mul(0.01);
  const expected = await f(x).data();
  const results = backends.flatMap((backend) => [0, 1].map(() => withBackend(backend, () => f(x))));
  const shared = withBackend(backends[1]!, () => results[0]!.sub(results[2]!).abs().max());
  const data = await Promise.all(results.map((result) => result.data('float32')));
  for (const one of data) one.forEach((value, i) => expect(value).toBeCloseTo(Number(expected[i]), 4));
  expect(data[1]).toEqual(data[0]);
  expect(data[3]).toEqual(data[2]);
  expect(await shared.item()).toBeLessThan(1e-4);
});
