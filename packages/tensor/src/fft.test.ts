import { expect, it } from 'vitest';
import { compile, fft, grad, ones, tensor, vmap, type Tensor } from './index.js';
import { checkGradients } from './ops/finite-differences.fixture.js';
import { float64, numbersOf, pattern, relativeDifference } from './values.fixture.js';

/** The transform by its definition, along the last axis. */
function byDefinition(re: readonly number[], im: readonly number[], n: number, sign: number): [number[], number[]] {
  const rows = re.length / n;
  const [real, imaginary] = [new Array<number>(re.length).fill(0), new Array<number>(re.length).fill(0)];
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n;
        const [a, b] = [re[row * n + j]!, im[row * n + j]!];
        real[row * n + k]! += a * Math.cos(angle) - b * Math.sin(angle);
        imaginary[row * n + k]! += a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
  }
  return [real, imaginary];
}

function difference(actual: fft.ComplexPair, expected: readonly [readonly number[], readonly number[]]): number {
  return Math.max(...actual.map((part, i) => relativeDifference(part, float64(expected[i]!, part.shape))));
}

const largePrime = 1009;
const lengths = [1, 2, 3, 4, 5, 6, 8, 11, 12, 30, 37, 64, 83, 100, 210, 256, largePrime];

it.each(lengths)('transforms %d numbers, and back', (n) => {
  const [x, y] = [pattern([2, n], 1), pattern([2, n], 2)];
  const forward = fft.fft(x, y);
  expect(difference(forward, byDefinition(numbersOf(x), numbersOf(y), n, -1))).toBeLessThan(1e-12);
  const backward = fft.ifft(...forward);
  expect(difference(backward, [numbersOf(x), numbersOf(y)])).toBeLessThan(4e-15);
  const [real, imaginary] = fft.rfft(x);
  const half = fft.fft(x).map((part) => part.slice(null, [0, Math.floor(n / 2) + 1]));
  expect(relativeDifference(real, half[0]!)).toBeLessThan(4e-15);
  expect(relativeDifference(imaginary, half[1]!)).toBeLessThan(n < 3 ? Infinity : 1e-14);
  expect(relativeDifference(fft.irfft(real, imaginary, -1, { n }), x)).toBeLessThan(4e-15);
});

it('keeps the energy: Parseval', () => {
  const energy = (parts: readonly Tensor[]): number => parts.flatMap(numbersOf).reduce((sum, v) => sum + v * v, 0);
  const x = [pattern([3, 60], 1), pattern([3, 60], 2)] as const;
  expect(energy(fft.fft(...x)) / energy(x) / 60).toBeCloseTo(1, 13);
  expect(energy(fft.fft(...x, -1, { norm: 'ortho' })) / energy(x)).toBeCloseTo(1, 13);
});

it.each(['backward', 'ortho', 'forward'] as const)('scales by the norm %s', (norm) => {
  const n = 6;
  const [x, y] = [pattern([n], 1), pattern([n], 2)];
  const forward = { backward: 1, ortho: 1 / Math.sqrt(n), forward: 1 / n }[norm];
  const plain = fft.fft(x, y);
  expect(
    difference(fft.fft(x, y, -1, { norm }), [numbersOf(plain[0].mul(forward)), numbersOf(plain[1].mul(forward))]),
  ).toBeLessThan(1e-15);
  expect(difference(fft.ifft(...fft.fft(x, y, 0, { norm }), 0, { norm }), [numbersOf(x), numbersOf(y)])).toBeLessThan(
    1e-15,
  );
  expect(relativeDifference(fft.irfft(...fft.rfft(x, 0, { norm }), 0, { norm }), x)).toBeLessThan(1e-15);
  expect(
    difference(fft.ifft2(...fft.fft2(pattern([3, 4], 3), null, [0, 1], { norm }), [0, 1], { norm }), [
      numbersOf(pattern([3, 4], 3)),
      new Array<number>(12).fill(0),
    ]),
  ).toBeLessThan(1e-15);
});

it('cuts and fills up axes', () => {
  const x = pattern([2, 5], 1);
  for (const n of [3, 8]) {
    const resized = numbersOf(x).flatMap((_, i) =>
      i % 5 === 0 ? Array.from({ length: n }, (__, j) => (j < 5 ? numbersOf(x)[i + j]! : 0)) : [],
    );
    expect(
      difference(
        fft.fft(x, null, -1, { n }),
        byDefinition(
          resized,
          resized.map(() => 0),
          n,
          -1,
        ),
      ),
    ).toBeLessThan(1e-14);
  }
  expect(fft.rfft(x, 0, { n: 7 })[0].shape).toEqual([4, 5]);
  expect(fft.irfft(...fft.rfft(x)).shape).toEqual([2, 4]);
  expect(fft.fftn(x, null, [0, 1], { shape: [3, 4] })[0].shape).toEqual([3, 4]);
});

