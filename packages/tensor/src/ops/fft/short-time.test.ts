import { expect, it } from 'vitest';
import { errorTexts } from '../../errors.fixture.js';
import { testFunctions } from '../../function-cases.fixture.js';
import { fft, zeros } from '../../index.js';
import { pattern, relativeDifference } from '../../values.fixture.js';

testFunctions('spectra', {
  stft: ([x, window], n: number, options: fft.StftOptions) =>
    fft.stft(x!, n, window === undefined ? options : { ...options, window }),
  istft: ([real, imaginary, window], n: number, options: fft.IstftOptions) =>
    fft.istft(real!, imaginary!, n, window === undefined ? options : { ...options, window }),
  hannWindow: (_, n: number, options: fft.WindowOptions) => fft.hannWindow(n, options),
  hammingWindow: (_, n: number, options: fft.WindowOptions) => fft.hammingWindow(n, options),
  blackmanWindow: (_, n: number, options: fft.WindowOptions) => fft.blackmanWindow(n, options),
});

it.each<[string, number, fft.StftOptions & fft.IstftOptions]>([
  ['the defaults', 8, {}],
  ['a hop that divides nothing', 8, { hopLength: 3 }],
  ['frames of odd length', 9, { hopLength: 2 }],
  ['many overlaps', 40, { hopLength: 1, padMode: 'edge' }],
  ['another window and norm', 8, { window: fft.hammingWindow(6, { dtype: 'float64' }), hopLength: 2, norm: 'ortho' }],
])('gives the signal back: %s', (_, n, options) => {
  const x = pattern([2, 37], 1);
  const back = fft.istft(...fft.stft(x, n, options), n, { ...options, length: 36 });
  expect(relativeDifference(back, x.slice(null, [0, 36]))).toBeLessThan(1e-14);
});

it('gives zeros where no window reaches', () => {
  const x = pattern([24], 1);
  const options = { window: fft.hannWindow(8, { dtype: 'float64' }), center: false };
  const back = fft.istft(...fft.stft(x, 8, options), 8, options);
  expect(relativeDifference(back.slice([1, null]), x.slice([1, null]))).toBeLessThan(1e-13);
  expect(relativeDifference(back.slice([0, 1]), zeros([1], { dtype: 'float64' }))).toBe(0);
});

it('names what is wrong', () => {
  const x = zeros([16]);
  expect(
    errorTexts(
      () => fft.stft(x.cast('int32'), 4),
      () => fft.stft(zeros([]), 4),
      () => fft.stft(x, 0),
      () => fft.stft(x, 4, { hopLength: 1.5 }),
      () => fft.stft(x, 4, { window: zeros([5]) }),
      () => fft.stft(x, 4, { window: zeros([2, 2]) }),
      () => fft.stft(x, 4, { window: zeros([4], { dtype: 'float64' }) }),
      () => fft.stft(x, 17, { center: false }),
      () => fft.stft(x, 4, { norm: 'unitary' as never }),
      () => fft.istft(zeros([3, 2]), zeros([3, 3]), 4),
      () => fft.istft(zeros([3, 2]), zeros([3, 2]), 8),
      () => fft.istft(zeros([3]), zeros([3]), 4),
      () => fft.istft(zeros([3, 2]), zeros([3, 2]), 4, { length: -1 }),
      () => fft.hannWindow(0),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: stft: int32 [16] is not accepted; it takes floats: use .cast(…)
    ShapeError: stft: x is []; it must have an axis of samples
    ArgumentError: stft: a frame length of 0 is not accepted; use a whole number >= 1
    ArgumentError: stft: a hopLength of 1.5 is not accepted; use a whole number >= 1
    ShapeError: stft: the window is [5]; it must be a vector of 1 to 4 elements, the length of a frame
    ShapeError: stft: the window is [2,2]; it must be a vector of 1 to 4 elements, the length of a frame
    DTypeError: stft: dtypes differ: float32 [16] and float64 [4]; convert one with .cast('float32')
    ShapeError: stft: x [16] is shorter than one frame of 17 samples
    ArgumentError: stft: norm 'unitary' is not accepted; use 'backward', 'ortho' or 'forward'
    ShapeError: istft: real part [3,2] and imaginary part [3,3] differ; they must have one shape
    ShapeError: istft: the spectrum is [3,2]; for frames of 8 samples it must be [..., 5, frames]
    ShapeError: istft: the spectrum is [3]; for frames of 4 samples it must be [..., 3, frames]
    ArgumentError: istft: a length of -1 is not accepted; use a whole number >= 1
    ArgumentError: hannWindow: a length of 0 is not accepted; use a whole number >= 1"
  `);
});
