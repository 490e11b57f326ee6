import { UnsupportedError } from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';

/** What computes: the processor, or an accelerator that the runtime reaches by WebGPU, CUDA, DirectML or Core ML. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

const providers: readonly Provider[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

/** The providers of the installed runtime, as error texts show them. */
function describePresent(runtime: typeof OnnxRuntime, except: Provider): string {
  const present = runtime
    .listSupportedBackends()
    .filter(({ name }) => name !== except && (providers as readonly string[]).includes(name));
  return present.map(({ name, bundled }) => (bundled ? name : `${name} (if its libraries are installed)`)).join(', ');
}

/** Throws an UnsupportedError, which names those that are present, for a provider that the installed runtime lacks. */
export function checkProvider(runtime: typeof OnnxRuntime, provider: Provider): void {
  if (!providers.includes(provider)) {
    throw new UnsupportedError(`onnxruntime: there is no provider ${provider}; use ${providers.join(', ')}`);
  }
  if (runtime.listSupportedBackends().some(({ name }) => name === provider)) return;
  throw new UnsupportedError(
    `onnxruntime: the installed onnxruntime-node has no provider ${provider}; present: ${describePresent(runtime, provider)}`,
  );
}

/** Status lines begin with the place in the runtime's sources. */
const place = /^\/\S+:\d+ .*?was false\. /s;

/** The error for a provider that the runtime has, but that does not start on this machine. */
export function providerFailure(runtime: typeof OnnxRuntime, provider: Provider, cause: unknown): UnsupportedError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [reason] = text.replace(place, '').trim().split('\n');
  return new UnsupportedError(
    `onnxruntime: the provider ${provider} does not start: ${reason}; present besides: ${describePresent(runtime, provider)}`,
  );
}
