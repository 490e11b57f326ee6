import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { testFunctions } from '../function-cases.fixture.js';
import { grad, nn, tensor, traceGraph, vmap, zeros, type Tensor } from '../index.js';
import { numbersOf, pattern, relativeDifference } from '../values.fixture.js';

/** Options with a scale and an offset where they are given. */
const affine = (options: object, scale?: Tensor, offset?: Tensor): object => ({
  ...options,
  ...(scale === undefined ? {} : { scale }),
  ...(offset === undefined ? {} : { offset }),
});

testFunctions('normalization', {
  layerNorm: ([x, scale, offset], options: object) => nn.layerNorm(x!, affine(options, scale, offset)),
  rmsNorm: ([x, scale], options: object) => nn.rmsNorm(x!, affine(options, scale)),
  batchNorm([x, scale, offset], options: object) {
    const { y, mean, variance } = nn.batchNorm(x!, affine(options, scale, offset));
    return [y, mean, variance];
  },
  inferredBatchNorm: ([x, scale, offset, mean, variance], options: object) =>
    nn.batchNorm(x!, { ...affine(options, scale, offset), mean: mean!, variance: variance! }).y,
  groupNorm: ([x, scale, offset], { groups, ...options }: { groups: number }) =>
    nn.groupNorm(x!, groups, affine(options, scale, offset)),
  instanceNorm: ([x, scale, offset], options: object) => nn.instanceNorm(x!, affine(options, scale, offset)),
  attention: ([query, key, value], options: object) => nn.attention(query!, key!, value!, options),
  maskedAttention: ([query, key, value, mask], options: object) =>
    nn.attention(query!, key!, value!, { ...options, mask: mask! }),
});

it.each([
  ['layerNorm', (x: Tensor) => nn.layerNorm(x)],
  ['batchNorm', (x: Tensor) => nn.batchNorm(x).y],
  ['groupNorm', (x: Tensor) => nn.groupNorm(x, 2)],
  ['instanceNorm', (x: Tensor) => nn.instanceNorm(x.expandDims(0)).squeeze(0)],
] as const)('%s has a gradient that does not cancel where the mean is 10^6 deviations', (_, f) => {
  const weights = pattern([8, 16], 2);
  const slope = (x: Tensor): Tensor => grad((y: Tensor) => f(y).mul(weights).sum())(x);
  const x = pattern([8, 16], 1);
  expect(relativeDifference(slope(x.add(2 ** 20)), slope(x))).toBeLessThan(1e-8);
  expect(relativeDifference(f(x.add(2 ** 20)), f(x))).toBeLessThan(1e-9);
});

it('normalizes to mean 0 and variance 1', () => {
  const y = nn.layerNorm(pattern([5, 64], 1), { epsilon: 0 });
  expect(Math.max(...numbersOf(y.mean(-1)).map(Math.abs))).toBeLessThan(1e-15);
  expect(relativeDifference(y.square().mean(-1), tensor([1, 1, 1, 1, 1], { dtype: 'float64' }))).toBeLessThan(1e-14);
});

it('gives no gradient to what has no influence', () => {
  const constant = grad((x: Tensor) => nn.layerNorm(x).sum())(pattern([3, 4], 1));
  expect(Math.max(...numbersOf(constant).map(Math.abs))).toBeLessThan(1e-14);
});

it('keeps the names of the fused forms under vmap and in the gradient', () => {
  const names = (f: (...x: Tensor[]) => unknown, ...args: readonly Tensor[]): string[] =>
    traceGraph(f, ...args).graph.nodes.map(({ primitive }) => primitive.name);
  const scaled = (x: Tensor, scale: Tensor): Tensor => nn.layerNorm(x, { scale });
  expect(names(vmap(scaled, { inAxes: [0, null] }), zeros([2, 3, 4]), zeros([4]))).toEqual(['layerNorm']);
  const loss = (x: Tensor): Tensor => nn.rmsNorm(x).square().sum();
  expect(names(grad(loss), zeros([3, 4])).filter((name) => name === 'rmsNorm')).toHaveLength(1);
});

it('gives zeros and no gradient where a query sees nothing', () => {
  const [q, k, v] = [pattern([1, 2, 1, 3], 1), pattern([1, 2, 1, 3], 2), pattern([1, 2, 1, 3], 3)];
  const mask = tensor([
    [true, true],
    [false, false],
  ]);
  const f = (a: Tensor): Tensor => nn.attention(a, k, v, { mask }).sum();
  expect(numbersOf(nn.attention(q, k, v, { mask }).slice(null, [1, 2]))).toEqual([0, 0, 0]);
  expect(numbersOf(grad(f)(q).slice(null, [1, 2]))).toEqual([0, 0, 0]);
  const half = nn.attention(q.cast('float16').mul(64), k.cast('float16').mul(64), v.cast('float16'), { mask });
  expect(numbersOf(half).every(Number.isFinite)).toBe(true);
});

