import { isWideInteger } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive } from '../graph/primitive.js';
import { toCommon } from '../kernels/common-arrays.js';
import {
  indexOfLargest,
  indexOfLargestWide,
  indexOfSmallest,
  indexOfSmallestWide,
  reductionPlan,
  type Find,
} from '../kernels/reduce.js';
import { formatShape, normalizeAxis } from '../shapes.js';
import type { ReduceOptions, Tensor } from '../tensor.js';
import { checkKind } from './elementwise/define.js';
import { kept, without } from './reduce.js';

/** Attributes of `argmax` and `argmin`. */
export interface ArgAttributes {
  readonly axis: number;
}

/** Names of the reductions that give an index. */
export type ArgName = 'argmax' | 'argmin';

function argReduction(name: ArgName, find: Find, wide: Find): Primitive<ArgAttributes> {
  const primitive: Primitive<ArgAttributes> = definePrimitive<ArgAttributes>({
    name,
    shape([x], { axis }) {
      checkKind(name, x!, ['float', 'int', 'uint']);
      if (x!.shape[axis] === 0) {
        throw new ShapeError(
          `${name}: axis ${axis} of shape ${formatShape(x!.shape)} is empty; nothing to choose from`,
        );
      }
      return { shape: without(x!.shape, [axis]), dtype: 'int32' };
    },
    vjp: notDifferentiable('integer or bool result'),
    batch: ({ operands, attributes: { axis } }) => apply(primitive, operands, { axis: axis + 1 }),
    reference({ operands, attributes: { axis } }) {
      const { shape, dtype } = operands[0]!;
      const { outer, length, stride } = reductionPlan(shape, [axis], dtype);
      const own = isWideInteger(dtype) ? wide : find;
      return ([x], [y]) => {
        const source = toCommon(x!, dtype);
        for (let o = 0, row = 0; o < outer; o++) {
          const start = o * length * stride;
          for (let i = 0; i < stride; i++) y![row++] = own(source, start + i, length, stride);
        }
      };
    },
  });
  return primitive;
}

const argmaxPrimitive = argReduction('argmax', indexOfLargest, indexOfLargestWide);
const argminPrimitive = argReduction('argmin', indexOfSmallest, indexOfSmallestWide);

function argReduce(
  primitive: Primitive<ArgAttributes>,
  x: Tensor,
  axis: number | undefined,
  { keepDims = false }: ReduceOptions,
): Tensor {
  if (axis === undefined) {
    const flat = x.rank === 1 ? x : x.flatten();
    const index = apply(primitive, [flat], { axis: 0 });
    return keepDims ? index.reshape(x.shape.map(() => 1)) : index;
  }
  const position = normalizeAxis(primitive.name, axis, x.shape);
  const index = apply(primitive, [x], { axis: position });
  return keepDims ? index.reshape(kept(x.shape, [position])) : index;
}

/** Index of the first largest element along an axis, or of the flattened x without one, as int32; NaN counts as largest. */
export function argmax(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  return argReduce(argmaxPrimitive, x, axis, options);
}

/** Index of the first smallest element along an axis, or of the flattened x without one, as int32; NaN counts as smallest. */
export function argmin(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  return argReduce(argminPrimitive, x, axis, options);
}

/** The reductions that give an index. */
export const argPrimitives: Readonly<Record<ArgName, Primitive<ArgAttributes>>> = {
  argmax: argmaxPrimitive,
  argmin: argminPrimitive,
};
