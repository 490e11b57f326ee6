import { ExecutionError, PendingLimitError, TesseraError } from '../errors.js';
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

/** The runs of one backend, which take turns. */
interface Queue {
  /** Resolves when the last run has ended; null while none is in progress. */
  tail: Promise<void> | null;
  length: number;
}

const queues = new WeakMap<Backend, Queue>();

/**
 * A run that waits holds its inputs and nothing else; its outputs have no memory before it begins. A loop that never
 * lets a run end, because it awaits nothing, is told so before its history fills the memory.
 */
const queueLimit = 10_000;

function queueOf(backend: Backend): Queue {
  let queue = queues.get(backend);
  if (queue === undefined) {
    queue = { tail: null, length: 0 };
    queues.set(backend, queue);
  }
  return queue;
}

/** Runs of a backend that have not ended. */
export function queuedRuns(backend: Backend): number {
  return queues.get(backend)?.length ?? 0;
}

/** Throws a PendingLimitError when too many runs wait for their turn. */
export function checkQueue(operation: string, backend: Backend): void {
  if (queuedRuns(backend) < queueLimit) return;
  throw new PendingLimitError(
    `${operation}: ${queueLimit} runs wait for their turn on ${backend.name}; await a result in each step of the loop, ` +
      'e.g. `await evaluate(w)`, so that they can end',
  );
}

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
  const { backend } = job.cached;
  for (const input of job.inputs) input.endRead();
  for (const input of job.donated)
    input.release(input.backend.memorySpace === backend.memorySpace ? 'consumed' : 'free');
  unpin(job.cached);
}

/** Frees the copies that a run read instead of inputs in another memory, except those that it consumed. */
function freeCopies(job: Job, buffers: readonly DeviceBuffer[]): void {
  const { backend } = job.cached;
  if (backend.memorySpace === 'host') return;
  job.inputs.forEach((input, i) => {
    if (input.backend.memorySpace !== backend.memorySpace && !job.donated.includes(input)) backend.free(buffers[i]!);
  });
}

/** Runs at once; returns a promise only if the backend or a transfer is asynchronous. Never throws or rejects. */
function runNow(job: Job, executable: Executable): Promise<void> | null {
  try {
    const buffers = job.inputs.map((input, i) =>
      transfer(input.buffer, input.backend, job.cached.backend, job.types[i]!),
    );
    const results = whenAll(buffers, (ready) => {
      const made = executable.run(ready);
      if (made instanceof Promise) {
        return made.finally(() => {
          freeCopies(job, ready);
        });
      }
      freeCopies(job, ready);
      return made;
    });
    if (results instanceof Promise) {
      return results.then(
        (made) => {
          finish(job, made);
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

async function runWhenReady(job: Job, before: Promise<void> | null): Promise<void> {
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
  const queue = queueOf(job.cached.backend);
  pin(job.cached);
  for (const input of job.inputs) input.beginRead();
  const waits = job.inputs.some((input) => input.isPending) || job.donated.some((input) => input.readers > 1);
  let running: Promise<void> | null;
  if (queue.tail === null && job.cached.executable !== null && !waits) {
    running = runNow(job, job.cached.executable);
  } else {
    running = runWhenReady(job, queue.tail);
  }
  if (running === null) return;
  queue.length++;
  const current = running.then(() => {
    queue.length--;
    if (queue.tail === current) queue.tail = null;
  });
  queue.tail = current;
}
