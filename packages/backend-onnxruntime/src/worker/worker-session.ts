import type { HostArray } from '@tesserajs/tensor';
import type { Session } from '../session.js';
import type { SessionPlan, SessionSettings } from '../session-plan.js';
import { workerThread, type WorkerThread } from './worker-thread.js';

/** Whether an array is all of its memory, so that the memory can go to another thread. */
function isWhole({ byteLength, buffer }: HostArray | Uint8Array): boolean {
  return byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
}

/** A session and the thread that holds it. */
interface Place {
  readonly thread: WorkerThread;
  readonly number: number;
}

/** The copy of an input that the worker sent back, and the array that it was made of. */
interface Staged {
  readonly copy: HostArray;
  readonly source: WeakRef<HostArray>;
}

/**
 * A session in the worker. Donated arrays go there and results come back without a copy; other inputs are copied, into
 * the same memory each time, and only if they are not those of the last run.
 */
export class WorkerSession implements Session {
  readonly #makePlan: () => SessionPlan;
  readonly #settings: SessionSettings;
  readonly #donated: readonly boolean[];
  readonly #outputs: number;
  readonly #staged: (Staged | null)[];
  #place: Place;
  #released = false;

  private constructor(makePlan: () => SessionPlan, plan: SessionPlan, settings: SessionSettings, place: Place) {
    this.#makePlan = makePlan;
    this.#settings = settings;
    this.#donated = plan.inputs.map(({ donated }) => donated);
    this.#outputs = plan.outputs.length;
    this.#staged = plan.inputs.map(() => null);
    this.#place = place;
  }

  /** Creates a session; `makePlan` makes its plan again after the worker has ended. */
  static async create(
    plan: SessionPlan,
    makePlan: () => SessionPlan,
    settings: SessionSettings,
  ): Promise<WorkerSession> {
    return new WorkerSession(makePlan, plan, settings, await createIn(workerThread(), plan, settings));
  }

  get heldBytes(): number {
    return this.#staged.reduce((total, staged) => total + (staged?.copy.byteLength ?? 0), 0);
  }

  async run(inputs: readonly HostArray[]): Promise<HostArray[]> {
    if (!this.#place.thread.alive) {
      this.#place = await createIn(workerThread(), this.#makePlan(), this.#settings);
    }
    const { thread, number } = this.#place;
    const call = (arrays: HostArray[]): Promise<HostArray[]> => {
      const buffers = arrays.map(({ buffer }) => buffer as ArrayBuffer);
      return thread.call('run', { session: number, inputs: arrays }, buffers);
    };
    const sent = inputs.map((array, i) => this.#prepare(i, array));
    const answer = await call(sent).catch((error: unknown) => {
      // Some memory cannot leave its thread, such as WebAssembly's.
      if ((error as Error).name !== 'DataCloneError') throw error;
      return call(sent.map((array, i) => (this.#donated[i]! ? array.slice() : array)));
    });
    let next = this.#outputs;
    inputs.forEach((array, i) => {
      if (!this.#donated[i]!) this.#staged[i] = { copy: answer[next++]!, source: new WeakRef(array) };
    });
    return answer.slice(0, this.#outputs);
  }

  /** An array that may leave this thread. */
  #prepare(i: number, array: HostArray): HostArray {
    if (this.#donated[i]!) return isWhole(array) ? array : array.slice();
    const staged = this.#staged[i] ?? null;
    if (staged === null) return array.slice();
    this.#staged[i] = null;
    if (staged.source.deref() !== array) staged.copy.set(array as never);
    return staged.copy;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    // A thread that has ended holds nothing any more.
    this.#place.thread.call('release', { session: this.#place.number }).catch(() => undefined);
  }
}

async function createIn(thread: WorkerThread, plan: SessionPlan, settings: SessionSettings): Promise<Place> {
  // A view would be sent with all of its memory.
  const externalData = plan.externalData.map(({ path, data }) => ({ path, data: data.slice() }));
  const buffers = externalData.map(({ data }) => data.buffer);
  const model = plan.model.slice();
  const sent = { ...plan, model, externalData };
  const number = await thread.call('create', { plan: sent, settings }, [model.buffer, ...buffers]);
  return { thread, number };
}
