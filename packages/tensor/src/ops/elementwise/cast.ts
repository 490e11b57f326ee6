import {
  dtypeKind,
  integerLimits,
  integerRange,
  isFloat,
  isInteger,
  type DType,
  type NumericArray,
} from '../../dtypes.js';
import { DTypeError } from '../../errors.js';
import { apply } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { decodeNumber, encodeNumber } from '../../half.js';
import { formatShape, sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';

/** Attributes of `cast`. */
export interface CastAttributes {
  readonly dtype: DType;
}

/** Converts one number: floats to integers truncate and saturate, NaN gives 0; integers wrap; bool is x ≠ 0. */
function convert(value: number, from: DType, to: DType): number {
  if (to === 'bool') return value !== 0 ? 1 : 0;
  if (!isInteger(to) || !isFloat(from)) return value;
  const [low, high] = integerRange(to)!;
  return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), low), high);
}

/** A float as a 64-bit integer: truncated, saturated, NaN gives 0. */
function toWideInteger(value: number, to: DType): bigint {
  const [low, high] = integerLimits(to);
  if (Number.isNaN(value)) return 0n;
  if (value <= Number(low)) return low;
  return value >= Number(high) ? high : BigInt(Math.trunc(value));
}

const castPrimitive: Primitive<CastAttributes> = definePrimitive<CastAttributes>({
  name: 'cast',
  elementwise: true,
  takesBits: true,
  linear: true,
  shape([x], { dtype }) {
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
    const from = operands[0]!.dtype;
    const to = results[0]!.dtype;
    const n = sizeOf(results[0]!.shape);
    const plain = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';
    if (plain(to) && from !== 'float16' && from !== 'bfloat16') {
      return ([x], [y]) => {
        if (x instanceof BigInt64Array || x instanceof BigUint64Array) {
          for (let i = 0; i < n; i++) y![i] = Number(x[i]!);
        } else (y as NumericArray).set(x as NumericArray);
      };
    }
    return ([x], [y]) => {
      const source = x!;
      if (y instanceof BigInt64Array || y instanceof BigUint64Array) {
        for (let i = 0; i < n; i++) {
          const value = source[i]!;
          y[i] =
            typeof value === 'number' && isFloat(from) ? toWideInteger(decodeNumber(value, from), to) : BigInt(value);
        }
        return;
      }
      const target = y as NumericArray;
      for (let i = 0; i < n; i++) {
        const value = source[i]!;
        // Small integers keep the low bits, which a number would round away.
        const wide = typeof value === 'bigint' && isInteger(to) ? BigInt.asIntN(32, value) : value;
        const number = typeof wide === 'bigint' ? Number(wide) : decodeNumber(wide, from);
        target[i] = encodeNumber(convert(number, from, to), to);
      }
    };
  },
});

/** x in another dtype: floats to integers truncate and saturate, NaN gives 0; bool is x ≠ 0. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype && !x.weak ? x : apply(castPrimitive, [x], { dtype });
}

/** The cast primitive. */
export const castPrimitives: Readonly<Record<'cast', Primitive<CastAttributes>>> = { cast: castPrimitive };
