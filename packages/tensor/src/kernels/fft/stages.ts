import type { Twiddles } from './twiddles.js';

/**
 * One stage of a Stockham transform: sequences of length `length`, `stride` of them side by side, are split into `radix`
 * parts. Reads x, writes y. `step` is the position in the twiddle table of one step around a circle of `length` points.
 * Source: Van Loan, "Computational Frameworks for the Fast Fourier Transform" (1992), 1.7.
 */
export type Stage = (
  length: number,
  stride: number,
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  table: Twiddles,
  step: number,
  radix: number,
) => void;

const radix2: Stage = (length, stride, xr, xi, yr, yi, { cos, sin }, step) => {
  const half = length / 2;
  const jump = half * stride;
  for (let p = 0; p < half; p++) {
    const c = cos[p * step]!;
    const s = sin[p * step]!;
    let from = p * stride;
    let to = 2 * p * stride;
    for (let q = 0; q < stride; q++, from++, to++) {
      const ar = xr[from]!;
      const ai = xi[from]!;
      const br = xr[from + jump]!;
      const bi = xi[from + jump]!;
      yr[to] = ar + br;
      yi[to] = ai + bi;
      const dr = ar - br;
      const di = ai - bi;
      yr[to + stride] = dr * c + di * s;
      yi[to + stride] = di * c - dr * s;
    }
  }
};

const radix4: Stage = (length, stride, xr, xi, yr, yi, { cos, sin }, step) => {
  const quarter = length / 4;
  const jump = quarter * stride;
  for (let p = 0; p < quarter; p++) {
    const c1 = cos[p * step]!;
    const s1 = sin[p * step]!;
    const c2 = cos[2 * p * step]!;
    const s2 = sin[2 * p * step]!;
    const c3 = cos[3 * p * step]!;
    const s3 = sin[3 * p * step]!;
    let from = p * stride;
    let to = 4 * p * stride;
    for (let q = 0; q < stride; q++, from++, to++) {
      const ar = xr[from]!;
      const ai = xi[from]!;
      const br = xr[from + jump]!;
      const bi = xi[from + jump]!;
      const cr = xr[from + 2 * jump]!;
      const ci = xi[from + 2 * jump]!;
      const dr = xr[from + 3 * jump]!;
      const di = xi[from + 3 * jump]!;
      const sumR = ar + cr;
      const sumI = ai + ci;
      const differenceR = ar - cr;
      const differenceI = ai - ci;
      const otherR = br + dr;
      const otherI = bi + di;
      const crossR = bi - di; // −i · (b − d)
      const crossI = dr - br;
      yr[to] = sumR + otherR;
      yi[to] = sumI + otherI;
      const r1 = differenceR + crossR;
      const i1 = differenceI + crossI;
      const r2 = sumR - otherR;
      const i2 = sumI - otherI;
      const r3 = differenceR - crossR;
      const i3 = differenceI - crossI;
      yr[to + stride] = r1 * c1 + i1 * s1;
      yi[to + stride] = i1 * c1 - r1 * s1;
      yr[to + 2 * stride] = r2 * c2 + i2 * s2;
      yi[to + 2 * stride] = i2 * c2 - r2 * s2;
      yr[to + 3 * stride] = r3 * c3 + i3 * s3;
      yi[to + 3 * stride] = i3 * c3 - r3 * s3;
    }
  }
};

const third = Math.sqrt(3) / 2;

const radix3: Stage = (length, stride, xr, xi, yr, yi, { cos, sin }, step) => {
  const part = length / 3;
  const jump = part * stride;
  for (let p = 0; p < part; p++) {
    const c1 = cos[p * step]!;
    const s1 = sin[p * step]!;
    const c2 = cos[2 * p * step]!;
    const s2 = sin[2 * p * step]!;
    let from = p * stride;
    let to = 3 * p * stride;
    for (let q = 0; q < stride; q++, from++, to++) {
      const ar = xr[from]!;
      const ai = xi[from]!;
      const sumR = xr[from + jump]! + xr[from + 2 * jump]!;
      const sumI = xi[from + jump]! + xi[from + 2 * jump]!;
      const crossR = third * (xi[from + jump]! - xi[from + 2 * jump]!); // −i · sin 60° · (b − c)
      const crossI = third * (xr[from + 2 * jump]! - xr[from + jump]!);
      yr[to] = ar + sumR;
      yi[to] = ai + sumI;
      const middleR = ar - sumR / 2;
      const middleI = ai - sumI / 2;
      const r1 = middleR + crossR;
      const i1 = middleI + crossI;
      const r2 = middleR - crossR;
      const i2 = middleI - crossI;
      yr[to + stride] = r1 * c1 + i1 * s1;
      yi[to + stride] = i1 * c1 - r1 * s1;
      yr[to + 2 * stride] = r2 * c2 + i2 * s2;
      yi[to + 2 * stride] = i2 * c2 - r2 * s2;
    }
  }
};

