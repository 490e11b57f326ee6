import { ArgumentError, ShapeError } from '../errors.js';
import { asOperation } from '../graph/as-operation.js';
import { formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkKind } from './elementwise/define.js';
import { sigmoid, tanh } from './elementwise/exponential.js';
import { expm1 } from './elementwise/logarithm.js';
import { relu } from './elementwise/relu.js';
import { where } from './elementwise/select.js';
import { softplus } from './elementwise/softplus.js';
import { split } from './repeat.js';

/** min(x, 0) with slope 1 at 0, where `minimum` would share it. */
function negativePart(x: Tensor): Tensor {
  return where(x.greater(0), 0, x);
}

function checkPositive(operation: string, name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${name} ${value} is not accepted; use a number > 0`);
}

function checkNotNegative(operation: string, name: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${name} ${value} is not accepted; use a number >= 0`);
}

/**
 * min(max(x, 0), 6), for floats.
 *
 * @example
 * ```ts
 * nn.relu6(tensor([-1, 3, 9])); // → [0, 3, 6]
 * ```
 */
export function relu6(x: Tensor): Tensor {
  checkKind('relu6', x, ['float']);
  return hardTanh(x, 0, 6);
}

/**
 * x where it is positive, else negativeSlope · x, for floats. Source: Maas et al. (2013).
 *
 * @example
 * ```ts
 * nn.leakyRelu(tensor([-1, 2]), 0.2); // → [-0.2, 2]
 * ```
 */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  checkKind('leakyRelu', x, ['float']);
  return asOperation('leakyRelu', () => where(x.greater(0), x, x.mul(negativeSlope)));
}

/**
 * x where it is positive, else slope · x with a learned slope: x: […, channels], slope: broadcasts to x, e.g. [channels].
 * Source: He et al., "Delving Deep into Rectifiers" (2015).
 *
 * @example
 * ```ts
 * nn.prelu(tensor([[-1, -1]]), tensor([0.1, 0.2])); // → [[-0.1, -0.2]]
 * ```
 */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  checkKind('prelu', x, ['float']);
  return asOperation('prelu', () => where(x.greater(0), x, x.mul(slope)));
}

/**
 * x where it is positive, else alpha · (e^x − 1), for floats. Source: Clevert et al. (2015).
 *
 * @example
 * ```ts
 * nn.elu(tensor([-1, 2])); // → [-0.6321, 2]
 * ```
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  checkKind('elu', x, ['float']);
  return asOperation('elu', () => relu(x).add(expm1(negativePart(x)).mul(alpha)));
}

/**
 * Like `elu`, but with slope 1 at 0 for every alpha: alpha · (e^(x / alpha) − 1) below 0. Source: Barron (2017).
 *
 * @example
 * ```ts
 * nn.celu(tensor([-1, 2]), 2); // → [-0.7869, 2]
 * ```
 */
