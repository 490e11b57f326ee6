import { ambient } from './ambient.js';
import { ArgumentError, TraceError } from './errors.js';
import type { Backend } from './execution/backend.js';
import { activeBackend } from './execution/evaluate.js';

function checkBackend(operation: string, backend: unknown): void {
  if (typeof backend === 'object' && backend !== null && 'compile' in backend) return;
  const hint = typeof backend === 'function' ? '; call the function that makes one, as in onnxruntime()' : '';
  throw new ArgumentError(`${operation}: ${backend === null ? 'null' : typeof backend} is no backend${hint}`);
}

/**
 * Sets the backend that later evaluations and compiled calls use; tiny graphs still run on reference.
 *
 * @example
 * ```ts
 * setBackend(referenceBackend); // or onnxruntime() of the package backend-onnxruntime
 * ```
 */
export function setBackend(backend: Backend): void {
  checkBackend('setBackend', backend);
  ambient.backend = backend;
}

/**
 * The backend that evaluations use: reference unless one was set.
 *
 * @example
 * ```ts
 * getBackend().name; // → 'reference'
 * ```
 */
export function getBackend(): Backend {
  return activeBackend();
}

/**
 * Runs `body` with a backend that even tiny graphs use. Synchronous: what `body` evaluates is queued inside it and may be
 * awaited outside. Throws a TraceError when `body` returns a Promise that another await would resume in.
 *
 * @example
 * ```ts
 * const x = tensor([1, 2]);
 * withBackend(referenceBackend, () => x.sum()); // → 3
 * ```
 */
export function withBackend<T>(backend: Backend, body: () => T): T {
  checkBackend('withBackend', backend);
  if (body.constructor.name === 'AsyncFunction') {
    throw new TraceError('withBackend: the function is async; code after its first await would use another backend');
  }
  const { backend: previous, backendPinned } = ambient;
  ambient.backend = backend;
  ambient.backendPinned = true;
  try {
    return body();
  } finally {
    ambient.backend = previous;
    ambient.backendPinned = backendPinned;
  }
}
