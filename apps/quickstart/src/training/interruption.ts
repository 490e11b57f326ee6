import { writeSync } from 'node:fs';
import { constants } from 'node:os';

/** Milliseconds after which the user is told what the program waits for. */
const patience = 1000;

const signals = ['SIGINT', 'SIGTERM'] as const;

type Signal = (typeof signals)[number];

/**
 * Ctrl-C, and its sibling SIGTERM. While training runs, the first one asks it to stop after the current step; the
 * second one, or any outside training, ends the program at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #farewell: () => string;
  #gentle = false;
  #received: Signal | null = null;

  /** `farewell`: what to say when the program ends at once; nothing if it is empty. */
  constructor(farewell: () => string) {
    this.#farewell = farewell;
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
    if (!this.#gentle || this.#received !== null) {
      const text = this.#farewell();
      if (text !== '') tell(text);
      process.exit(exitCode(signal));
    }
    this.#received = signal;
    this.#controller.abort();
    setTimeout(() => {
      if (this.#gentle) tell('Stopping after this step. Ctrl-C again ends at once.');
    }, patience).unref();
  }
}

/** Synchronous: what is still to be written when the program ends would be lost. */
function tell(text: string): void {
  writeSync(2, `\n${text}\n`);
}

function exitCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}
