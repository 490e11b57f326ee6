import { ArgumentError, ShapeError } from '../../errors.js';
import { asOperation } from '../../graph/as-operation.js';
import { checkShape, formatShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { pullBack } from '../../transforms/body-rules.js';
import { sliceAxis, swapAxes } from '../axes.js';
import { constant, iota } from '../create.js';
import { checkKind, commonDType } from '../elementwise/define.js';
import { where } from '../elementwise/select.js';
import { gather } from '../gather.js';
import { pad, type PadMode } from '../pad.js';
import { concat } from '../slice.js';
import { checkPair } from './primitives.js';
import { irfft, resize, rfft, scaleOf, type ComplexPair, type FourierNorm } from './transforms.js';
import { hannWindow } from './window-functions.js';

/** Options of `stft` and `istft`. */
export interface ShortTimeOptions {
  /** Samples from the start of a frame to that of the next. Default ⌊n/4⌋. */
  readonly hopLength?: number;
  /** [m], m ≤ n: what frames are multiplied by, in their middle; beside it, by zeros. Default `hannWindow(n)`. */
  readonly window?: Tensor;
  /** The middle of frame t, instead of its start, is sample t · hopLength. Default true. */
  readonly center?: boolean;
  /** Default 'backward'. */
  readonly norm?: FourierNorm;
}

/** Options of `stft`. */
export interface StftOptions extends ShortTimeOptions {
  /** How centered frames go on beyond the ends of x. Default 'reflect'. */
  readonly padMode?: PadMode;
}

/** Options of `istft`. */
export interface IstftOptions extends ShortTimeOptions {
  /** Samples of the result: the rest is cut off, or filled up with zeros. Default: what the frames cover. */
  readonly length?: number;
}

/** The options that both directions share, checked; the window fills a frame. */
interface Frames {
  readonly n: number;
  readonly hop: number;
  readonly window: Tensor;
  readonly center: boolean;
  readonly norm: FourierNorm;
}

function checkSize(operation: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ArgumentError(`${operation}: a ${name} of ${value} is not accepted; use a whole number >= 1`);
}

function resolveFrames(operation: string, x: Tensor, n: number, options: ShortTimeOptions): Frames {
  checkSize(operation, 'frame length', n);
  checkShape(operation, [n]);
  const { hopLength = Math.max(1, Math.floor(n / 4)), center = true, norm = 'backward' } = options;
  checkSize(operation, 'hopLength', hopLength);
  const window = options.window ?? hannWindow(n).cast(x.dtype);
  commonDType(operation, [x, window]);
  const size = window.shape[0] ?? 0;
  if (window.rank !== 1 || size < 1 || size > n) {
    throw new ShapeError(
      `${operation}: the window is ${formatShape(window.shape)}; it must be a vector of 1 to ${n} elements, the length of a frame`,
    );
  }
  scaleOf(operation, n, norm, false); // throws for a norm that is none
  const before = Math.floor((n - size) / 2);
  return { n, hop: hopLength, window: pad(window, [[before, n - size - before]]), center, norm };
}

/** Frames that overlap more often than this are looked up element by element. */
const largestOverlap = 32;

/** Frames of n elements along the last axis, `hop` apart: [..., length] → [..., n, frames]. */
function framesOf(x: Tensor, n: number, hop: number): Tensor {
  const last = x.rank - 1;
  const count = Math.floor((x.shape[last]! - n) / hop) + 1;
  const pieces = Math.ceil(n / hop);
  if (pieces > largestOverlap) {
    return gather(x, iota(n).expandDims(1).add(iota(count).mul(hop)), last);
  }
  // The signal in columns of `hop` elements: the q-th piece of all frames is q columns further to the right.
  const columns = count + pieces - 1;
  const shape = [...x.shape.slice(0, -1), columns, hop];
  const signal = swapAxes(resize(x, last, columns * hop).reshape(shape), -1, -2);
  const parts = Array.from({ length: pieces }, (_, q) => {
    const part = sliceAxis(signal, last + 1, q, q + count);
    return (q + 1) * hop <= n ? part : sliceAxis(part, last, 0, n - q * hop);
  });
  return concat(parts, last);
}

/** The transpose of `framesOf`: frames added up where they lie, [..., n, frames] → [..., n + (frames − 1) · hop]. */
function overlapAdd(frames: Tensor, n: number, hop: number): Tensor {
  const length = n + (frames.shape[frames.rank - 1]! - 1) * hop;
  const signal = constant(0, [...frames.shape.slice(0, -2), length], frames.dtype);
  return pullBack(([x]) => [framesOf(x!, n, hop)], [signal], [frames])[0]!;
}

/**
 * Short-time Fourier transform: spectra of overlapping frames of n samples, x: [..., samples], a float dtype →
 * [real, imaginary], each [..., ⌊n/2⌋ + 1, frames]. With the defaults, frame t is centered on sample t · ⌊n/4⌋, and there are
 * 1 + ⌊samples / ⌊n/4⌋⌋ of them. Throws an ArgumentError or ShapeError for lengths that do not fit.
 * Source: the conventions of PyTorch and librosa.
 *
 * @example
 * ```ts
 * const [real, imaginary] = fft.stft(ones([16000]), 512, { hopLength: 128 });
 * const power = real.square().add(imaginary.square());
 * power.shape; // → [257, 126]
 * ```
 */
export function stft(x: Tensor, n: number, options: StftOptions = {}): ComplexPair {
  checkKind('stft', x, ['float']);
  if (x.rank === 0) throw new ShapeError('stft: x is []; it must have an axis of samples');
  const { hop, window, center, norm } = resolveFrames('stft', x, n, options);
  const half = center ? Math.floor(n / 2) : 0;
  const widths = x.shape.map((_, i): [number, number] => (i === x.rank - 1 ? [half, half] : [0, 0]));
  const signal = asOperation('stft', () => pad(x, widths, { mode: options.padMode ?? 'reflect' }));
  if (signal.shape[x.rank - 1]! < n) {
    const padded = center ? `, padded ${formatShape(signal.shape)},` : '';
    throw new ShapeError(`stft: x ${formatShape(x.shape)}${padded} is shorter than one frame of ${n} samples`);
  }
  return rfft(framesOf(signal, n, hop).mul(window.expandDims(1)), -2, { norm });
}

/** Sums of squared windows below this divide nothing: what they would scale up is rounding. */
const tiny = 1e-11;

/**
 * Inverse of `stft` with the same options, by least squares: real and imaginary: [..., ⌊n/2⌋ + 1, frames] → [..., samples].
 * Frames are multiplied by the window again, added up, and divided by the sum of the squared windows, where that is not 0.
 * Throws an ArgumentError or ShapeError for what does not fit. Source: Griffin & Lim, "Signal estimation from modified
 * short-time Fourier transform" (1984).
 *
 * @example
 * ```ts
 * const spectrum = fft.stft(tensor([1, 2, 3, 4, 5, 6, 7, 8]), 4);
 * fft.istft(...spectrum, 4); // → [1, 2, 3, 4, 5, 6, 7, 8]
 * ```
 */
export function istft(real: Tensor, imaginary: Tensor, n: number, options: IstftOptions = {}): Tensor {
  checkPair('istft', [real, imaginary]);
  const { hop, window, center, norm } = resolveFrames('istft', real, n, options);
  const [rows, count] = real.shape.slice(-2);
  if (real.rank < 2 || rows !== Math.floor(n / 2) + 1 || count! < 1) {
    throw new ShapeError(
      `istft: the spectrum is ${formatShape(real.shape)}; for frames of ${n} samples it must be [..., ${Math.floor(n / 2) + 1}, frames]`,
    );
  }
  const column = window.expandDims(1);
  const signal = overlapAdd(irfft(real, imaginary, -2, { n, norm }).mul(column), n, hop);
  const weight = overlapAdd(column.square().broadcastTo([n, count!]), n, hop);
  const divided = signal.div(where(weight.greater(tiny), weight, 1));
  const last = divided.rank - 1;
  const half = center ? Math.floor(n / 2) : 0;
  const covered = divided.shape[last]! - 2 * half;
  const { length = covered } = options;
  checkSize('istft', 'length', length);
  return resize(sliceAxis(divided, last, half, divided.shape[last]!), last, length);
}
