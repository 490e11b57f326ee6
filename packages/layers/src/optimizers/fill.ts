import { full, type Tensor } from '@tesserajs/tensor';

/** A tensor of one value, with the shape and dtype of another. */
export function fullLike({ shape, dtype }: Tensor, value: number): Tensor {
  return full(shape, value, { dtype });
}
