import { createTransform, type Transform } from './transform.js';
import { twiddles } from './twiddles.js';

/**
 * Transforms of real sequences of length n, `width` of them side by side; their spectra have rows 0 … ⌊n/2⌋.
 * An even n takes a complex transform of half the length. Source: Cooley, Lewis & Welch (1970).
 */
export interface RealTransform {
  /** From the sequences in `parts` to the first ⌊n/2⌋ + 1 rows of `real` and `imaginary`. */
  readonly forward: () => void;
  /** From the first ⌊n/2⌋ + 1 rows to the sequences, unscaled. */
  readonly backward: () => void;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** The arrays whose rows hold the elements of the sequences in turn. */
  readonly parts: readonly Float64Array[];
}

/** Prepares the transforms of one length. */
export function createRealTransform(n: number, width: number): RealTransform {
  return n % 2 === 0 ? evenTransform(n, width) : oddTransform(n, width);
}

function oddTransform(n: number, width: number): RealTransform {
  const [real, imaginary] = [new Float64Array(n * width), new Float64Array(n * width)];
  const transform = createTransform(n, width);
  return {
    real,
    imaginary,
    parts: [real],
    forward: () => {
      imaginary.fill(0);
      transform(real, imaginary);
    },
    backward: () => {
      imaginary.fill(0, 0, width); // a real sequence has a real sum
      for (let k = 1; k <= (n - 1) / 2; k++) {
        for (let q = 0; q < width; q++) {
          real[(n - k) * width + q] = real[k * width + q]!;
          imaginary[(n - k) * width + q] = -imaginary[k * width + q]!;
        }
      }
      transform(imaginary, real);
    },
  };
}

function evenTransform(n: number, width: number): RealTransform {
  const half = n / 2;
  const [real, imaginary] = [new Float64Array((half + 1) * width), new Float64Array((half + 1) * width)];
  const transform: Transform = createTransform(half, width);
  const [innerReal, innerImaginary] = [real.subarray(0, half * width), imaginary.subarray(0, half * width)];
  const { cos, sin } = twiddles(n);
  /** Between the spectrum z of even + i·odd elements and that of the sequence, for rows k and half − k. */
  const combine = (k: number, sign: 1 | -1): void => {
    // Backward, the angle turns the other way, and nothing is halved: the inverse is unscaled.
    const c = cos[k]!;
    const s = sign * sin[k]!;
    const scale = sign === 1 ? 0.5 : 1;
    for (let a = k * width, b = (half - k) * width; a < (k + 1) * width; a++, b++) {
      const evenR = scale * (real[a]! + real[b]!);
      const evenI = scale * (imaginary[a]! - imaginary[b]!);
      const differenceR = scale * (real[a]! - real[b]!);
      const differenceI = scale * (imaginary[a]! + imaginary[b]!);
      // odd = −i · difference forward, i · difference backward; times the twiddle c − i·s.
      const oddR = sign * (differenceI * c - differenceR * s);
      const oddI = -sign * (differenceR * c + differenceI * s);
      real[a] = evenR + oddR;
      imaginary[a] = evenI + oddI;
      real[b] = evenR - oddR;
      imaginary[b] = oddI - evenI;
    }
  };
  return {
    real,
    imaginary,
    parts: [real, imaginary],
    forward: () => {
      transform(innerReal, innerImaginary);
      real.copyWithin(half * width, 0, width);
      imaginary.copyWithin(half * width, 0, width);
      for (let k = 0; 2 * k <= half; k++) combine(k, 1);
      imaginary.fill(0, 0, width);
      imaginary.fill(0, half * width);
    },
    backward: () => {
      imaginary.fill(0, 0, width); // a real sequence has real ends
      imaginary.fill(0, half * width);
      for (let k = 0; 2 * k <= half; k++) combine(k, -1);
      transform(innerImaginary, innerReal);
    },
  };
}
