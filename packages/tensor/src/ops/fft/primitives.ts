import type { NumericArray } from '../../dtypes.js';
import { ShapeError } from '../../errors.js';
import { bind } from '../../graph/bind.js';
import { definePrimitive, type BatchContext, type Primitive, type TensorType } from '../../graph/primitive.js';
import { axisBlocks, eachBlock, loadRows, storeRows, type Rows } from '../../kernels/fft/along-axis.js';
import { createRealTransform } from '../../kernels/fft/real.js';
import { createTransform } from '../../kernels/fft/transform.js';
import { formatShape, sameShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { iota } from '../create.js';
import { checkKind, commonDType } from '../elementwise/define.js';

/** Attributes of the transforms along one axis. */
export interface FourierAttributes {
  readonly axis: number;
  /** Factor of the results. */
  readonly scale: number;
}

/** Attributes of `fft`. */
export interface ComplexFourierAttributes extends FourierAttributes {
  /** The exponent of the transform is positive. */
  readonly inverse: boolean;
}

/** Attributes of `irfft`. */
export interface InverseRealFourierAttributes extends FourierAttributes {
  /** Length of the results along the axis. */
  readonly length: number;
}

/** Throws unless both parts have one shape and one float dtype, which it returns. */
export function checkPair(operation: string, [real, imaginary]: readonly TensorType[]): TensorType {
  const dtype = commonDType(operation, [real!, imaginary!]);
  checkKind(operation, real!, ['float']);
  if (!sameShape(real!.shape, imaginary!.shape)) {
    throw new ShapeError(
      `${operation}: real part ${formatShape(real!.shape)} and imaginary part ${formatShape(imaginary!.shape)} differ; they must have one shape`,
    );
  }
  return { shape: real!.shape, dtype };
}

function withLength(type: TensorType, axis: number, length: number): TensorType {
  return { shape: type.shape.map((size, i) => (i === axis ? length : size)), dtype: type.dtype };
}

/** Applies a transform to batched operands, of which one may be missing the batch axis. */
function batched<A extends FourierAttributes>(
  primitive: () => Primitive<A>,
): (context: BatchContext<A>) => readonly Tensor[] {
  return ({ operands, batched: has, size, attributes }) => {
    const full = operands.map((x, i) => (has[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return bind(primitive(), full, { ...attributes, axis: attributes.axis + 1 });
  };
}

/** Complex transform along an axis. Its matrix is symmetric: transposed, it only turns the other way. */
export const fftPrimitive: Primitive<ComplexFourierAttributes> = definePrimitive<ComplexFourierAttributes>({
  name: 'fft',
  linear: true,
  shape(operands) {
    const type = checkPair('fft', operands);
    return [type, type];
  },
  vjp: ({ cotangents, attributes }) => bind(fftPrimitive, cotangents, { ...attributes, inverse: !attributes.inverse }),
  batch: batched(() => fftPrimitive),
  reference({ operands: [x], attributes: { axis, inverse, scale } }) {
    const n = x!.shape[axis]!;
    const blocks = axisBlocks(x!.shape, axis, n);
    const { inner, width } = blocks;
    return ([real, imaginary], [outputReal, outputImaginary]) => {
      const [re, im] = [new Float64Array(n * width), new Float64Array(n * width)];
      const transform = createTransform(n, width);
      eachBlock(blocks, (outer, column, count) => {
        const rows = { start: outer * n * inner + column, step: inner, rows: n };
        loadRows(real as NumericArray, rows, re, width, count);
        loadRows(imaginary as NumericArray, rows, im, width, count);
        if (inverse) transform(im, re);
        else transform(re, im);
        storeRows(re, width, outputReal as NumericArray, rows, count, scale);
        storeRows(im, width, outputImaginary as NumericArray, rows, count, scale);
      });
    };
  },
});

/** Positions of a half spectrum, shaped to broadcast along an axis, that stand for two of the whole: 2, else 1. */
function multiplicity({ shape, dtype }: TensorType, axis: number, length: number): Tensor {
  const count = shape[axis]!;
  const position = iota(count);
  const single = position.equal(0).cast(dtype).add(position.mul(2).equal(length).cast(dtype));
  return single
    .neg()
    .add(2)
    .reshape(shape.map((_, i) => (i === axis ? count : 1)));
}

/** Of n rows those numbered i, i + count, i + 2·count, … */
function everyRow(start: number, step: number, n: number, i: number, count: number): Rows {
  return { start: start + i * step, step: step * count, rows: Math.ceil((n - i) / count) };
}

/** Transform of a real operand; of its spectrum the first half, ⌊n/2⌋ + 1 rows. */
export const rfftPrimitive: Primitive<FourierAttributes> = definePrimitive<FourierAttributes>({
  name: 'rfft',
  linear: true,
  shape([x], { axis }) {
    checkKind('rfft', x!, ['float']);
    const type = withLength(x!, axis, Math.floor(x!.shape[axis]! / 2) + 1);
    return [type, type];
  },
  vjp: ({ cotangents, operands: [x], attributes }) => {
    const { axis } = attributes;
    const length = x!.shape[axis]!;
    const weight = multiplicity(cotangents[0]!, axis, length);
    return bind(
      irfftPrimitive,
      cotangents.map((cotangent) => cotangent.div(weight)),
      { ...attributes, length },
    );
  },
  batch: batched(() => rfftPrimitive),
  reference({ operands: [x], attributes: { axis, scale } }) {
    const n = x!.shape[axis]!;
    const rows = Math.floor(n / 2) + 1;
    const blocks = axisBlocks(x!.shape, axis, n);
    const { inner, width } = blocks;
    return ([source], [outputReal, outputImaginary]) => {
      const transform = createRealTransform(n, width);
      eachBlock(blocks, (outer, column, count) => {
        transform.parts.forEach((part, i, { length }) => {
          loadRows(
            source as NumericArray,
            everyRow(outer * n * inner + column, inner, n, i, length),
            part,
            width,
            count,
          );
        });
        transform.forward();
        const half = { start: outer * rows * inner + column, step: inner, rows };
        storeRows(transform.real, width, outputReal as NumericArray, half, count, scale);
        storeRows(transform.imaginary, width, outputImaginary as NumericArray, half, count, scale);
      });
    };
  },
});

/** Real sequence of a given length from the first half of its spectrum. */
export const irfftPrimitive: Primitive<InverseRealFourierAttributes> = definePrimitive<InverseRealFourierAttributes>({
  name: 'irfft',
  linear: true,
  shape: (operands, { axis, length }) => withLength(checkPair('irfft', operands), axis, length),
  vjp: ({ cotangent, operands: [real], attributes: { axis, scale, length } }) => {
    const weight = multiplicity(real!, axis, length);
    return bind(rfftPrimitive, [cotangent], { axis, scale }).map((part) => part.mul(weight));
  },
  batch: batched(() => irfftPrimitive),
  reference({ operands: [x], attributes: { axis, scale, length: n } }) {
    const rows = x!.shape[axis]!;
    const blocks = axisBlocks(x!.shape, axis, n);
    const { inner, width } = blocks;
    return ([real, imaginary], [output]) => {
      const transform = createRealTransform(n, width);
      eachBlock(blocks, (outer, column, count) => {
        const half = { start: outer * rows * inner + column, step: inner, rows };
        loadRows(real as NumericArray, half, transform.real, width, count);
        loadRows(imaginary as NumericArray, half, transform.imaginary, width, count);
        transform.backward();
        transform.parts.forEach((part, i, { length }) => {
          storeRows(
            part,
            width,
            output as NumericArray,
            everyRow(outer * n * inner + column, inner, n, i, length),
            count,
            scale,
          );
        });
      });
    };
  },
});

/** Names of the Fourier primitives. */
export type FourierName = 'fft' | 'rfft' | 'irfft';

/** The Fourier primitives. */
export const fourierPrimitives: Readonly<Record<FourierName, Primitive>> = {
  fft: fftPrimitive,
  rfft: rfftPrimitive,
  irfft: irfftPrimitive,
};
