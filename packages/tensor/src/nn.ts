import { ArgumentError } from './errors.js';
import { bernoulli } from './random.js';
import type { Tensor } from './tensor.js';

export { conv, type ConvOptions } from './ops/conv.js';
export { convTranspose, type ConvTransposeOptions } from './ops/conv-transpose.js';
export { adaptiveAvgPool, adaptiveMaxPool } from './ops/adaptive-pool.js';
export { avgPool, type AvgPoolOptions } from './ops/avg-pool.js';
export { maxPool, type PoolOptions } from './ops/pool.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { oneHot } from './ops/indexing.js';
export { relu } from './ops/elementwise/relu.js';
export { silu } from './ops/elementwise/silu.js';
export { sigmoid, tanh } from './ops/elementwise/exponential.js';

/**
 * Zeros each element with probability `rate` and divides the others by 1 − rate, so that the mean stays.
 * Source: Srivastava et al., "Dropout" (2014), in the inverted form.
 */
export function dropout(x: Tensor, rate: number, key: Tensor): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new ArgumentError(`dropout: rate ${rate} is not accepted; use 0 up to, but not including, 1`);
  if (rate === 0) return x;
  // A product with the mask costs one pass where a select costs two.
  return x.mul(
    bernoulli(key, 1 - rate, x.shape)
      .cast(x.dtype)
      .mul(1 / (1 - rate)),
  );
}