it('transforms several axes, one after the other', () => {
  const x = pattern([3, 4, 5], 1);
  const [real, imaginary] = fft.fft(...fft.fft(...fft.fft(x, null, 0), 1), 2);
  for (const pair of [fft.fftn(x), fft.fftn(x, null, [2, 0, 1]), fft.fft2(...fft.fft(x, null, 0))]) {
    expect(relativeDifference(pair[0], real)).toBeLessThan(1e-14);
    expect(relativeDifference(pair[1], imaginary)).toBeLessThan(1e-14);
  }
  expect(relativeDifference(fft.ifftn(...fft.fftn(x))[0], x)).toBeLessThan(1e-14);
});

it('transforms wide arrays in blocks', () => {
  const x = pattern([64, 300], 3);
  const columns = fft.fft(x, null, 0);
  const rows = fft.fft(x.transpose());
  columns.forEach((part, i) => expect(relativeDifference(part, rows[i]!.transpose())).toBe(0));
});

it('shifts spectra, and back', () => {
  for (const n of [4, 5]) {
    const shifted = fft.fftShift(fft.fftFrequencies(n));
    expect(numbersOf(shifted)).toEqual([...numbersOf(shifted)].sort((a, b) => a - b));
    expect(numbersOf(fft.ifftShift(shifted))).toEqual(numbersOf(fft.fftFrequencies(n)));
  }
  expect(
    numbersOf(fft.fftFrequencies(5, { spacing: 0.1, dtype: 'float64' })).map((v) => Math.round(v * 1e12) / 1e12),
  ).toEqual([0, 2, 4, -4, -2]);
  expect(numbersOf(fft.rfftFrequencies(4))).toEqual([0, 0.25, 0.5]);
  const image = pattern([3, 4], 1);
  expect(numbersOf(fft.ifftShift(fft.fftShift(image, 1), 1))).toEqual(numbersOf(image));
});

it('differentiates, maps and compiles', () => {
  const f = (x: Tensor): Tensor[] => [...fft.fft(x.square(), x), fft.irfft(...fft.rfft(x, 0, { n: 5 }), 0, { n: 6 })];
  expect(checkGradients(f, [pattern([7], 3)])).toBe(null);
  const energy = (x: Tensor): Tensor => {
    const [real, imaginary] = fft.fft(x, null, -1, { norm: 'ortho' });
    return real.square().add(imaginary.square()).sum();
  };
  const x = pattern([3, 8], 2);
  expect(relativeDifference(vmap(grad(energy))(x), x.mul(2))).toBeLessThan(1e-15);
  expect(relativeDifference(compile(vmap(grad(energy)))(x), x.mul(2))).toBeLessThan(1e-15);
});

it('passes NaN on and keeps the dtype', () => {
  expect(numbersOf(fft.fft(float64([1, NaN, 2]))[0]).every(Number.isNaN)).toBe(true);
  for (const dtype of ['float16', 'float32', 'float64'] as const) {
    expect(fft.fft(tensor([1, 2], { dtype }))[0].dtype).toBe(dtype);
  }
});

it('names what is wrong with bad operands', () => {
  const messages = [
    () => fft.fft(ones([2]).cast('int32')),
    () => fft.fft(ones([])),
    () => fft.fft(ones([2, 0])),
    () => fft.fft(ones([2]), ones([3])),
    () => fft.fft(ones([2]), ones([2]).cast('float64')),
    () => fft.fft(ones([2]), null, 1),
    () => fft.ifft(ones([2]), null, 0, { n: 1.5 }),
    () => fft.rfft(ones([2]), 0, { norm: 'unitary' as never }),
    () => fft.irfft(ones([1])),
    () => fft.fft2(ones([2])),
    () => fft.fftn(ones([2, 2]), null, [0], { shape: [2, 2] }),
    () => fft.fftFrequencies(0),
    () => fft.fftFrequencies(4, { spacing: 0 }),
    () => fft.fftShift(ones([2]), 1),
  ].map((f) => {
    try {
      f();
      return 'no error';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "DTypeError: fft: int32 [2] is not accepted; it takes floats: use .cast(…)",
      "ShapeError: fft: axis -1 is out of range for shape []; a scalar has no axes",
      "ShapeError: fft: a length of 0 along axis 1 of [2,0] is not accepted; use a whole number >= 1",
      "ShapeError: fft: real part [2] and imaginary part [3] differ; they must have one shape",
      "DTypeError: fft: dtypes differ: float32 [2] and float64 [2]; convert one with .cast('float32')",
      "ShapeError: fft: axis 1 is out of range for shape [2]; use -1 to 0",
      "ShapeError: ifft: a length of 1.5 along axis 0 of [2] is not accepted; use a whole number >= 1",
      "ArgumentError: rfft: norm 'unitary' is not accepted; use 'backward', 'ortho' or 'forward'",
      "ShapeError: irfft: a length of 0 along axis 0 of [1] is not accepted; use a whole number >= 1",
      "ShapeError: fft2: axis -2 is out of range for shape [2]; use -1 to 0",
      "ArgumentError: fftn: shape [2,2] has 2 lengths for 1 axes; give one for each",
      "ArgumentError: fftFrequencies: a length of 0 is not accepted; use a whole number >= 1",
      "ArgumentError: fftFrequencies: a spacing of 0 is not accepted; use the time between samples",
      "ShapeError: fftShift: axis 1 is out of range for shape [2]; use -1 to 0",
    ]
  `);
});
