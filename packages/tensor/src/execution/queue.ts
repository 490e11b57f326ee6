import { PendingLimitError } from '../errors.js';
import type { Backend, DeviceBuffer, Executable } from './backend.js';
import { pin, unpin } from './executables.js';
import { asExecutionError, execute, type Job } from './job.js';
import { recover } from './recover.js';

/** The runs of one backend, which take turns. */
interface Queue {
  /** Resolves when the last run has ended; null while none is in progress. */
  tail: Promise<void> | null;
  length: number;
}

const queues = new WeakMap<Backend, Queue>();

/**
 * A run that waits holds its inputs and the list of its operations; its outputs have no memory before it begins. A loop
 * that never lets a run end, because it awaits nothing, is told so before its history fills the memory.
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

function end(job: Job): void {
  const { backend } = job.cached;
  for (const input of job.inputs) input.endRead();
  for (const input of job.donated)
    input.release(input.backend.memorySpace === backend.memorySpace ? 'consumed' : 'free');
  unpin(job.cached);
}

function finish(job: Job, buffers: readonly DeviceBuffer[]): void {
  job.outputs.forEach((output, i) => {
    output.fill(buffers[i]!);
  });
  end(job);
}

/** Settles the outputs of a run that failed; returns a promise if some of them may be saved. */
function fail(job: Job, error: unknown): Promise<void> | null {
  const reason = asExecutionError(job.cached.backend, error);
  if (job.separable !== undefined && job.outputs.length > 1) {
    return recover(job, job.separable, reason).then(() => {
      end(job);
    });
  }
  for (const output of job.outputs) output.fail(reason);
  end(job);
  return null;
}

/** Runs at once; returns a promise only if the backend or a transfer is asynchronous. Never throws or rejects. */
function runNow(job: Job, executable: Executable): Promise<void> | null {
  try {
    const results = execute(job, executable);
    if (results instanceof Promise) {
      return results.then(
        (made) => {
          finish(job, made);
        },
        async (error: unknown) => {
          await fail(job, error);
        },
      );
    }
    finish(job, results);
    return null;
  } catch (error) {
    return fail(job, error);
  }
}

async function runWhenReady(job: Job, before: Promise<void> | null): Promise<void> {
  await before;
  try {
    for (const input of job.inputs) await input.settled();
    for (const input of job.donated) await input.readOnlyBy(1);
    await runNow(job, job.cached.executable ?? (await job.cached.ready!));
  } catch (error) {
    await fail(job, error);
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
