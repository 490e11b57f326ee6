import { type NumericArray, isInteger, type DType } from '../dtypes.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive } from '../graph/primitive.js';
import { encodeNumber } from '../half.js';
import { checkShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { DTypeError } from '../errors.js';

/** Attributes of `full`; `value` is a string for what JSON cannot hold. */
export interface FullAttributes {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity' | '-0';
}

const fullPrimitive: Primitive<FullAttributes> = definePrimitive<FullAttributes>({
  name: 'full',
  takesBits: true,
  shape: (_, { shape, dtype }) => ({ shape, dtype }),
  vjp: notDifferentiable('no operands'),
  batch: ({ attributes }) => apply(fullPrimitive, [], attributes),
  reference: ({ attributes: { dtype, value } }) => {
    return (_, [y]) => {
      if (y instanceof BigInt64Array || y instanceof BigUint64Array) y.fill(BigInt(value));
      else (y as NumericArray).fill(encodeNumber(Number(value), dtype));
    };
  },
});

/** A tensor of one repeated value, as a constant of the graph. */
export function constant(value: number, shape: Shape, dtype: DType): Tensor {
  const plain = Number.isFinite(value) && !Object.is(value, -0);
  const text = Object.is(value, -0) ? '-0' : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
  return apply(fullPrimitive, [], { shape, dtype, value: plain ? value : text });
}

/** Attributes of `iota`. */
export interface IotaAttributes {
  readonly length: number;
  readonly dtype: DType;
}

const iotaPrimitive: Primitive<IotaAttributes> = definePrimitive<IotaAttributes>({
  name: 'iota',
  takesBits: true,
  shape(_, { length, dtype }) {
    if (!isInteger(dtype) && dtype !== 'float32' && dtype !== 'float64') {
      throw new DTypeError(`iota: ${dtype} is not accepted; use an integer dtype, float32 or float64`);
    }
    return { shape: [length], dtype };
  },
  vjp: notDifferentiable('no operands'),
  batch: ({ attributes }) => apply(iotaPrimitive, [], attributes),
  reference: ({ attributes: { length, dtype } }) => {
    return (_, [y]) => {
      if (y instanceof BigInt64Array || y instanceof BigUint64Array) {
        for (let i = 0; i < length; i++) y[i] = BigInt(i);
      } else for (let i = 0; i < length; i++) y![i] = encodeNumber(i, dtype);
    };
  },
});

/** 0, 1, …, length − 1, as int32 or another dtype. */
export function iota(length: number, dtype: DType = 'int32'): Tensor {
  checkShape('iota', [length]);
  return apply(iotaPrimitive, [], { length, dtype });
}

/** Names of the primitives without operands. */
export type CreateName = 'full' | 'iota';

/** The primitives without operands. */
export const createPrimitives: Readonly<{ full: Primitive<FullAttributes>; iota: Primitive<IotaAttributes> }> = {
  full: fullPrimitive,
  iota: iotaPrimitive,
};
