import {
  evaluate,
  fft,
  grad,
  referenceBackend,
  withBackend,
  type Backend,
  type DType,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

/** Powers of two, short lengths, a long composite one and a long prime. */
const lengths = [1, 2, 3, 7, 8, 30, 60, 64, 65, 100, 127, 256, 500, 1009];

const norm = 'ortho' as const;
const transforms: Readonly<Record<string, (n: number, dtype: DType) => readonly Tensor[]>> = {
  fft: (n, dtype) => fft.fft(values(dtype, [3, n]), values(dtype, [3, n], 2)),
  'fft along the first axis': (n, dtype) => fft.fft(values(dtype, [n, 2, 3]), values(dtype, [n, 2, 3], 2), 0),
  ifft: (n, dtype) => fft.ifft(values(dtype, [2, n, 3]), values(dtype, [2, n, 3], 2), 1, { norm }),
  rfft: (n, dtype) => fft.rfft(values(dtype, [n, 3]), 0, { norm }),
  irfft: (n, dtype) => {
    const half = Math.floor(n / 2) + 1;
    return [fft.irfft(values(dtype, [3, half]), values(dtype, [3, half], 2), -1, { n })];
  },
  'fft of two axes': (n, dtype) => fft.fft2(values(dtype, [6, n]), values(dtype, [6, n], 2)),
  'gradient of a power spectrum': (n, dtype) => [
    grad((x: Tensor) => {
      const [re, im] = fft.rfft(x, -1, { norm });
      return re
        .square()
        .add(im.square())
        .mul(values(dtype, re.shape, 3))
        .sum();
    })(values(dtype, [2, n])),
  ],
};

async function run(backend: Backend, results: readonly Tensor[]): Promise<readonly Tensor[]> {
  await withBackend(backend, () => evaluate(...results));
  return results;
}

const cases = Object.keys(transforms).flatMap((name) =>
  (['float32', 'float64'] as const).map((dtype): [string, DType] => [name, dtype]),
);

it.each(cases)('%s of %s agrees with reference at every length', async (name, dtype) => {
  const backend = recording(onnxruntime({ threads: 1 }));
  for (const n of lengths) {
    const actual = await run(backend, transforms[name]!(n, dtype));
    const expected = await run(referenceBackend, transforms[name]!(n, dtype));
    for (const [i, result] of actual.entries()) {
      expect(deviation(await result.data(), await expected[i]!.data(), dtype, { length: n }), `${n}`).toBe('');
    }
  }
  expect([...backend.refused]).toEqual([]);
  backend.dispose();
});
