import { isInteger, isWideInteger, type DType } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { applyPlain } from '../graph/bind.js';
import { definePrimitive, type Primitive, type TensorType } from '../graph/primitive.js';
import { broadcastStrides } from '../kernels/broadcast.js';
import { intoCommon, toCommon } from '../kernels/common-arrays.js';
import { denseMatrix, multiplyInto, multiplyIntegersInto, multiplyWideInto } from '../kernels/matmul.js';
import { broadcastAxes, broadcastShapes, formatShape, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { alignBatched } from './align.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { swapLastAxes } from './shape.js';

/** Throws a ShapeError unless rows of a are as long as columns of b. */
function checkInner(a: TensorType, b: TensorType): void {
  const inner = a.shape[a.shape.length - 1]!;
  const other = b.shape[Math.max(b.shape.length - 2, 0)]!;
  if (inner === other) return;
  const shapes = `${formatShape(a.shape)} · ${formatShape(b.shape)}`;
  throw new ShapeError(`matmul: inner dimensions differ: ${shapes} (${inner} ≠ ${other})`);
}

function resultShape(a: TensorType, b: TensorType): Shape {
  const shapes = `${formatShape(a.shape)} · ${formatShape(b.shape)}`;
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(`matmul: operands need two axes or more: ${shapes}; add one with .expandDims(…)`);
  }
  checkInner(a, b);
  const batch = broadcastShapes(`matmul: leading axes of ${shapes}`, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, a.shape[a.shape.length - 2]!, b.shape[b.shape.length - 1]!];
}

/** Adds a cotangent up over the leading axes along which an operand was repeated. */
function sumLeading(cotangent: Tensor, shape: Shape): Tensor {
  const axes = broadcastAxes(shape.slice(0, -2), cotangent.shape.slice(0, -2));
  return axes.length === 0 && cotangent.rank === shape.length ? cotangent : cotangent.sum(axes).reshape(shape);
}

const matmulPrimitive: Primitive = definePrimitive({
  name: 'matmul',
  linear: [0, 1],
  shape([a, b]) {
    const dtype = commonDType('matmul', [a!, b!]);
    checkKind('matmul', a!, ['float', 'int', 'uint']);
    return { shape: resultShape(a!, b!), dtype };
  },
  vjp: ({ cotangent, operands: [a, b] }) => {
    // A shared right operand sees all rows at once: one product instead of a batch of products and a sum.
    if (b!.rank === 2 && a!.rank > 2) {
      const count = sizeOf(a!.shape.slice(0, -1));
      const rows = a!.reshape([count, b!.shape[0]!]); // [rows, inner]
      const flat = cotangent.reshape([count, b!.shape[1]!]); // [rows, columns]
      return [applyPlain(matmulPrimitive, cotangent, swapLastAxes(b!)), matmul(swapLastAxes(rows), flat)];
    }
    return [
      sumLeading(matmul(cotangent, swapLastAxes(b!)), a!.shape),
      sumLeading(matmul(swapLastAxes(a!), cotangent), b!.shape),
    ];
  },
  batch: ({ operands, batched }) => applyPlain(matmulPrimitive, ...alignBatched(operands, batched)),
  reference({ operands, results }) {
    const [a, b] = operands;
    const { shape } = results[0]!;
    const m = shape[shape.length - 2]!;
    const n = shape[shape.length - 1]!;
    const k = a!.shape[a!.shape.length - 1]!;
    const batch = shape.slice(0, -2);
    const stridesA = broadcastStrides(a!.shape.slice(0, -2), batch);
    const stridesB = broadcastStrides(b!.shape.slice(0, -2), batch);
    const count = sizeOf(batch);
    const { dtype } = a!;
    const multiply = multiplierOf(dtype);
    return ([x, z], [y]) => {
      const left = toCommon(x!, dtype);
      const right = toCommon(z!, dtype);
      intoCommon(y!, results[0]!, (target) => {
        for (let i = 0; i < count; i++) {
          let offsetA = 0;
          let offsetB = 0;
          for (let axis = batch.length - 1, rest = i; axis >= 0; axis--) {
            const position = rest % batch[axis]!;
            rest = (rest - position) / batch[axis]!;
            offsetA += position * stridesA[axis]!;
            offsetB += position * stridesB[axis]!;
          }
          const a = denseMatrix(left, k, offsetA * m * k);
          const b = denseMatrix(right, n, offsetB * k * n);
          multiply(a, b, denseMatrix(target, n, i * m * n), m, k, n);
        }
      });
    };
  },
});

/** The loop that keeps all bits of the products. */
function multiplierOf(dtype: DType): typeof multiplyInto {
  if (isWideInteger(dtype)) return multiplyWideInto;
  return isInteger(dtype) ? multiplyIntegersInto : multiplyInto;
}

/**
 * Matrix product of a: [..., m, k] and b: [..., k, n] → [..., m, n]; leading axes broadcast. A vector on either side
 * counts as a row or column whose axis the result does not have. Throws a ShapeError when inner sizes differ.
 *
 * @example
 * ```ts
 * matmul(tensor([[1, 2], [3, 4]]), tensor([1, 1])); // → [3, 7]
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.rank >= 1 && b.rank >= 1) checkInner(a, b);
  if (a.rank === 1 && b.rank >= 1) {
    const product = matmul(a.reshape([1, a.shape[0]!]), b);
    const shape =
      b.rank === 1 ? product.shape.slice(0, -1) : [...product.shape.slice(0, -2), product.shape[product.rank - 1]!];
    return product.reshape(shape);
  }
  if (b.rank === 1 && a.rank >= 2) {
    const product = matmul(a, b.reshape([b.shape[0]!, 1]));
    return product.reshape(product.shape.slice(0, -1));
  }
  return applyPlain(matmulPrimitive, a, b);
}

/** The matmul primitive. */
export const matmulPrimitives: Readonly<Record<'matmul', Primitive>> = { matmul: matmulPrimitive };
