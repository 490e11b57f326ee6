import { stageOf } from './stages.js';
import { twiddles } from './twiddles.js';

/** Replaces `width` sequences that lie side by side, element k of all of them in row k, by their Fourier transforms. */
export type Transform = (real: Float64Array, imaginary: Float64Array) => void;

/** Primes above this take a convolution by a length that has small factors. */
const largestRadix = 40;

/** Factors of n, fours first; null when one of them is too large. */
function factorize(n: number): number[] | null {
  const factors: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5]) {
    while (rest % radix === 0) {
      factors.push(radix);
      rest /= radix;
    }
  }
  for (let radix = 7; rest > 1; radix += 2) {
    if (radix > largestRadix) return null;
    while (rest % radix === 0) {
      factors.push(radix);
      rest /= radix;
    }
  }
  return factors;
}

/** The forward transform of length n ≥ 1, unscaled; for the inverse, exchange the real and the imaginary array. */
export function createTransform(n: number, width: number): Transform {
  const factors = factorize(n);
  return factors === null ? chirpTransform(n, width) : mixedRadix(n, width, factors);
}

function mixedRadix(n: number, width: number, factors: readonly number[]): Transform {
  const table = twiddles(n);
  const stages = factors.map((radix) => ({ radix, run: stageOf(radix) }));
  const [otherReal, otherImaginary] = [new Float64Array(n * width), new Float64Array(n * width)];
  return (real, imaginary) => {
    let [xr, xi, yr, yi]: [Float64Array, Float64Array, Float64Array, Float64Array] = [
      real,
      imaginary,
      otherReal,
      otherImaginary,
    ];
    let length = n;
    let stride = width;
    for (const { radix, run } of stages) {
      run(length, stride, xr, xi, yr, yi, table, n / length, radix);
      length /= radix;
      stride *= radix;
      [xr, xi, yr, yi] = [yr, yi, xr, xi];
    }
    if (xr === real) return;
    real.set(xr);
    imaginary.set(xi);
  };
}

/** Source: Bluestein, "A linear filtering approach to the computation of the discrete Fourier transform" (1970). */
function chirpTransform(n: number, width: number): Transform {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const circle = twiddles(2 * n);
  const [chirpReal, chirpImaginary] = [new Float64Array(n), new Float64Array(n)];
  // The filter is the conjugate chirp, around the origin; its transform serves all sequences.
  const [filterReal, filterImaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < n; k++) {
    const angle = Number((BigInt(k) * BigInt(k)) % BigInt(2 * n));
    chirpReal[k] = circle.cos[angle]!;
    chirpImaginary[k] = -circle.sin[angle]!;
    for (const at of k === 0 ? [0] : [k, size - k]) {
      filterReal[at] = circle.cos[angle]! / size;
      filterImaginary[at] = circle.sin[angle]! / size;
    }
  }
  createTransform(size, 1)(filterReal, filterImaginary);
  const inner = createTransform(size, width);
  const [workReal, workImaginary] = [new Float64Array(size * width), new Float64Array(size * width)];
  return (real, imaginary) => {
    workReal.fill(0, n * width);
    workImaginary.fill(0, n * width);
    multiplyRows(real, imaginary, chirpReal, chirpImaginary, workReal, workImaginary, width);
    inner(workReal, workImaginary);
    multiplyRows(workReal, workImaginary, filterReal, filterImaginary, workReal, workImaginary, width);
    inner(workImaginary, workReal);
    multiplyRows(workReal, workImaginary, chirpReal, chirpImaginary, real, imaginary, width);
  };
}

/** Writes the rows of x, each times one of the complex factors, to y. */
function multiplyRows(
  xr: Float64Array,
  xi: Float64Array,
  factorReal: Float64Array,
  factorImaginary: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  width: number,
): void {
  for (let k = 0; k < factorReal.length; k++) {
    const c = factorReal[k]!;
    const s = factorImaginary[k]!;
    for (let at = k * width; at < (k + 1) * width; at++) {
      const real = xr[at]!;
      const imaginary = xi[at]!;
      yr[at] = real * c - imaginary * s;
      yi[at] = real * s + imaginary * c;
    }
  }
}
