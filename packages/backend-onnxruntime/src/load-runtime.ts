import { UnsupportedError } from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';
import { requireRuntime } from './require-runtime.js';

/** onnxruntime-node, an optional peer; throws an UnsupportedError with the install command. */
export function loadRuntime(): typeof OnnxRuntime {
  try {
    return requireRuntime();
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'MODULE_NOT_FOUND';
    const reason = missing ? 'is not installed' : `does not load (${(cause as Error).message.split('\n')[0]})`;
    throw new UnsupportedError(
      `onnxruntime: the package onnxruntime-node ${reason}; install it: npm install onnxruntime-node@^1.30.0`,
    );
  }
}
