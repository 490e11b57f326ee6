import { dtypeKind, isFloat, type DType } from '../../dtypes.js';
import { DTypeError } from '../../errors.js';
import { apply } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { castKernel } from '../../kernels/cast.js';
import { checkDType, formatShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';

/** Attributes of `cast`. */
export interface CastAttributes {
  readonly dtype: DType;
}

const castPrimitive: Primitive<CastAttributes> = definePrimitive<CastAttributes>({
  name: 'cast',
  elementwise: true,
  takesBits: true,
  linear: true,
  shape([x], { dtype }) {
    checkDType('cast', dtype);
    if (dtypeKind(x!.dtype) === 'key' || dtypeKind(dtype) === 'key') {
      throw new DTypeError(
        `cast: ${x!.dtype} ${formatShape(x!.shape)} cannot become ${dtype}; random keys have no numeric value`,
      );
    }
    return { shape: x!.shape, dtype };
  },
  vjp: ({ cotangent, operands: [x], attributes: { dtype } }) => [
    isFloat(dtype) && isFloat(x!.dtype) ? cotangent.cast(x!.dtype) : null,
  ],
  batch: ({ operands, attributes }) => apply(castPrimitive, operands, attributes),
  reference({ operands, results }) {
    return castKernel(operands[0]!.dtype, results[0]!.dtype);
  },
});

/** x in another dtype: floats to integers truncate and saturate, NaN gives 0; bool is x ≠ 0. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype && !x.weak ? x : apply(castPrimitive, [x], { dtype });
}

/** The cast primitive. */
export const castPrimitives: Readonly<Record<'cast', Primitive<CastAttributes>>> = { cast: castPrimitive };
