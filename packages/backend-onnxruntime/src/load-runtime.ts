import { createRequire } from 'node:module';
import { UnsupportedError } from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';

let runtime: typeof OnnxRuntime | null = null;

/** Loads onnxruntime-node when it is first needed: it is an optional peer, and large. */
export function loadRuntime(): typeof OnnxRuntime {
  if (runtime !== null) return runtime;
  try {
    runtime = createRequire(import.meta.url)('onnxruntime-node') as typeof OnnxRuntime;
    return runtime;
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'MODULE_NOT_FOUND';
    const reason = missing ? 'is not installed' : `does not load (${(cause as Error).message.split('\n')[0]})`;
    throw new UnsupportedError(
      `onnxruntime: the package onnxruntime-node ${reason}; install it: npm install onnxruntime-node@^1.30.0`,
    );
  }
}
