import { UnsupportedError } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './browser.js';

it('says that it needs Node', () => {
  expect(() => onnxruntime({ threads: 1 })).toThrow(
    new UnsupportedError(
      'onnxruntime: this backend runs native code and needs Node; in a browser, leave setBackend out to use the reference backend',
    ),
  );
});
