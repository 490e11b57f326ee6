import { isFloat, isWideInteger, wordsPerElement, type NumericArray } from '../../dtypes.js';
import { DTypeError } from '../../errors.js';
import { asOperation } from '../../graph/as-operation.js';
import { checkTensor } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { operandReader } from '../../kernels/broadcast.js';
import { choices } from '../../kernels/choices.js';
import { commonDTypes, elementwiseKernel } from '../../kernels/staging.js';
import { broadcastShapes, formatShape, sizeOf } from '../../shapes.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { batchElementwise, checkKind, commonDType, elementwise } from './define.js';

function select(
  test: NumericArray,
  stepTest: number,
  a: NumericArray,
  stepA: number,
  b: NumericArray,
  stepB: number,
  y: NumericArray,
  n: number,
): void {
  for (let i = 0, t = 0, p = 0, q = 0; i < n; i++, t += stepTest, p += stepA, q += stepB) {
    choices[0] = b[q]!;
    choices[1] = a[p]!;
    y[i] = choices[Number(test[t]! !== 0)]!;
  }
}

const wherePrimitive: Primitive = definePrimitive({
  name: 'where',
  elementwise: true,
  shape([condition, a, b]) {
    if (condition!.dtype !== 'bool') {
      throw new DTypeError(
        `where: the condition is ${condition!.dtype} ${formatShape(condition!.shape)}; it must be bool: compare, e.g. x.greater(0)`,
      );
    }
    const dtype = commonDType('where', [a!, b!]);
    checkKind('where', a!, ['float', 'int', 'uint', 'bool', 'key']);
    const shape = broadcastShapes('where', condition!.shape, broadcastShapes('where', a!.shape, b!.shape));
    return { shape, dtype };
  },
  vjp: ({ cotangent, operands: [condition, a, b] }) =>
    isFloat(cotangent.dtype)
      ? [null, sumTo(where(condition!, cotangent, 0), a!.shape), sumTo(where(condition!, 0, cotangent), b!.shape)]
      : [null, null, null],
  batch: batchElementwise(() => wherePrimitive),
  reference({ operands, results }) {
    const [result] = results;
    if (isWideInteger(result!.dtype) || result!.dtype === 'key') {
      const [c, a, b] = operands.map((type) => operandReader(type.shape, result!.shape, type.dtype));
      const words = wordsPerElement(result!.dtype);
      const n = sizeOf(result!.shape);
      return ([condition, x, z], [y]) => {
        const test = c!.read(condition!);
        const yes = a!.read(x!);
        const no = b!.read(z!);
        for (let i = 0; i < n; i++) {
          const [from, { stride }] = test[i * c!.stride]! !== 0 ? [yes, a!] : [no, b!];
          for (let w = 0; w < words; w++) y![i * words + w] = from[i * stride * words + w] as never;
        }
      };
    }
    const common = commonDTypes(operands, result!);
    const dtypes = { ...common, operands: ['bool' as const, ...common.operands.slice(1)] };
    return elementwiseKernel(operands, result!, dtypes, ([test, a, b], [stepC, stepA, stepB], y, count) => {
      select(test!, stepC!, a!, stepA!, b!, stepB!, y, count);
    });
  },
});

/**
 * a where the condition holds, else b; all three broadcast. Gradients of the branch not taken are zero, but a NaN or
 * Infinity computed there still multiplies by zero upstream: make the argument safe before, e.g. `x.clip(…)`.
 *
 * @example
 * ```ts
 * const x = tensor([-4, 9]);
 * where(x.greater(0), x.abs().sqrt(), 0); // → [0, 3]
 * ```
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return elementwise(wherePrimitive, condition, ...operandPair('where', a, b));
}

/**
 * Limits x to [low, high].
 *
 * @example
 * ```ts
 * clip(tensor([-2, 0.5, 2]), -1, 1); // → [-1, 0.5, 1]
 * ```
 */
export function clip(x: Tensor, low: TensorLike, high: TensorLike): Tensor {
  checkTensor('clip', x);
  return asOperation('clip', () => x.maximum(low).minimum(high));
}

/** The where primitive. */
export const selectPrimitives: Readonly<Record<'where', Primitive>> = { where: wherePrimitive };
