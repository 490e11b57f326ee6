import { ExecutionError, TesseraError } from '../errors.js';
import type { TensorType } from '../graph/primitive.js';
import type { Backend, DeviceBuffer, Executable } from './backend.js';
import { pin, unpin, type QueuedExecutable } from './executables.js';
import type { Storage } from './storage.js';
import { transfer, whenAll } from './transfer.js';

/** One run that was asked for. */
interface Job {
  readonly cached: QueuedExecutable;
  readonly inputs: readonly Storage[];
  readonly types: readonly TensorType[];
  /** Inputs whose buffers the run consumes. */
  readonly donated: readonly Storage[];
  readonly outputs: readonly Storage[];
}

const tails = new WeakMap<Backend, Promise<void>>();

function asExecutionError(backend: Backend, error: unknown): TesseraError {
  if (error instanceof TesseraError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ExecutionError(`${backend.name}: ${message}`, { cause: error });
}

function finish(job: Job, buffers: readonly DeviceBuffer[]): void {
  job.outputs.forEach((output, i) => {
    output.fill(buffers[i]!);
  });
  end(job);
}

function fail(job: Job, error: unknown): void {
  const reason = asExecutionError(job.cached.backend, error);
  for (const output of job.outputs) output.fail(reason);
  end(job);
}

function end(job: Job): void {
  for (const input of job.inputs) input.endRead();
  for (const input of job.donated) input.release();
  unpin(job.cached);
}

/** Runs at once; returns a promise only if the backend or a transfer is asynchronous. Never throws or rejects. */
function runNow(job: Job, executable: Executable): Promise<void> | null {
  try {
    const buffers = job.inputs.map((input, i) =>
      transfer(input.buffer, input.backend, job.cached.backend, job.types[i]!),
    );
    const results = whenAll(buffers, (ready) => executable.run(ready));
    if (results instanceof Promise) {
      return results.then(
        (ready) => {
          finish(job, ready);
        },
        (error: unknown) => {
          fail(job, error);
        },
      );
    }
    finish(job, results);
  } catch (error) {
    fail(job, error);
  }
  return null;
}

async function runWhenReady(job: Job, before: Promise<void> | undefined): Promise<void> {
  await before;
  try {
    for (const input of job.inputs) await input.settled();
    for (const input of job.donated) await input.readOnlyBy(1);
    await runNow(job, job.cached.executable ?? (await job.cached.ready!));
  } catch (error) {
    fail(job, error);
  }
}

/** Runs an executable after all runs that were asked for earlier on its backend; at once if none is waiting. */
export function submit(job: Job): void {
  const { backend } = job.cached;
  pin(job.cached);
  for (const input of job.inputs) input.beginRead();
  const tail = tails.get(backend);
  const waits = job.inputs.some((input) => input.isPending) || job.donated.some((input) => input.readers > 1);
  let running: Promise<void> | null;
  if (tail === undefined && job.cached.executable !== null && !waits) {
    running = runNow(job, job.cached.executable);
  } else {
    running = runWhenReady(job, tail);
  }
  if (running === null) return;
  const current = running.then(() => {
    if (tails.get(backend) === current) tails.delete(backend);
  });
  tails.set(backend, current);
}
