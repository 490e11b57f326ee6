import {
  cond,
  einsum,
  evaluate,
  ExecutionError,
  fft,
  foriLoop,
  gather,
  grad,
  isFloat,
  linalg,
  nn,
  nonzero,
  quantile,
  random,
  referenceBackend,
  scan,
  scatterAdd,
  scatterSet,
  segmentSum,
  sort,
  stack,
  takeAlongAxis,
  tensor,
  topK,
  unique,
  vmap,
  whileLoop,
  withBackend,
  type Backend,
  type HostArray,
  type Tensor,
} from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

/** A function made of several primitives, with operands that fill more than one example. */
interface FunctionCase {
  readonly f: (...x: Tensor[]) => Tensor | readonly Tensor[];
  readonly inputs: readonly Tensor[];
  /** Terms added up on the way to one element. */
  readonly length?: number;
  /** Whether float inputs have gradients to compare. Default true. */
  readonly gradients?: boolean;
}

const x = values('float32', [3, 8], 1);
const signs = tensor([3, 0, -2, 0, 5, 5, 0, -2, 9, 0]);
const image = values('float32', [2, 6, 5, 4], 2);
const tokens = values('float32', [2, 6, 4, 8], 3);
const square = values('float32', [2, 4, 4], 4);
const definite = square
  .matmul(square.transpose([0, 2, 1]))
  .add(tensor([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], { shape: [4, 4] }).mul(3));
const indices = (...list: number[]): Tensor => tensor(list, { dtype: 'int32' });
const key = random.key(7);

const cases: Readonly<Record<string, FunctionCase>> = {
  'nonzero of a size': { f: (v) => nonzero(v, { size: 8, fillValue: -1 }), inputs: [signs] },
  'nonzero of a size too small': { f: (v) => nonzero(v, { size: 2 }), inputs: [signs] },
  'unique of a size': {
    f: (v) => Object.values(unique(v, { size: 7, fillValue: 0 })),
    inputs: [signs],
    gradients: false,
  },
  'compress to a size': { f: (v) => v.compress(v.greater(0), { size: 6 }), inputs: [signs] },
  'gather at both ends': { f: (v) => gather(v, indices(0, 2, -1, -3)), inputs: [x] },
  'scatterAdd of repeated places': {
    f: (v, u) => scatterAdd(v, indices(2, 0, 2, -1), u),
    inputs: [x, values('float32', [4, 8], 5)],
    length: 4,
  },
  'scatterSet of repeated places': {
    f: (v, u) => scatterSet(v, indices(2, 0, 2, 1), u),
    inputs: [x, values('float32', [4, 8], 5)],
  },
  segmentSum: { f: (v) => segmentSum(v, indices(1, 0, 1), 4), inputs: [x], length: 3 },
  'sort and topK': { f: (v) => [sort(v, -1), topK(v, 3).values], inputs: [x] },
  quantile: { f: (v) => quantile(v, [0.1, 0.5, 0.9], 1), inputs: [x], length: 4 },
  attention: { f: (q, k, v) => nn.attention(q, k, v), inputs: [tokens, tokens, tokens], length: 64 },
  'causal attention': { f: (q, k) => nn.attention(q, k, k, { causal: true }), inputs: [tokens, tokens], length: 64 },
  'attention with shared heads': {
    f: (q, k) => nn.attention(q, k.slice(null, null, [0, 2]), k.slice(null, null, [0, 2])),
    inputs: [tokens, tokens],
    length: 64,
  },
  layerNorm: { f: (v) => nn.layerNorm(v), inputs: [x], length: 64 },
  rmsNorm: { f: (v) => nn.rmsNorm(v), inputs: [x], length: 64 },
  groupNorm: { f: (v) => nn.groupNorm(v, 2), inputs: [image], length: 240 },
  instanceNorm: { f: (v) => nn.instanceNorm(v), inputs: [image], length: 120 },
  batchNorm: { f: (v) => Object.values(nn.batchNorm(v)), inputs: [image], length: 240 },
  'linear interpolation up': {
    f: (v) => nn.interpolate(v, [9, 11], { method: 'linear' }),
    inputs: [image],
    length: 16,
  },
  'linear interpolation down': {
    f: (v) => nn.interpolate(v, [3, 2], { method: 'linear' }),
    inputs: [image],
    length: 16,
  },
  'cubic interpolation': { f: (v) => nn.interpolate(v, [7, 8], { method: 'cubic' }), inputs: [image], length: 64 },
  'nearest interpolation': { f: (v) => nn.interpolate(v, [4, 9]), inputs: [image], length: 8 },
  gridSample: {
    f: (v, at) => nn.gridSample(v, at),
    inputs: [image, values('float32', [2, 3, 3, 2], 6).mul(0.6)],
    length: 64,
  },
  'gridSample beyond the edge': {
    f: (v, at) => nn.gridSample(v, at, { padding: 'edge' }),
    inputs: [image, values('float32', [2, 3, 3, 2], 6)],
    length: 64,
  },
  'einsum of three': {
    f: (a, b, c) => einsum('bi,ij,bj->b', a, b, c),
    inputs: [x, values('float32', [8, 5], 7), values('float32', [3, 5], 8)],
    length: 64,
  },
  'einsum of a diagonal': { f: (a) => einsum('bii->bi', a), inputs: [square] },
  'cholesky and solve': {
    f: (a, b) => [linalg.cholesky(a), linalg.solve(a, b)],
    inputs: [definite, values('float32', [2, 4, 3], 9)],
    length: 256,
  },
  'determinant and inverse': { f: (a) => [linalg.det(a), linalg.inv(a)], inputs: [definite], length: 256 },
  'singular and eigenvalues': {
    f: (a) => [linalg.svd(a).s, linalg.eigh(a).values],
    inputs: [definite],
    length: 256,
  },
  fft: { f: (v) => fft.fft(v), inputs: [x], length: 64 },
  'rfft there and back': { f: (v) => fft.irfft(...fft.rfft(v)), inputs: [x], length: 64 },
  'fft2 of an odd length': { f: (v) => fft.fft2(v), inputs: [values('float32', [2, 3, 5], 3)], length: 64 },
  'random numbers in a scan': {
    f: (v) =>
      scan(
        ([sum, k], row: Tensor): [[Tensor, Tensor], Tensor] => {
          const [next, own] = random.split(k);
          const noisy = row.mul(random.uniform(own!, [8]));
          return [[sum.add(noisy), next!], noisy];
        },
        [v.slice([0, 1]).reshape([8]), key] as [Tensor, Tensor],
        v,
      )[1],
    inputs: [x],
    length: 4,
  },
  'random numbers in a loop': {
    f: (v) => foriLoop(0, 4, (i, y) => y.add(random.uniform(random.foldIn(key, i), [3, 8])), v),
    inputs: [x],
    length: 4,
  },
  'random numbers in branches': {
    f: (v) =>
      cond(
        v.sum().greater(0),
        (y: Tensor) => y.add(random.uniform(key, [3, 8])),
        (y: Tensor) => y.sub(random.uniform(key, [3, 8])),
        v,
      ),
    inputs: [x],
    length: 2,
  },
  'random numbers in a while loop': {
    f: (v) =>
      whileLoop(
        ([, i]) => i.less(5),
        ([y, i]): [Tensor, Tensor] => [y.add(random.uniform(random.foldIn(key, i), [3, 8])), i.add(1)],
        [v, tensor(0, { dtype: 'int32' })] as [Tensor, Tensor],
      )[0],
    inputs: [x],
    length: 5,
    gradients: false,
  },
  'keys of a batch': {
    f: (v) => vmap((k: Tensor, row: Tensor) => row.mul(random.normal(k, [8])))(random.split(key, 3), v),
    inputs: [x],
    length: 4,
  },
};

