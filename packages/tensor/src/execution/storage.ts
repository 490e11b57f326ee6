import type { Backend, DeviceBuffer } from './backend.js';
import { DonatedError, type TesseraError } from '../errors.js';

/** Where the value of a tensor lives, or will live once its run has ended. */
export class Storage {
  readonly backend: Backend;
  #buffer: DeviceBuffer | null = null;
  #error: TesseraError | null = null;
  #donatedTo: string | null = null;
  #released = false;
  #pending: Promise<void> | null = null;
  #settle: (() => void) | null = null;
  #readers = 0;
  #waiting: (() => void)[] = [];

  constructor(backend: Backend, buffer: DeviceBuffer | null) {
    this.backend = backend;
    this.#buffer = buffer;
  }

  /** True while the run that fills this storage has not ended. */
  get isPending(): boolean {
    return this.#buffer === null && this.#error === null && !this.#released;
  }

  /** Throws a DonatedError when the buffer was given away. */
  checkUsable(operation: string): void {
    if (this.#donatedTo !== null) {
      throw new DonatedError(
        `${operation}: this tensor was donated to ${this.#donatedTo}; use the tensor that the call returned, or leave ` +
          'the argument out of `donate`',
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
    if (this.#released) this.#error ??= new DonatedError(`this tensor was donated to ${this.#donatedTo}`);
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

  /** Keeps the buffer as it is until `endRead`: a donation that comes later waits. */
  beginRead(): void {
    this.#readers++;
  }

  /** Ends what `beginRead` began. */
  endRead(): void {
    this.#readers--;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Resolves when at most `count` readers are left. */
  async readOnlyBy(count: number): Promise<void> {
    while (this.#readers > count) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Stores the result of the run. */
  fill(buffer: DeviceBuffer): void {
    this.#buffer = buffer;
    this.#settle?.();
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

  /** Lets go of a donated buffer once the run that consumes it has it. */
  release(): void {
    if (this.#donatedTo !== null && this.#error === null) {
      this.#released = true;
      this.#buffer = null;
    }
  }
}