export function celu(x: Tensor, alpha = 1): Tensor {
  checkKind('celu', x, ['float']);
  checkPositive('celu', 'alpha', alpha);
  return relu(x).add(expm1(negativePart(x).mul(1 / alpha)).mul(alpha));
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/**
 * Scaled `elu` whose fixed point is mean 0 and variance 1, for floats. Source: Klambauer et al. (2017).
 *
 * @example
 * ```ts
 * nn.selu(tensor([-1, 1])); // → [-1.1113, 1.0507]
 * ```
 */
export function selu(x: Tensor): Tensor {
  checkKind('selu', x, ['float']);
  return relu(x)
    .mul(seluScale)
    .add(expm1(negativePart(x)).mul(seluAlpha * seluScale));
}

/**
 * x / (1 + |x|), for floats.
 *
 * @example
 * ```ts
 * nn.softsign(tensor([-1, 3])); // → [-0.5, 0.75]
 * ```
 */
export function softsign(x: Tensor): Tensor {
  checkKind('softsign', x, ['float']);
  return x.div(x.abs().add(1));
}

/**
 * Limits x to [low, high]; outside, and on the limits, the gradient is 0.
 *
 * @example
 * ```ts
 * nn.hardTanh(tensor([-2, 0.5, 2])); // → [-1, 0.5, 1]
 * ```
 */
export function hardTanh(x: Tensor, low = -1, high = 1): Tensor {
  checkKind('hardTanh', x, ['float']);
  if (!(low < high)) throw new ArgumentError(`hardTanh: [${low}, ${high}] is not accepted; low must be less than high`);
  // Both relus take their edges as outside, and pass NaN on.
  return relu(x.sub(low))
    .neg()
    .add(high - low)
    .relu()
    .neg()
    .add(high);
}

/**
 * A piecewise linear sigmoid: 0 below −3, 1 above 3, for floats, as in PyTorch and Keras 3.
 *
 * @example
 * ```ts
 * nn.hardSigmoid(tensor([-3, 0, 1.5])); // → [0, 0.5, 0.75]
 * ```
 */
export function hardSigmoid(x: Tensor): Tensor {
  checkKind('hardSigmoid', x, ['float']);
  return hardTanh(x, -3, 3)
    .add(3)
    .mul(1 / 6);
}

/**
 * x · hardSigmoid(x), also called hardSwish, for floats. Source: Howard et al., "Searching for MobileNetV3" (2019).
 *
 * @example
 * ```ts
 * nn.hardSilu(tensor([-3, 0, 3])); // → [0, 0, 3]
 * ```
 */
export function hardSilu(x: Tensor): Tensor {
  checkKind('hardSilu', x, ['float']);
  return x.mul(hardSigmoid(x));
}

/**
 * x · tanh(softplus(x)), for floats. Source: Misra (2019).
 *
 * @example
 * ```ts
 * nn.mish(tensor([0, 1])); // → [0, 0.8651]
 * ```
 */
export function mish(x: Tensor): Tensor {
  checkKind('mish', x, ['float']);
  return x.mul(tanh(softplus(x)));
}

/**
 * x − tanh(x), for floats.
 *
 * @example
 * ```ts
 * nn.tanhShrink(tensor([0, 1])); // → [0, 0.2384]
 * ```
 */
export function tanhShrink(x: Tensor): Tensor {
  checkKind('tanhShrink', x, ['float']);
  return x.sub(tanh(x));
}

/**
 * x moved by `threshold` towards 0, and 0 where it is nearer, for floats.
 *
 * @example
 * ```ts
 * nn.softShrink(tensor([-1, 0.2, 1])); // → [-0.5, 0, 0.5]
 * ```
 */
export function softShrink(x: Tensor, threshold = 0.5): Tensor {
  checkKind('softShrink', x, ['float']);
  checkNotNegative('softShrink', 'threshold', threshold);
  return relu(x.sub(threshold)).sub(relu(x.neg().sub(threshold)));
}

/**
 * x where |x| > threshold, else 0, for floats.
 *
 * @example
 * ```ts
 * nn.hardShrink(tensor([-1, 0.2, 1])); // → [-1, 0, 1]
 * ```
 */
export function hardShrink(x: Tensor, threshold = 0.5): Tensor {
  checkKind('hardShrink', x, ['float']);
  checkNotNegative('hardShrink', 'threshold', threshold);
  return where(x.abs().lessEqual(threshold), 0, x);
}

/**
 * x where it is greater than a threshold, else a value, for floats.
 *
 * @example
 * ```ts
 * nn.threshold(tensor([1, 3]), 2, -1); // → [-1, 3]
 * ```
 */
export function threshold(x: Tensor, limit: number, value = 0): Tensor {
  checkKind('threshold', x, ['float']);
  return asOperation('threshold', () => where(x.lessEqual(limit), value, x));
}

/**
 * (x + √(x² + b)) / 2, for floats. Source: Barron, "Squareplus" (2021).
 *
 * @example
 * ```ts
 * nn.squareplus(tensor([0, 1.5])); // → [1, 2]
 * ```
 */
export function squareplus(x: Tensor, b = 4): Tensor {
  checkKind('squareplus', x, ['float']);
  checkPositive('squareplus', 'b', b);
  return x.add(x.square().add(b).sqrt()).mul(0.5);
}

/**
 * The first half of an axis (default the last) times the sigmoid of the second: […, 2n] → […, n]. Throws a ShapeError for
 * an axis of odd size. Source: Dauphin et al., "Language Modeling with Gated Convolutional Networks" (2016).
 *
 * @example
 * ```ts
 * nn.glu(tensor([1, 2, 0, 0])); // → [0.5, 1]
 * ```
 */
export function glu(x: Tensor, axis = -1): Tensor {
  checkKind('glu', x, ['float']);
  const position = normalizeAxis('glu', axis, x.shape);
  if (x.shape[position]! % 2 !== 0) {
    throw new ShapeError(
      `glu: axis ${position} of ${formatShape(x.shape)} has ${x.shape[position]} elements; it must have two halves`,
    );
  }
  const [value, gate] = split(x, 2, position);
  return value!.mul(sigmoid(gate!));
}