const onnx = onnxruntime({ threads: 1 });
const list = (result: Tensor | readonly Tensor[]): readonly Tensor[] =>
  Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];

async function run(backend: Backend, tensors: readonly Tensor[]): Promise<HostArray[]> {
  await withBackend(backend, () => evaluate(...tensors));
  return Promise.all(tensors.map((one) => one.data()));
}

/** Compares the results of `make` on both backends. */
async function compare(make: () => readonly Tensor[], length: number): Promise<void> {
  const backend = recording(onnx);
  const results = make();
  const actual = await run(backend, results);
  const expected = await run(referenceBackend, make());
  backend.dispose();
  actual.forEach((data, i) => {
    expect(deviation(data, expected[i]!, results[i]!.dtype, { length }), `result ${i}`).toBe('');
  });
}

describe.each(Object.entries(cases))('%s', (_, { f, inputs, length = 1, gradients = true }) => {
  it('equals the reference backend', async () => {
    await compare(() => list(f(...inputs)), length);
  });

  it('equals it in a batch', async () => {
    const batched = inputs.map((v) => stack([v, v.mul(0.75)]));
    await compare(() => list(vmap((...v: Tensor[]) => f(...v))(...batched)), length);
  });

  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const smooth = list(f(...inputs)).some(({ dtype }) => isFloat(dtype));
  if (!gradients || !smooth) return;
  it('has its gradients', async () => {
    const loss = (...v: Tensor[]): Tensor =>
      list(f(...v))
        .filter(({ dtype }) => isFloat(dtype))
        .map((y) => y.mul(values(y.dtype, y.shape, 5)).sum())
        .reduce((sum, one) => sum.add(one));
    await compare(() => grad(loss, { argnums })(...inputs), length * 16);
  });
});

const refused: Readonly<Record<string, (v: Tensor) => Tensor>> = {
  gather: (v) => gather(v, indices(0, 3)),
  'gather below': (v) => gather(v, indices(-4)),
  'takeAlongAxis below': (v) => takeAlongAxis(v, indices(-4, 0, 1, 2, 0, 0, 0, 0).reshape([1, 8]), 0),
  scatterAdd: (v) => scatterAdd(v, indices(3), v.slice([0, 1])),
  'scatterAdd of unique places': (v) => scatterAdd(v, indices(3), v.slice([0, 1]), 0, { uniqueIndices: true }),
  'scatterSet below': (v) => scatterSet(v, indices(-4), v.slice([0, 1])),
  'segmentSum below': (v) => segmentSum(v, indices(0, -4, 1), 3),
  embedding: (v) => nn.embedding(indices(3), v),
  'gradient of gather': grad((v: Tensor) => gather(v, indices(7)).sum()),
};

it.each(Object.entries(refused))('%s is refused outside, as on the reference backend', async (_, f) => {
  for (const backend of [referenceBackend, recording(onnx)]) {
    await expect(run(backend, [f(x)])).rejects.toThrow(ExecutionError);
  }
});
