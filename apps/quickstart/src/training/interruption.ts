import { writeSync } from 'node:fs';
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

type Signal = (typeof signals)[number];

/**
 * Ctrl-C, and its sibling SIGTERM. While training runs, the first one asks it to stop after the current step; the second
 * one, or any outside training, ends the program at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #gentle = false;
  #received: Signal | null = null;

  constructor() {
    for (const signal of signals) {
      process.on(signal, () => {
        this.#receive(signal);
      });
    }
  }

  /** Aborted by the first signal that comes while training runs. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that shells use for a program that a signal ended. */
  get exitCode(): number {
    return exitCode(this.#received ?? 'SIGINT');
  }

  /** Lets signals stop `work` after its current step. */
  async gently<T>(work: () => Promise<T>): Promise<T> {
    this.#gentle = true;
    try {
      return await work();
    } finally {
      this.#gentle = false;
    }
  }

  #receive(signal: Signal): void {
    if (!this.#gentle || this.#received !== null) process.exit(exitCode(signal));
    this.#received = signal;
    // Standard error at once: the training step that runs now keeps asynchronous writes waiting.
    writeSync(2, '\nStopping after this step. Ctrl-C again ends at once.\n');
    this.#controller.abort();
  }
}

function exitCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}
