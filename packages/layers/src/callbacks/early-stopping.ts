import { FormatError, type Tensor } from '@tesserajs/tensor';
import { assignWeights, namedWeights } from '../module/weights.js';
import type { Callback, Logs } from '../training/callbacks.js';
import { checkCount, Monitor, type MonitorOptions } from './monitor.js';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training ends. Default 0: the first of them ends it. */
  readonly patience?: number;
  /** Only values better than this count as progress. Default none. */
  readonly baseline?: number;
  /** Gives the model the weights of its best epoch when training ends. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one are not watched. Default 0. */
  readonly startFromEpoch?: number;
}

interface Progress {
  readonly best: number | null;
  readonly wait: number;
  readonly stopped: boolean;
}

const fresh: Progress = { best: null, wait: 0, stopped: false };

/**
 * Ends training when a value of the logs no longer improves; as in Keras 3. With `restoreBestWeights` the model ends
 * with the weights of its best epoch, whether training was stopped or went to its end; after an interruption by
 * `signal` it keeps the last ones, with which `restore` goes on.
 *
 * Throws an ArgumentError for a value that the logs do not hold.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const stopping = callbacks.earlyStopping({ patience: 3, restoreBestWeights: true });
 * await model.fit(ones([20, 2]), zeros([20, 1]), { validationSplit: 0.2, callbacks: stopping, verbose: 0 });
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const name = 'earlyStopping';
  const { patience = 0, baseline = null, restoreBestWeights = false, startFromEpoch = 0 } = options;
  const monitor = new Monitor(name, options);
  checkCount(name, 'patience', patience, 0);
  checkCount(name, 'startFromEpoch', startFromEpoch, 0);
  let progress = fresh;
  let bestWeights: Readonly<Record<string, Tensor>> | null = null;

  const next = (value: number, epoch: number): Progress => {
    const wait = progress.wait + 1;
    if (monitor.improves(value, progress.best)) {
      const counts = baseline === null || monitor.improves(value, baseline);
      return { best: value, wait: counts ? 0 : wait, stopped: false };
    }
    return { ...progress, wait, stopped: wait >= patience && epoch > 0 };
  };
  return {
    name,
    onTrainBegin() {
      progress = fresh;
      bestWeights = null;
    },
    onEpochBegin(_, context) {
      if (progress.stopped) context.stop();
    },
    onEpochEnd(epoch, logs: Logs, context) {
      if (epoch < startFromEpoch) return;
      const { best } = progress;
      progress = next(monitor.read(logs), epoch);
      if (restoreBestWeights && (bestWeights === null || progress.best !== best)) {
        bestWeights = Object.fromEntries(namedWeights(context.model).map(({ path, tensor }) => [path, tensor]));
      }
      if (progress.stopped) context.stop();
    },
    onTrainEnd(_, { model, interrupted }) {
      if (bestWeights !== null && !interrupted) {
        assignWeights(name, model, new Map(Object.entries(bestWeights)));
      }
    },
    state: () => ({ values: { ...progress }, tensors: bestWeights ?? {} }),
    restore({ values, tensors = {} }) {
      const { best, wait, stopped } = values as unknown as Progress;
      if (!Number.isSafeInteger(wait)) throw new FormatError(`${name}: the state has no count in wait`);
      progress = { best, wait, stopped };
      bestWeights = Object.keys(tensors).length === 0 ? null : tensors;
    },
  };
}
