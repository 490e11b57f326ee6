import { ArgumentError, FormatError } from '@tesserajs/tensor';
import type { Callback } from '../training/callbacks.js';
import { checkCount, Monitor, type MonitorOptions } from './monitor.js';

/**
 * Sets the learning rate at the beginning of each epoch: `schedule(epoch, learningRate)` gets the current one, as in
 * Keras 3. It appears in the logs as `learningRate`.
 *
 * @example
 * ```ts
 * const halve = callbacks.learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2));
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const { history } = await model.fit(ones([4, 2]), zeros([4, 1]), { epochs: 3, callbacks: halve, verbose: 0 });
 * history['learningRate']; // → [0.001, 0.0005, 0.00025]
 * ```
 */
export function learningRateScheduler(schedule: (epoch: number, learningRate: number) => number): Callback {
  const name = 'learningRateScheduler';
  // An epoch that goes on after a checkpoint begins twice, but gets its rate once.
  let set: number | null = null;
  return {
    name,
    onTrainBegin() {
      set = null;
    },
    onEpochBegin(epoch, context) {
      if (set === epoch) return;
      context.learningRate = schedule(epoch, context.learningRate);
      set = epoch;
    },
    state: () => ({ values: { set } }),
    restore({ values }) {
      ({ set } = values as { set: number | null });
    },
  };
}

/** Options of `reduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement before that. Default 10. */
  readonly patience?: number;
  /** Changes of no more than this are none. Default 1e-4. */
  readonly minDelta?: number;
  /** Epochs after a reduction in which nothing is counted. Default 0. */
  readonly cooldown?: number;
  /** The learning rate stays at or above it. Default 0. */
  readonly minLearningRate?: number;
}

interface Plateau {
  readonly best: number | null;
  readonly wait: number;
  readonly cooldown: number;
}

/**
 * Lowers the learning rate when a value of the logs no longer improves; as in Keras 3. It appears in the logs as
 * `learningRate`. Throws an ArgumentError for a value that the logs do not hold.
 *
 * @example
 * ```ts
 * const slower = callbacks.reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 2 });
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * await model.fit(ones([4, 2]), zeros([4, 1]), { epochs: 5, callbacks: slower, verbose: 0 });
 * ```
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const name = 'reduceLROnPlateau';
  const { factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0, minLearningRate = 0 } = options;
  const monitor = new Monitor(name, { ...options, minDelta });
  checkCount(name, 'patience', patience, 0);
  checkCount(name, 'cooldown', cooldown, 0);
  if (!(factor > 0 && factor < 1)) {
    throw new ArgumentError(`${name}: factor ${factor} is not accepted; use a number between 0 and 1`);
  }
  const fresh: Plateau = { best: null, wait: 0, cooldown: 0 };
  let plateau = fresh;
  return {
    name,
    onTrainBegin(context) {
      plateau = fresh;
      const { learningRate } = context;
      context.learningRate = learningRate; // from now on it is in the logs
    },
    onEpochEnd(_, logs, context) {
      const value = monitor.read(logs);
      const left = Math.max(0, plateau.cooldown - 1);
      if (monitor.improves(value, plateau.best)) {
        plateau = { best: value, wait: 0, cooldown: left };
        return;
      }
      const wait = left > 0 ? 0 : (plateau.cooldown > 0 ? 0 : plateau.wait) + 1;
      plateau = { ...plateau, wait, cooldown: left };
      if (left > 0 || wait < patience || context.learningRate <= minLearningRate) return;
      context.learningRate = Math.max(context.learningRate * factor, minLearningRate);
      plateau = { ...plateau, wait: 0, cooldown };
    },
    state: () => ({ values: { ...plateau } }),
    restore({ values }) {
      plateau = values as unknown as Plateau;
      if (!Number.isSafeInteger(plateau.wait)) throw new FormatError(`${name}: the state has no count in wait`);
    },
  };
}