const [cos72, cos144] = [(Math.sqrt(5) - 1) / 4, (-Math.sqrt(5) - 1) / 4];
const [sin72, sin144] = [Math.sqrt(10 + 2 * Math.sqrt(5)) / 4, Math.sqrt(10 - 2 * Math.sqrt(5)) / 4];

const radix5: Stage = (length, stride, xr, xi, yr, yi, { cos, sin }, step) => {
  const part = length / 5;
  const jump = part * stride;
  for (let p = 0; p < part; p++) {
    const c1 = cos[p * step]!;
    const s1 = sin[p * step]!;
    const c2 = cos[2 * p * step]!;
    const s2 = sin[2 * p * step]!;
    const c3 = cos[3 * p * step]!;
    const s3 = sin[3 * p * step]!;
    const c4 = cos[4 * p * step]!;
    const s4 = sin[4 * p * step]!;
    let from = p * stride;
    let to = 5 * p * stride;
    for (let q = 0; q < stride; q++, from++, to++) {
      const ar = xr[from]!;
      const ai = xi[from]!;
      const nearR = xr[from + jump]! + xr[from + 4 * jump]!;
      const nearI = xi[from + jump]! + xi[from + 4 * jump]!;
      const farR = xr[from + 2 * jump]! + xr[from + 3 * jump]!;
      const farI = xi[from + 2 * jump]! + xi[from + 3 * jump]!;
      const nearDifferenceR = xr[from + jump]! - xr[from + 4 * jump]!;
      const nearDifferenceI = xi[from + jump]! - xi[from + 4 * jump]!;
      const farDifferenceR = xr[from + 2 * jump]! - xr[from + 3 * jump]!;
      const farDifferenceI = xi[from + 2 * jump]! - xi[from + 3 * jump]!;
      yr[to] = ar + nearR + farR;
      yi[to] = ai + nearI + farI;
      const m1r = ar + cos72 * nearR + cos144 * farR;
      const m1i = ai + cos72 * nearI + cos144 * farI;
      const m2r = ar + cos144 * nearR + cos72 * farR;
      const m2i = ai + cos144 * nearI + cos72 * farI;
      const x1r = sin72 * nearDifferenceI + sin144 * farDifferenceI; // −i · (…)
      const x1i = -sin72 * nearDifferenceR - sin144 * farDifferenceR;
      const x2r = sin144 * nearDifferenceI - sin72 * farDifferenceI;
      const x2i = sin72 * farDifferenceR - sin144 * nearDifferenceR;
      yr[to + stride] = (m1r + x1r) * c1 + (m1i + x1i) * s1;
      yi[to + stride] = (m1i + x1i) * c1 - (m1r + x1r) * s1;
      yr[to + 2 * stride] = (m2r + x2r) * c2 + (m2i + x2i) * s2;
      yi[to + 2 * stride] = (m2i + x2i) * c2 - (m2r + x2r) * s2;
      yr[to + 3 * stride] = (m2r - x2r) * c3 + (m2i - x2i) * s3;
      yi[to + 3 * stride] = (m2i - x2i) * c3 - (m2r - x2r) * s3;
      yr[to + 4 * stride] = (m1r - x1r) * c4 + (m1i - x1i) * s4;
      yi[to + 4 * stride] = (m1i - x1i) * c4 - (m1r - x1r) * s4;
    }
  }
};

/** Any radix, by the definition of the transform. */
const anyRadix: Stage = (length, stride, xr, xi, yr, yi, { cos, sin }, step, radix) => {
  const part = length / radix;
  const jump = part * stride;
  const circle = part * step; // one step around a circle of `radix` points
  for (let p = 0; p < part; p++) {
    for (let j = 0; j < radix; j++) {
      const c = cos[j * p * step]!;
      const s = sin[j * p * step]!;
      const to = (radix * p + j) * stride;
      for (let q = 0; q < stride; q++) {
        let sumR = 0;
        let sumI = 0;
        for (let k = 0, from = p * stride + q; k < radix; k++, from += jump) {
          const at = ((j * k) % radix) * circle;
          const wc = cos[at]!;
          const ws = sin[at]!;
          sumR += xr[from]! * wc + xi[from]! * ws;
          sumI += xi[from]! * wc - xr[from]! * ws;
        }
        yr[to + q] = sumR * c + sumI * s;
        yi[to + q] = sumI * c - sumR * s;
      }
    }
  }
};

/** The stage for a radix. */
export function stageOf(radix: number): Stage {
  switch (radix) {
    case 2:
      return radix2;
    case 3:
      return radix3;
    case 4:
      return radix4;
    case 5:
      return radix5;
    default:
      return anyRadix;
  }
}
