import { createRequire } from 'node:module';
import type * as OnnxRuntime from 'onnxruntime-node';

let runtime: typeof OnnxRuntime | null = null;

/** Loads onnxruntime-node when it is first needed; throws what Node throws when it is missing or broken. */
export function requireRuntime(): typeof OnnxRuntime {
  runtime ??= createRequire(import.meta.url)('onnxruntime-node') as typeof OnnxRuntime;
  return runtime;
}
