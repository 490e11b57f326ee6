import type { Primitive } from '../../graph/primitive.js';
import { choices } from '../../kernels/choices.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { elementwise, unary } from './define.js';

const reluPrimitive: Primitive = unary({
  name: 'relu',
  accepts: ['float', 'int'],
  // A 0/1 mask of the result: one compare, one cast and one product, where a select costs twice that.
  vjp: ({ cotangent, result }) => [cotangent.mul(result.greater(0).cast(cotangent.dtype))],
  wide: (x) => (x > 0n ? x : 0n),
  loop(x, y, n) {
    choices[1] = 0;
    for (let i = 0; i < n; i++) {
      const value = x[i]!;
      choices[0] = value;
      y[i] = choices[Number(value <= 0)]!; // keeps NaN
    }
  },
});

/**
 * max(x, 0); its derivative at 0 is 0.
 *
 * @example
 * ```ts
 * nn.relu(tensor([-1, 2])); // → [0, 2]
 * ```
 */
export function relu(x: TensorLike): Tensor {
  return elementwise(reluPrimitive, x);
}

/** The relu primitive. */
export const reluPrimitives: Readonly<Record<'relu', Primitive>> = { relu: reluPrimitive };
