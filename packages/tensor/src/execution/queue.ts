import { ExecutionError, TesseraError } from '../errors.js';
import type { TensorType } from '../graph/primitive.js';
import type { Backend, DeviceBuffer, Executable } from './backend.js';
import type { CachedExecutable } from './executables.js';
import type { Storage } from './storage.js';

/** One run that was asked for. */
interface Job {
  readonly cached: CachedExecutable;
  readonly inputs: readonly Storage[];
  readonly types: readonly TensorType[];
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
  job.cached.pins--;
  for (const input of job.inputs) input.release();
}

/** The input's buffer in the memory of the backend that is to run. */
function bufferFor(backend: Backend, storage: Storage, type: TensorType): DeviceBuffer | Promise<DeviceBuffer> {
  if (storage.backend.memorySpace === backend.memorySpace) return storage.buffer;
  const host = storage.backend.fromDevice(storage.buffer, type);
  return host instanceof Promise ? host.then((data) => backend.toDevice(data, type)) : backend.toDevice(host, type);
}

/** Runs at once; returns a promise only if the backend or a transfer is asynchronous. Never throws or rejects. */
function runNow(job: Job, executable: Executable): Promise<void> | null {
  try {
    const buffers = job.inputs.map((input, i) => bufferFor(job.cached.backend, input, job.types[i]!));
    const ready = buffers.flatMap((buffer) => (buffer instanceof Promise ? [] : [buffer]));
    const results =
      ready.length === buffers.length
        ? executable.run(ready)
        : Promise.all(buffers.map(async (buffer) => buffer)).then((all) => executable.run(all));
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
    await runNow(job, job.cached.executable ?? (await job.cached.ready!));
  } catch (error) {
    fail(job, error);
  }
}

/** Runs an executable after all runs that were asked for earlier on its backend; at once if none is waiting. */
export function submit(job: Job): void {
  const { backend } = job.cached;
  job.cached.pins++;
  const tail = tails.get(backend);
  let running: Promise<void> | null;
  if (tail === undefined && job.cached.executable !== null && !job.inputs.some((input) => input.isPending)) {
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
