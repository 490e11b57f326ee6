import { DonatedError, FreedError, type TesseraError } from '../errors.js';
import type { Backend, DeviceBuffer } from './backend.js';
import { hold, letGo, type Holding } from './live-memory.js';

/** Where the value of a tensor lives, or will live once its run has ended. */
export class Storage {
  readonly backend: Backend;
  /** 0 for a JavaScript number that a graph takes as an operand: it is not counted. */
  readonly #bytes: number;
  #buffer: DeviceBuffer | null = null;
  #holding: Holding | null = null;
  #error: TesseraError | null = null;
  #donatedTo: string | null = null;
  #freed = false;
  #released = false;
  #pending: Promise<void> | null = null;
  #settle: (() => void) | null = null;
  #readers = 0;
  #waiting: (() => void)[] | null = null;

  constructor(backend: Backend, buffer: DeviceBuffer | null, bytes: number) {
    this.backend = backend;
    this.#bytes = bytes;
    if (buffer !== null) this.#keep(buffer);
  }

  /** True while the run that fills this storage has not ended. */
  get isPending(): boolean {
    return this.#buffer === null && this.#error === null && !this.#released;
  }

  /** Throws a DonatedError or FreedError when the buffer was given away. */
  checkUsable(operation: string): void {
    if (this.#donatedTo !== null) {
      throw new DonatedError(
        `${operation}: this tensor was donated to ${this.#donatedTo}; use the tensor that the call returned, or leave ` +
          'the argument out of `donate`',
      );
    }
    if (this.#freed) {
      throw new FreedError(
        `${operation}: this tensor was freed when the memoryScope ended in which it was made; take it along with scope.keep(tensor)`,
      );
    }
  }

  /** The buffer; throws the error of the run that should have made it. */
  get buffer(): DeviceBuffer {
    const { error } = this;
    if (error !== null) throw error;
    return this.#buffer!;
  }

  /** The error of the run, if it failed. */
  get error(): TesseraError | null {
    // Made only when it is asked for: a training step releases all of its state, and an error with its stack costs more.
    if (this.#released) {
      this.#error ??=
        this.#donatedTo === null
          ? new FreedError('this tensor was freed when its memoryScope ended')
          : new DonatedError(`this tensor was donated to ${this.#donatedTo}`);
    }
    return this.#error;
  }

  /** Resolves when the run has ended, well or badly. */
  settled(): Promise<void> {
    if (!this.isPending) return Promise.resolve();
    this.#pending ??= new Promise((resolve) => {
      this.#settle = resolve;
    });
    return this.#pending;
  }

  /** Reads and runs that have begun and still need the buffer. */
  get readers(): number {
    return this.#readers;
  }

  /** Keeps the buffer as it is until `endRead`: a donation or the end of a memory scope that comes later waits. */
  beginRead(): void {
    this.#readers++;
  }

  /** Ends what `beginRead` began. */
  endRead(): void {
    this.#readers--;
    if (this.#freed) this.#freeUnread();
    if (this.#waiting === null) return;
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const resume of waiting) resume();
  }

  /** Resolves when at most `count` readers are left. */
  async readOnlyBy(count: number): Promise<void> {
    while (this.#readers > count) {
      await new Promise<void>((resolve) => {
        (this.#waiting ??= []).push(resolve);
      });
    }
  }

  /** Stores the result of the run. */
  fill(buffer: DeviceBuffer): void {
    this.#keep(buffer);
    this.#settle?.();
    if (this.#freed) this.#freeUnread();
  }

  #keep(buffer: DeviceBuffer): void {
    this.#buffer = buffer;
    if (this.#bytes > 0) this.#holding = hold(this, this.backend, buffer, this.#bytes);
  }

  /** Records the failure of the run; each later read throws it. */
  fail(error: TesseraError): void {
    this.#error = error;
    this.#settle?.();
  }

  /** Marks the buffer as given to `consumer`. */
  donate(consumer: string): void {
    this.#donatedTo = consumer;
  }

  /** Lets go of a donated buffer once the run that consumes it, or a copy of it, has it. */
  release(how: 'free' | 'consumed'): void {
    if (this.#donatedTo !== null && this.#error === null) this.#letGo(how);
  }

  /** Frees the buffer, as soon as it is there and nobody reads it any more. */
  free(): void {
    if (this.#freed || this.#donatedTo !== null) return;
    this.#freed = true;
    this.#freeUnread();
  }

  #freeUnread(): void {
    if (this.#readers === 0 && this.#buffer !== null) this.#letGo('free');
  }

  #letGo(how: 'free' | 'consumed'): void {
    this.#released = true;
    this.#buffer = null;
    if (this.#holding !== null) letGo(this.#holding, how);
    this.#holding = null;
  }
}
