import type { Primitive } from '../../graph/primitive.js';
import { applyPlain } from '../../graph/bind.js';
import type { Tensor } from '../../tensor.js';
import { defineComposite } from '../../transforms/composite.js';
import { checkKind } from './define.js';
import { sigmoid } from './exponential.js';

const siluPrimitive: Primitive = defineComposite({
  name: 'silu',
  elementwise: true,
  check: ([x]) => {
    checkKind('silu', x!, ['float']);
  },
  body: ([x]) => x!.mul(sigmoid(x!)),
  vjp({ cotangent, operands: [x] }) {
    const s = sigmoid(x!);
    return [cotangent.mul(s.mul(x!.mul(s.neg().add(1)).add(1)))];
  },
});

/**
 * x · sigmoid(x), also called swish, for floats.
 * Source: Elfwing et al., "Sigmoid-weighted linear units" (2017).
 *
 * @example
 * ```ts
 * nn.silu(tensor([-1, 0, 1])); // → [-0.2689, 0, 0.7311]
 * ```
 */
export function silu(x: Tensor): Tensor {
  return applyPlain(siluPrimitive, x);
}

/** The silu composite. */
export const siluComposites: Readonly<Record<'silu', Primitive>> = { silu: siluPrimitive };
