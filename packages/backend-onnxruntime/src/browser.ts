import { UnsupportedError, type Backend } from '@tesserajs/tensor';
import type { OnnxRuntimeOptions } from './backend.js';

/** Stands in where there is no Node: throws an UnsupportedError. */
export function onnxruntime(_options: OnnxRuntimeOptions = {}): Backend {
  throw new UnsupportedError(
    'onnxruntime: this backend runs native code and needs Node; in a browser, leave setBackend out to use the reference backend',
  );
}

export type { OnnxRuntimeOptions } from './backend.js';
