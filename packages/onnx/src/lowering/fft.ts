import {
  arange,
  concat,
  flip,
  matmul,
  moveAxis,
  pad,
  remainder,
  zerosLike,
  type ComplexFourierAttributes,
  type DType,
  type FourierAttributes,
  type InverseRealFourierAttributes,
  type PrimitiveName,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import type { Lowering } from './context.js';
import { expanded } from './expand.js';

/** Real and imaginary part. */
type Pair = readonly [real: Tensor, imaginary: Tensor];

/** The longest transform that one product with its matrix computes; longer ones are taken apart. */
const longestMatrix = 64;

/** Both parts of what `f` makes of each. */
function mapPair([re, im]: Pair, f: (part: Tensor) => Tensor): Pair {
  return [f(re), f(im)];
}

/** cos and sin of multiples of 2π/n, given as int64 below n. */
function unitRoots(multiples: Tensor, n: number): Pair {
  const angle = multiples.cast('float64').mul((2 * Math.PI) / n);
  return [angle.add(Math.PI / 2).sin(), angle.sin()];
}

function count(n: number): Tensor {
  return arange(0, n, 1, { dtype: 'int64' });
}

/** The matrix [[cos, sin], [−sin, cos]] that a column of real and then imaginary parts is multiplied with. */
function matrixOf(n: number, dtype: DType): Tensor {
  const index = count(n);
  const [cos, sin] = unitRoots(remainder(index.reshape([n, 1]).mul(index), n), n);
  return concat([concat([cos, sin], 1), concat([sin.neg(), cos], 1)], 0).cast(dtype);
}

/** By its matrix, along the last axis. */
function byMatrix([re, im]: Pair, n: number): Pair {
  const both = matmul(concat([re, im], 1), matrixOf(n, re.dtype).transpose());
  return [both.slice(null, [0, n]), both.slice(null, [n, 2 * n])];
}

function times([a, b]: Pair, [c, d]: Pair): Pair {
  return [a.mul(c).sub(b.mul(d)), a.mul(d).add(b.mul(c))];
}

/** A factor of n that is no longer than one matrix, and leaves no more to another one if that is possible; 1: none. */
function factorOf(n: number): number {
  let best = 1;
  for (let factor = 2; factor <= longestMatrix; factor++) {
    if (n % factor !== 0) continue;
    best = factor;
    if (factor * factor >= n) break;
  }
  return best;
}

/**
 * By a first transform of length `first` and others of the rest, with a rotation between them (Cooley and Tukey, 1965): of
 * x[j₁, j₂] along j₁, then along j₂.
 */
function byStages([re, im]: Pair, n: number, first: number): Pair {
  const rest = n / first;
  const rows = re.shape[0]!;
  const folded = mapPair([re, im], (x) => x.reshape([rows, first, rest]));
  const both = matmul(matrixOf(first, re.dtype), concat(folded, 1));
  const inner: Pair = [both.slice(null, [0, first]), both.slice(null, [first, 2 * first])];
  const [cos, sin] = mapPair(unitRoots(count(first).reshape([first, 1]).mul(count(rest)), n), (x) => x.cast(re.dtype));
  const turned = mapPair(times(inner, [cos, sin.neg()]), (x) => x.reshape([rows * first, rest]));
  return mapPair(transform(turned, rest), (x) =>
    x.reshape([rows, first, rest]).transpose([0, 2, 1]).reshape([rows, n]),
  );
}

/** Bluestein's algorithm: a convolution with a chirp, by transforms of a power of two. For lengths with large prime factors. */
function byChirp([re, im]: Pair, n: number): Pair {
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const index = count(n);
  const [cos, sin] = unitRoots(remainder(index.mul(index), 2 * n), 2 * n);
  const around = (x: Tensor): Tensor => {
    const back = flip(x.slice([1, n]), 0);
    return concat([pad(x, [[0, m - 2 * n + 1]]), back], 0).reshape([1, m]);
  };
  const filter = mapPair(transform([around(cos), around(sin)], m), (x) => x.mul(1 / m).cast(re.dtype));
  const chirp: Pair = [cos.cast(re.dtype), sin.neg().cast(re.dtype)];
  const longer: readonly (readonly [number, number])[] = [
    [0, 0],
    [0, m - n],
  ];
  const signal = mapPair(times([re, im], chirp), (x) => pad(x, longer));
  const [a, b] = times(transform(signal, m), filter);
  // The inverse, whose parts change places.
  const [imaginary, real] = transform([b, a], m);
  const cut = (x: Tensor): Tensor => x.slice(null, [0, n]);
  return times([cut(real), cut(imaginary)], chirp);
}

/** The transform along the last axis of matrices. */
function transform(pair: Pair, n: number): Pair {
  if (n <= longestMatrix) return byMatrix(pair, n);
  const first = factorOf(n);
  return first === 1 ? byChirp(pair, n) : byStages(pair, n, first);
}

/** The axis as the last one of a matrix. */
function toRows(x: Tensor, axis: number): Tensor {
  const n = x.shape[axis]!;
  return moveAxis(x, axis, -1).reshape([x.size / n, n]);
}

/** Back from a matrix whose rows have a length of their own. */
function fromRows(rows: Tensor, shape: Shape, axis: number): Tensor {
  const others = shape.filter((_, i) => i !== axis);
  return moveAxis(rows.reshape([...others, rows.shape[1]!]), -1, axis);
}

function scaled(x: Tensor, scale: number): Tensor {
  return scale === 1 ? x : x.mul(scale);
}

function fft([re, im]: readonly Tensor[], { axis, inverse, scale }: ComplexFourierAttributes): Pair {
  const [a, b] = mapPair([re!, im!], (x) => toRows(x, axis));
  const back = (x: Tensor): Tensor => fromRows(scaled(x, scale), re!.shape, axis);
  const n = re!.shape[axis]!;
  if (!inverse) return mapPair(transform([a, b], n), back);
  const [imaginary, real] = mapPair(transform([b, a], n), back);
  return [real, imaginary];
}

/** The imaginary parts of the first frequency of n real numbers, and of the middle one, are 0 and not what rounding leaves. */
function withRealEnds(imaginary: Tensor, n: number): Tensor {
  const inner = imaginary.slice(null, [1, Math.ceil(n / 2)]);
  const zero = zerosLike(imaginary.slice(null, [0, 1]));
  return concat(n % 2 === 0 ? [zero, inner, zero] : [zero, inner], 1);
}

function rfft([x]: readonly Tensor[], { axis, scale }: FourierAttributes): Pair {
  const rows = toRows(x!, axis);
  const n = rows.shape[1]!;
  const [real, imaginary] = transform([rows, zerosLike(rows)], n);
  const half: Pair = [real.slice(null, [0, Math.floor(n / 2) + 1]), withRealEnds(imaginary, n)];
  return mapPair(half, (part) => fromRows(scaled(part, scale), x!.shape, axis));
}

/** The other half of the spectrum is the conjugate of the given one, which makes the result real. */
function irfft([re, im]: readonly Tensor[], { axis, scale, length }: InverseRealFourierAttributes): Tensor {
  const mirrored = (x: Tensor): Tensor => flip(x.slice(null, [1, Math.ceil(length / 2)]), 1);
  const [a, b] = [toRows(re!, axis), toRows(im!, axis)];
  const full: Pair = [concat([a, mirrored(a)], 1), concat([b, mirrored(b).neg()], 1)];
  const [, real] = transform([full[1], full[0]], length);
  return fromRows(scaled(real, scale), re!.shape, axis);
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'fft' | 'rfft' | 'irfft'>;

/**
 * Lowerings of Fourier transforms, as products with matrices. ONNX Runtime's own operator is exact for powers of two alone,
 * and slower.
 */
export const fftLowerings: Readonly<Record<Name, Lowering>> = {
  fft: expanded(fft),
  rfft: expanded(rfft),
  irfft: expanded(irfft),
};
