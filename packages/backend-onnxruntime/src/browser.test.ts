import { UnsupportedError } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime, profile } from './browser.js';

it('says that it needs Node', async () => {
  expect(() => onnxruntime({ threads: 1 })).toThrow(
    new UnsupportedError(
      'onnxruntime: this backend runs native code and needs Node; in a browser, leave setBackend out to use the reference backend',
    ),
  );
  await expect(profile(() => undefined)).rejects.toThrow(
    new UnsupportedError('profile: it measures native code and needs Node; use the profiler of the browser'),
  );
});
