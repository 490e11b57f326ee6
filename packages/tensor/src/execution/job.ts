import { ExecutionError, TesseraError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { TensorType } from '../graph/primitive.js';
import type { Backend, DeviceBuffer, Executable } from './backend.js';
import type { QueuedExecutable } from './executables.js';
import type { Storage } from './storage.js';
import { transfer, whenAll } from './transfer.js';

/** One run that was asked for. */
export interface Job {
  readonly cached: QueuedExecutable;
  readonly inputs: readonly Storage[];
  readonly types: readonly TensorType[];
  /** Inputs whose buffers the run consumes. */
  readonly donated: readonly Storage[];
  readonly outputs: readonly Storage[];
  /** What it computes, if its outputs are values of their own that must not fail for each other. */
  readonly separable?: Graph;
}

/** The error of a failed run, as its readers get it. */
export function asExecutionError(backend: Backend, error: unknown): TesseraError {
  if (error instanceof TesseraError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ExecutionError(`${backend.name}: ${message}`, { cause: error });
}

/** Frees the copies that a run read instead of inputs in another memory, except those that it consumed. */
function freeCopies(job: Job, buffers: readonly DeviceBuffer[]): void {
  const { backend } = job.cached;
  if (backend.memorySpace === 'host') return;
  job.inputs.forEach((input, i) => {
    if (input.backend.memorySpace !== backend.memorySpace && !job.donated.includes(input)) backend.free(buffers[i]!);
  });
}

/** Brings the inputs to the backend and runs; synchronous where both are. Throws the error of an input that failed. */
export function execute(job: Job, executable: Executable): readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]> {
  const buffers = job.inputs.map((input, i) =>
    transfer(input.buffer, input.backend, job.cached.backend, job.types[i]!),
  );
  return whenAll(buffers, (ready) => {
    const made = executable.run(ready);
    if (made instanceof Promise) {
      return made.finally(() => {
        freeCopies(job, ready);
      });
    }
    freeCopies(job, ready);
    return made;
  });
}
