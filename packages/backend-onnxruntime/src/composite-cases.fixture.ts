import { nn, type CompositeName, type DType, type Tensor } from '@tesserajs/tensor';
import type { Case } from './case.fixture.js';
import { from, values } from './numbers.fixture.js';

const floats: readonly DType[] = ['float32', 'float64'];
/** Means and variances are sums, and so are gradients over a batch. */
const sums = { dtypes: floats, length: 64 } as const;
const tails = [-80, -40, -20, -17, -12, -9, -6, -5, -4, -3, 3, 4, 5, 9, 17, 40, 80];

/**
 * An activation. In its tails a fused form may be off by an ulp of x, which is more than one of the small result: they are
 * held to the size of the largest element.
 */
function activation(f: (x: Tensor) => Tensor): Case[] {
  return [
    { title: 'a matrix', inputs: (dtype) => [values(dtype, [5, 7])], f, length: 2 },
    { title: 'a scalar', inputs: (dtype) => [values(dtype, [])], f, length: 2 },
    { title: 'no elements', inputs: (dtype) => [values(dtype, [0, 3])], f },
    { title: 'tails', inputs: (dtype) => [from(dtype, [tails.length], tails)], f, dtypes: floats, length: 2 },
    {
      title: 'NaN and infinities',
      inputs: (dtype) => [from(dtype, [3], [NaN, Infinity, -0])],
      f,
      dtypes: floats,
      gradients: false,
    },
  ];
}

/** Cases of every composite; one without cases is a compile error. */
export const compositeCases: Readonly<Record<CompositeName, readonly Case[]>> = {
  gelu: activation((x) => nn.gelu(x)),
  geluTanh: activation((x) => nn.gelu(x, { approximate: 'tanh' })),
  softplus: activation((x) => nn.softplus(x)),
  silu: activation((x) => nn.silu(x)),
  normalize: [
    { title: 'batch statistics', inputs: (dtype) => [values(dtype, [4, 3, 5])], f: (x) => nn.batchNorm(x).y, ...sums },
    {
      title: 'mean and variance',
      inputs: (dtype) => [values(dtype, [6, 5])],
      f(x) {
        const { y, mean, variance } = nn.batchNorm(x);
        return y.mul(mean).add(variance);
      },
      ...sums,
    },
    { title: 'groups', inputs: (dtype) => [values(dtype, [2, 3, 3, 6])], f: (x) => nn.groupNorm(x, 3), ...sums },
    {
      title: 'batch statistics with scale and offset',
      inputs: (dtype) => [values(dtype, [4, 3, 5]), values(dtype, [5], 2), values(dtype, [5], 3)],
      f(x, scale, offset) {
        const { y, mean, variance } = nn.batchNorm(x, { scale, offset });
        return y.mul(mean).add(variance);
      },
      ...sums,
    },
    {
      title: 'images with a scale for all',
      inputs: (dtype) => [values(dtype, [2, 3, 4, 3]), values(dtype, [3], 2)],
      f: (x, scale) => nn.instanceNorm(x, { scale }),
      ...sums,
    },
  ],
  layerNorm: [
    { title: 'alone', inputs: (dtype) => [values(dtype, [4, 8])], f: (x) => nn.layerNorm(x), ...sums },
    {
      title: 'scale and offset',
      inputs: (dtype) => [values(dtype, [2, 4, 8]), values(dtype, [8], 2), values(dtype, [8], 3)],
      f: (x, scale, offset) => nn.layerNorm(x, { scale, offset }),
      ...sums,
    },
    {
      title: 'two axes, a scale',
      inputs: (dtype) => [values(dtype, [3, 4, 6]), values(dtype, [4, 6], 2)],
      f: (x, scale) => nn.layerNorm(x, { axis: [1, 2], scale }),
      ...sums,
    },
    {
      title: 'a large mean',
      inputs: (dtype) => [values(dtype, [4, 16]).mul(0.5).add(32)],
      f: (x) => nn.layerNorm(x),
      ...sums,
    },
  ],
  rmsNorm: [
    { title: 'alone', inputs: (dtype) => [values(dtype, [4, 8])], f: (x) => nn.rmsNorm(x), ...sums },
    {
      title: 'a scale',
      inputs: (dtype) => [values(dtype, [2, 4, 8]), values(dtype, [8], 2)],
      f: (x, scale) => nn.rmsNorm(x, { scale }),
      ...sums,
    },
  ],
};
