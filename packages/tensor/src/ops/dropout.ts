import { ArgumentError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { bernoulli } from '../random.js';
import type { Tensor } from '../tensor.js';
import { checkKey } from './random.js';

/**
 * Zeros each element with probability `rate` and divides the others by 1 − rate, so that the mean stays.
 * Source: Srivastava et al., "Dropout" (2014), in the inverted form.
 *
 * @example
 * ```ts
 * const y = nn.dropout(ones([1000]), 0.5, random.key(0)); // zeros and twos
 * ```
 */
export function dropout(x: Tensor, rate: number, key: Tensor): Tensor {
  checkTensor('dropout', x);
  checkKey('dropout', key);
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
