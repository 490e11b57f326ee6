import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { ExecutionError } from '@tesserajs/tensor';
import { close, createGate } from './gate.js';
import type { CallName, Calls, Reply, Request } from './protocol.js';
import { workerUrl } from './worker-url.js';

/** A call that the worker has not answered. */
interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that holds sessions and runs them; ended once, it does not come back. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #gate = createGate();
  readonly #close = (): void => {
    close(this.#gate);
  };
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #death: ExecutionError | null = null;

  constructor() {
    // Options of the main program, such as --eval, do not suit a file.
    this.#worker = new Worker(workerUrl, { name: 'onnxruntime', execArgv: [], workerData: this.#gate });
    this.#worker.unref();
    process.on('exit', this.#close);
    this.#worker.on('message', (message) => {
      this.#settle(message as Reply);
    });
    this.#worker.on('error', (error) => {
      this.#die((error as Error).message);
    });
    this.#worker.on('exit', (code) => {
      this.#die(`it exited with code ${code as number}`);
    });
  }

  get alive(): boolean {
    return this.#death === null;
  }

  /** Asks the worker; the memory of `transfer` goes to it. The process stays alive until the answer. */
  call<K extends CallName>(name: K, ask: Calls[K]['ask'], transfer: ArrayBuffer[] = []): Promise<Calls[K]['answer']> {
    if (this.#death !== null) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      const id = this.#calls++;
      this.#worker.postMessage({ id, name, ask } satisfies Request<K>, transfer);
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return; // it was told of the end already
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('answer' in reply) waiting.resolve(reply.answer as never);
    else waiting.reject(new Error(reply.failure));
  }

  #die(reason: string): void {
    process.off('exit', this.#close);
    this.#death ??= new ExecutionError(
      `onnxruntime: the worker ended: ${reason}; what it was computing is lost, the next call starts another`,
    );
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}

let current: WorkerThread | null = null;

/** The worker of this thread, for all backends; a new one after the last has ended. */
export function workerThread(): WorkerThread {
  if (current?.alive !== true) current = new WorkerThread();
  return current;
}
