import { ArgumentError, ShapeError } from '../../errors.js';
import { bind } from '../../graph/bind.js';
import { checkShape, formatShape, normalizeAxis } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { constant } from '../create.js';
import { checkKind } from '../elementwise/define.js';
import { operandPair } from '../operands.js';
import { pad } from '../pad.js';
import { slice } from '../slice.js';
import { checkPair, fftPrimitive, irfftPrimitive, rfftPrimitive } from './primitives.js';

/** Real and imaginary part of complex numbers. */
export type ComplexPair = readonly [real: Tensor, imaginary: Tensor];

/** Which direction is divided: the inverse by n ('backward', default), both by √n ('ortho'), or the forward one by n. */
export type FourierNorm = 'backward' | 'ortho' | 'forward';

/** Options of the transforms along one axis. */
export interface FourierOptions {
  /** Cut the axis, or fill it up with zeros, to this length. Default: its length; of irfft twice that, less 2. */
  readonly n?: number;
  /** Default 'backward'. */
  readonly norm?: FourierNorm;
}

/** Options of the transforms along several axes. */
export interface MultipleFourierOptions {
  /** Lengths to which the axes are cut or filled up, in the order of the axes. */
  readonly shape?: readonly number[];
  /** Default 'backward'. */
  readonly norm?: FourierNorm;
}

/** The factor of a transform of length n. Throws an ArgumentError for a norm that is none. */
export function scaleOf(operation: string, n: number, norm: FourierNorm, inverse: boolean): number {
  switch (norm) {
    case 'backward':
      return inverse ? 1 / n : 1;
    case 'ortho':
      return 1 / Math.sqrt(n);
    case 'forward':
      return inverse ? 1 : 1 / n;
    default:
      throw new ArgumentError(
        `${operation}: norm '${String(norm)}' is not accepted; use 'backward', 'ortho' or 'forward'`,
      );
  }
}

function checkLength(operation: string, n: number, { shape }: Tensor, axis: number): void {
  if (Number.isInteger(n) && n >= 1) {
    checkShape(operation, shape.with(axis, n));
    return;
  }
  throw new ShapeError(
    `${operation}: a length of ${n} along axis ${axis} of ${formatShape(shape)} is not accepted; use a whole number >= 1`,
  );
}

/** Cuts an axis, or fills it up with zeros. */
export function resize(x: Tensor, axis: number, length: number): Tensor {
  const size = x.shape[axis]!;
  if (size === length) return x;
  if (size < length)
    return pad(
      x,
      x.shape.map((_, i) => [0, i === axis ? length - size : 0] as const),
    );
  return slice(x, ...x.shape.map((_, i) => (i === axis ? ([0, length] as const) : null)));
}

function complexPair(operation: string, real: Tensor, imaginary: Tensor | null): ComplexPair {
  checkKind(operation, real, ['float']);
  if (imaginary === null) return [real, constant(0, real.shape, real.dtype)];
  const parts = operandPair(operation, real, imaginary);
  checkPair(operation, parts);
  return parts;
}

function transform(
  operation: string,
  parts: ComplexPair,
  axis: number,
  { n, norm = 'backward' }: FourierOptions,
  inverse: boolean,
): ComplexPair {
  const at = normalizeAxis(operation, axis, parts[0].shape);
  const length = n ?? parts[0].shape[at]!;
  checkLength(operation, length, parts[0], at);
  const attributes = { axis: at, inverse, scale: scaleOf(operation, length, norm, inverse) };
  const [real, imaginary] = bind(
    fftPrimitive,
    parts.map((part) => resize(part, at, length)),
    attributes,
  );
  return [real!, imaginary!];
}

/**
 * Discrete Fourier transform along an axis (default the last), y[k] = Σ x[j] · e^(−2πi·jk/n), of any length n: real and
 * imaginary: [..., n, ...] of one float dtype, the imaginary part 0 by default → [real, imaginary] of the same shape.
 * Throws a ShapeError for an empty axis. Source: mixed-radix Stockham and Bluestein algorithms.
 *
 * @example
 * ```ts
 * fft.fft(tensor([0, 1, 0, 0])); // → [[1, 0, -1, 0], [0, -1, 0, 1]]
 * ```
 */
export function fft(
  real: Tensor,
  imaginary: Tensor | null = null,
  axis = -1,
  options: FourierOptions = {},
): ComplexPair {
  return transform('fft', complexPair('fft', real, imaginary), axis, options, false);
}

/**
 * Inverse of `fft`, x[j] = Σ y[k] · e^(2πi·jk/n) / n, along an axis (default the last).
 *
 * @example
 * ```ts
 * const [real] = fft.ifft(...fft.fft(tensor([1, 2, 3])));
 * real; // → [1, 2, 3]
 * ```
 */
export function ifft(
  real: Tensor,
  imaginary: Tensor | null = null,
  axis = -1,
  options: FourierOptions = {},
): ComplexPair {
  return transform('ifft', complexPair('ifft', real, imaginary), axis, options, true);
}