it('says what is wrong with normalizations', () => {
  const x = zeros([2, 3, 4]);
  expect(
    errorTexts(
      () => nn.layerNorm(x, { scale: zeros([3]) }),
      () => nn.layerNorm(x, { axis: [1, 2], offset: zeros([4]) }),
      () => nn.layerNorm(x, { scale: zeros([4], { dtype: 'float64' }) }),
      () => nn.layerNorm(x, { epsilon: -1 }),
      () => nn.layerNorm(zeros([]), {}),
      () => nn.layerNorm(zeros([3], { dtype: 'int32' })),
      () => nn.rmsNorm(x, { axis: 3 }),
      () => nn.batchNorm(zeros([3])),
      () => nn.batchNorm(x, { mean: zeros([4]) }),
      () => nn.batchNorm(x, { mean: zeros([3]), variance: zeros([4]) }),
      () => nn.batchNorm(zeros([0, 4])),
      () => nn.groupNorm(x, 3),
      () => nn.groupNorm(x, 2, { scale: zeros([2]) }),
      () => nn.instanceNorm(zeros([2, 3])),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: layerNorm: scale is [3], x is [2,3,4]; it needs shape [4]
    ShapeError: layerNorm: offset is [4], x is [2,3,4]; it needs shape [3,4]
    DTypeError: layerNorm: scale is float64, x is float32; convert one with .cast('float32')
    ArgumentError: layerNorm: epsilon -1 is not accepted; use a small number >= 0
    ShapeError: layerNorm: x is []; it must be […, features]
    DTypeError: layerNorm: int32 [3] is not accepted; it takes floats: use .cast(…)
    ShapeError: rmsNorm: axis 3 is out of range for shape [2,3,4]; use -3 to 2
    ShapeError: batchNorm: x is [3]; it must be [batch, …, features]
    ArgumentError: batchNorm: mean and variance go together; give both, or none for those of the batch
    ShapeError: batchNorm: mean is [3], x is [2,3,4]; it needs shape [4]
    ShapeError: batchNorm: [0,4] has no elements to take statistics of
    ShapeError: groupNorm: 4 channels of [2,3,4] cannot be divided into 3 groups
    ShapeError: groupNorm: scale is [2], x is [2,3,4]; it needs shape [4]
    ShapeError: instanceNorm: x is [2,3]; it must be [batch, …spatial, channels]"
  `);
});

it('says what is wrong with attention', () => {
  const [q, k] = [zeros([2, 3, 4, 8]), zeros([2, 5, 2, 8])];
  expect(
    errorTexts(
      () => nn.attention(q.squeeze().reshape([6, 4, 8]), k, k),
      () => nn.attention(q, k, zeros([2, 4, 2, 8])),
      () => nn.attention(q, zeros([1, 5, 2, 8]), zeros([1, 5, 2, 8])),
      () => nn.attention(q, zeros([2, 5, 2, 4]), k),
      () => nn.attention(q, zeros([2, 5, 3, 8]), zeros([2, 5, 3, 8])),
      () => nn.attention(q, k, k, { mask: zeros([3, 5]) }),
      () => nn.attention(q, k, k, { mask: zeros([5, 3], { dtype: 'bool' }) }),
      () => nn.attention(q, k, k, { mask: zeros([3, 2, 4, 3, 5], { dtype: 'bool' }) }),
      () => nn.attention(q, k, k, { scale: NaN }),
      () => nn.attention(q, k, zeros([2, 5, 2, 8], { dtype: 'float64' })),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: attention: query [6,4,8], key [2,5,2,8], value [2,5,2,8]: all are [batch, time, heads, features]
    ShapeError: attention: query [2,3,4,8], key [2,5,2,8], value [2,4,2,8]: key and value need equal batch, time and heads, and the batch of query
    ShapeError: attention: query [2,3,4,8], key [1,5,2,8], value [1,5,2,8]: key and value need equal batch, time and heads, and the batch of query
    ShapeError: attention: query [2,3,4,8], key [2,5,2,4], value [2,5,2,8]: query has 8 features, key has 4
    ShapeError: attention: query [2,3,4,8], key [2,5,3,8], value [2,5,3,8]: 4 heads of query do not divide evenly among 3 heads of key and value
    DTypeError: attention: the mask is float32 [3,5]; it must be bool, true where a query sees a key
    ShapeError: attention: the mask: shapes [5,3] and [2,4,3,5] do not broadcast: axis -1 has 3 and 5; sizes must be equal or 1
    ShapeError: attention: the mask [3,2,4,3,5] does not broadcast to [batch, heads, queries, keys] [2,4,3,5]
    ArgumentError: attention: scale NaN is not accepted; use a finite number
    DTypeError: attention: dtypes differ: float32 [2,3,4,8] and float32 [2,5,2,8] and float64 [2,5,2,8]; convert one with .cast('float32')"
  `);
});
