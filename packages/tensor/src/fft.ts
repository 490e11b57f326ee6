/**
 * Discrete Fourier transforms. Complex numbers are pairs of tensors, [real, imaginary]; results are such pairs, so that
 * they can be spread into the next call: `ifft(...fft(x))`.
 * @packageDocumentation
 */
export { fftFrequencies, fftShift, ifftShift, rfftFrequencies, type FrequencyOptions } from './ops/fft/frequencies.js';
export { istft, stft, type IstftOptions, type ShortTimeOptions, type StftOptions } from './ops/fft/short-time.js';
export {
  fft,
  fft2,
  fftn,
  ifft,
  ifft2,
  ifftn,
  irfft,
  rfft,
  type ComplexPair,
  type FourierNorm,
  type FourierOptions,
  type MultipleFourierOptions,
} from './ops/fft/transforms.js';
export { blackmanWindow, hammingWindow, hannWindow, type WindowOptions } from './ops/fft/window-functions.js';