/**
 * Fourier transform of a real tensor along an axis (default the last): x: [..., n, ...] → [real, imaginary], each
 * [..., ⌊n/2⌋ + 1, ...]; the rest of the spectrum is its conjugate. Half the work of `fft`.
 *
 * @example
 * ```ts
 * fft.rfft(tensor([1, 2, 3, 4])); // → [[10, -2, -2], [0, 2, 0]]
 * ```
 */
export function rfft(x: Tensor, axis = -1, options: FourierOptions = {}): ComplexPair {
  const { n, norm = 'backward' } = options;
  checkKind('rfft', x, ['float']);
  const at = normalizeAxis('rfft', axis, x.shape);
  const length = n ?? x.shape[at]!;
  checkLength('rfft', length, x, at);
  const attributes = { axis: at, scale: scaleOf('rfft', length, norm, false) };
  const [real, imaginary] = bind(rfftPrimitive, [resize(x, at, length)], attributes);
  return [real!, imaginary!];
}

/**
 * Inverse of `rfft`: the real tensor of length n (default 2 · (rows − 1), so name odd lengths) from the first half of its
 * spectrum. Imaginary parts at the ends of the spectrum, which a real tensor does not have, are not read.
 *
 * @example
 * ```ts
 * fft.irfft(...fft.rfft(tensor([1, 2, 3])), -1, { n: 3 }); // → [1, 2, 3]
 * ```
 */
export function irfft(real: Tensor, imaginary: Tensor | null = null, axis = -1, options: FourierOptions = {}): Tensor {
  const { norm = 'backward' } = options;
  const parts = complexPair('irfft', real, imaginary);
  const at = normalizeAxis('irfft', axis, real.shape);
  const length = options.n ?? 2 * (real.shape[at]! - 1);
  checkLength('irfft', length, real, at);
  const resized = parts.map((part) => resize(part, at, Math.floor(length / 2) + 1));
  return bind(irfftPrimitive, resized, { axis: at, length, scale: scaleOf('irfft', length, norm, true) })[0]!;
}

function transformAxes(
  operation: string,
  parts: ComplexPair,
  axes: readonly number[] | undefined,
  { shape, norm = 'backward' }: MultipleFourierOptions,
  inverse: boolean,
): ComplexPair {
  const { rank } = parts[0];
  const list = axes ?? Array.from({ length: shape?.length ?? rank }, (_, i) => i - (shape?.length ?? rank));
  if (shape !== undefined && shape.length !== list.length) {
    throw new ArgumentError(
      `${operation}: shape [${shape.join(',')}] has ${shape.length} lengths for ${list.length} axes; give one for each`,
    );
  }
  return list.reduce<ComplexPair>(
    (pair, axis, i) =>
      transform(operation, pair, axis, shape === undefined ? { norm } : { n: shape[i]!, norm }, inverse),
    parts,
  );
}

/**
 * Fourier transform along several axes (default all of them). See `fft`.
 *
 * @example
 * ```ts
 * const [real] = fft.fftn(ones([2, 1, 2]));
 * real; // → [[[4, 0]], [[0, 0]]]
 * ```
 */
export function fftn(
  real: Tensor,
  imaginary: Tensor | null = null,
  axes?: readonly number[],
  options: MultipleFourierOptions = {},
): ComplexPair {
  return transformAxes('fftn', complexPair('fftn', real, imaginary), axes, options, false);
}

/**
 * Inverse of `fftn`.
 *
 * @example
 * ```ts
 * const [real] = fft.ifftn(...fft.fftn(tensor([[1, 2], [3, 4]])));
 * real; // → [[1, 2], [3, 4]]
 * ```
 */
export function ifftn(
  real: Tensor,
  imaginary: Tensor | null = null,
  axes?: readonly number[],
  options: MultipleFourierOptions = {},
): ComplexPair {
  return transformAxes('ifftn', complexPair('ifftn', real, imaginary), axes, options, true);
}

/**
 * Fourier transform along two axes (default the last two). See `fft`.
 *
 * @example
 * ```ts
 * const [real] = fft.fft2(ones([2, 2]));
 * real; // → [[4, 0], [0, 0]]
 * ```
 */
export function fft2(
  real: Tensor,
  imaginary: Tensor | null = null,
  axes: readonly [number, number] = [-2, -1],
  options: MultipleFourierOptions = {},
): ComplexPair {
  return transformAxes('fft2', complexPair('fft2', real, imaginary), axes, options, false);
}

/**
 * Inverse of `fft2`.
 *
 * @example
 * ```ts
 * const [real] = fft.ifft2(tensor([[4, 0], [0, 0]]));
 * real; // → [[1, 1], [1, 1]]
 * ```
 */
export function ifft2(
  real: Tensor,
  imaginary: Tensor | null = null,
  axes: readonly [number, number] = [-2, -1],
  options: MultipleFourierOptions = {},
): ComplexPair {
  return transformAxes('ifft2', complexPair('ifft2', real, imaginary), axes, options, true);
}
