import { applyPlain } from '../../graph/bind.js';
import type { Primitive } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { defineComposite } from '../../transforms/composite.js';
import { checkKind } from './define.js';
import { exp, sigmoid } from './exponential.js';
import { log1p } from './logarithm.js';
import { relu } from './relu.js';

const softplusPrimitive: Primitive = defineComposite({
  name: 'softplus',
  elementwise: true,
  check: ([x]) => {
    checkKind('softplus', x!, ['float']);
  },
  body: ([x]) => relu(x!).add(log1p(exp(x!.abs().neg()))),
  // The body's own gradient is 0 at 0, where relu and |x| have none.
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(sigmoid(x!))],
});

/**
 * log(1 + e^x), without overflow, for floats.
 *
 * @example
 * ```ts
 * nn.softplus(tensor([-1000, 0, 1000])); // → [0, Math.LN2, 1000]
 * ```
 */
export function softplus(x: Tensor): Tensor {
  return applyPlain(softplusPrimitive, x);
}

/**
 * log(sigmoid(x)), without overflow, for floats.
 *
 * @example
 * ```ts
 * nn.logSigmoid(tensor([-1000, 0, 1000])); // → [-1000, -Math.LN2, 0]
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  checkKind('logSigmoid', x, ['float']);
  return softplus(x.neg()).neg();
}

/** The softplus composite. */
export const softplusComposites: Readonly<Record<'softplus', Primitive>> = { softplus: softplusPrimitive };
