import type { NumericArray } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { formatShape, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { foldPoolBatch, pooledShape, poolPlan, resolvePool, type PoolAttributes, type PoolOptions } from './pool.js';

/** Attributes of average pooling. */
export interface AvgPoolAttributes extends PoolAttributes {
  /** Whether zeros in the padding count as elements. */
  readonly countIncludePadding: boolean;
}

/** Attributes of the gradient of average pooling: those of the pool, and the shape of x. */
export interface AvgPoolGradAttributes extends AvgPoolAttributes {
  readonly shape: Shape;
}

/** By what the sum of each window is multiplied, per output position. */
function weightsOf(index: Int32Array, positions: number, taps: number, countIncludePadding: boolean): Float64Array {
  const weights = new Float64Array(positions).fill(1 / taps);
  if (countIncludePadding) return weights;
  for (let p = 0; p < positions; p++) {
    let count = 0;
    for (let t = p * taps; t < (p + 1) * taps; t++) if (index[t]! >= 0) count++;
    weights[p] = 1 / count;
  }
  return weights;
}

const avgPoolPrimitive: Primitive<AvgPoolAttributes> = definePrimitive<AvgPoolAttributes>({
  name: 'avgPool',
  linear: true,
  shape: ([x], attributes) => ({ shape: pooledShape('avgPool', x!, attributes), dtype: x!.dtype }),
  vjp: ({ cotangent, operands: [x], attributes }) => [
    apply(avgPoolGradPrimitive, [cotangent], { ...attributes, shape: x!.shape }),
  ],
  batch: (context) => foldPoolBatch(context, (operands) => apply(avgPoolPrimitive, operands, context.attributes)),
  reference({ operands: [x], results: [y], attributes }) {
    const { table, rows, inputBase, outputBase, step } = poolPlan(x!.shape, y!.shape, attributes);
    const { positions, taps, index } = table;
    const weights = weightsOf(index, positions, taps, attributes.countIncludePadding);
    return ([source], [target]) => {
      const from = source as NumericArray;
      const to = target as NumericArray;
      for (let row = 0; row < rows; row++) {
        const input = inputBase(row);
        const output = outputBase(row);
        for (let p = 0; p < positions; p++) {
          let total = 0;
          for (let t = p * taps; t < (p + 1) * taps; t++) {
            if (index[t]! >= 0) total += from[input + index[t]! * step]!;
          }
          to[output + p * step] = total * weights[p]!;
        }
      }
    };
  },
});

/** dx of avgPool from dy: each element of a window gets an equal share. */
const avgPoolGradPrimitive: Primitive<AvgPoolGradAttributes> = definePrimitive<AvgPoolGradAttributes>({
  name: 'avgPoolGrad',
  linear: true,
  shape([dy], attributes) {
    const x = { shape: attributes.shape, dtype: dy!.dtype };
    const pooled = pooledShape('avgPoolGrad', x, attributes);
    if (!sameShape(pooled, dy!.shape)) {
      throw new ShapeError(
        `avgPoolGrad: the cotangent is ${formatShape(dy!.shape)}; the pool gives ${formatShape(pooled)}`,
      );
    }
    return x;
  },
  vjp: ({ cotangent, attributes: { shape: _, ...attributes } }) => [apply(avgPoolPrimitive, [cotangent], attributes)],
  batch(context) {
    const { attributes, size } = context;
    const [images, ...rest] = attributes.shape;
    const shape = [size * images!, ...rest];
    return foldPoolBatch(context, (operands) => apply(avgPoolGradPrimitive, operands, { ...attributes, shape }));
  },
  reference({ operands: [dy], results: [dx], attributes }) {
    const { table, rows, inputBase, outputBase, step } = poolPlan(dx!.shape, dy!.shape, attributes);
    const { positions, taps, index } = table;
    const weights = weightsOf(index, positions, taps, attributes.countIncludePadding);
    return ([cotangent], [target]) => {
      const from = cotangent as NumericArray;
      const to = target as NumericArray;
      for (let row = 0; row < rows; row++) {
        const input = inputBase(row);
        const output = outputBase(row);
        for (let p = 0; p < positions; p++) {
          const share = from[output + p * step]! * weights[p]!;
          for (let t = p * taps; t < (p + 1) * taps; t++) {
            if (index[t]! >= 0) to[input + index[t]! * step]! += share;
          }
        }
      }
    };
  },
});

/** Options of `avgPool`. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether zeros in the padding count as elements. Default false. */
  readonly countIncludePadding?: boolean;
}

/**
 * Mean of each window, channels last: x: [batch, …spatial, channels] → [batch, …spatial, channels].
 * Throws a ShapeError when a window is larger than its input.
 *
 * @example
 * ```ts
 * nn.avgPool(tensor([[[1], [3], [5], [7]]]), 2); // → [[[2], [6]]]
 * ```
 */
export function avgPool(x: Tensor, window: number | readonly number[], options: AvgPoolOptions = {}): Tensor {
  const { countIncludePadding = false } = options;
  return apply(avgPoolPrimitive, [x], { ...resolvePool('avgPool', x, window, options), countIncludePadding });
}

/** Names of the average pooling primitives. */
export type AvgPoolName = 'avgPool' | 'avgPoolGrad';

/** The average pooling primitives. */
export const avgPoolPrimitives: Readonly<{
  avgPool: Primitive<AvgPoolAttributes>;
  avgPoolGrad: Primitive<AvgPoolGradAttributes>;
}> = { avgPool: avgPoolPrimitive, avgPoolGrad: avgPoolGradPrimitive };
