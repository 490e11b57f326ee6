import { ArgumentError } from '@tesserajs/tensor';
import type { Logs } from '../training/callbacks.js';

/** Whether a smaller or a larger value is better; `auto` tells by the name. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Options of callbacks that watch a value of the logs. */
export interface MonitorOptions {
  /** Name in the logs. Default `valLoss`. */
  readonly monitor?: string;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** Changes of no more than this are none. Default 0. */
  readonly minDelta?: number;
}

const smallerIsBetter = /(loss|error|crossentropy|divergence|hinge|poisson|deviation)$/i;
const largerIsBetter =
  /(accuracy|auc|precision|recall|f1score|fBetaScore|iou|score|similarity|correlation|positives|negatives)$/i;

/** A value of the logs, and when it has become better. */
export class Monitor {
  readonly name: string;
  readonly #owner: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;

  /** Throws an ArgumentError for a name that does not tell which direction is better. */
  constructor(owner: string, { monitor = 'valLoss', mode = 'auto', minDelta = 0 }: MonitorOptions) {
    this.#owner = owner;
    this.name = monitor;
    this.#minDelta = Math.abs(minDelta);
    this.#sign = direction(owner, monitor, mode) === 'min' ? 1 : -1;
  }

  /** The value in the logs. Throws an ArgumentError that lists what there is. */
  read(logs: Logs): number {
    const value = logs[this.name];
    if (value !== undefined) return value;
    const hint = this.name.startsWith('val')
      ? 'give fit validationData or validationSplit, or watch another'
      : 'watch one of them';
    throw new ArgumentError(
      `${this.#owner}: the logs have no ${this.name}; they hold ${Object.keys(logs).join(', ')}; ${hint}`,
    );
  }

  /** True when a value beats the best one by more than `minDelta`; any number beats null. */
  improves(value: number, best: number | null): boolean {
    if (Number.isNaN(value)) return false;
    return best === null || this.#sign * value + this.#minDelta < this.#sign * best;
  }
}

function direction(owner: string, monitor: string, mode: MonitorMode): 'min' | 'max' {
  if (mode === 'min' || mode === 'max') return mode;
  const known: string = mode;
  if (known !== 'auto') {
    throw new ArgumentError(`${owner}: mode ${JSON.stringify(mode)} is not known; use 'auto', 'min' or 'max'`);
  }
  if (smallerIsBetter.test(monitor)) return 'min';
  if (largerIsBetter.test(monitor)) return 'max';
  throw new ArgumentError(
    `${owner}: the name ${monitor} does not tell whether smaller or larger is better; give mode: 'min' or 'max'`,
  );
}

/** Throws an ArgumentError unless an option is a whole number that is large enough. */
export function checkCount(owner: string, option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError(`${owner}: ${option} ${value} is not accepted; use a whole number >= ${least}`);
}
