import { ArgumentError } from '@tesserajs/tensor';
import { platformStorage } from '#storage';
import { namedWeights } from '../module/weights.js';
import type { Callback, Logs } from '../training/callbacks.js';
import { summaryRecord, versionRecord, type Summary } from './event-file.js';
import { checkCount } from './monitor.js';

/** Options of `tensorBoard`. */
export interface TensorBoardOptions {
  /** `epoch`, `batch` (each step), or a number of steps. Default `epoch`. */
  readonly updateFrequency?: 'epoch' | 'batch' | number;
  /** Epochs between two histograms of the weights; 0: none. Default 0. */
  readonly histogramFrequency?: number;
}

let filesMade = 0;

/** One event file, made with its first values. */
class EventFile {
  readonly #folder: string;
  #path: string | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(step: number, summaries: readonly Summary[]): Promise<void> {
    if (summaries.length === 0) return;
    const seconds = Date.now() / 1000;
    if (this.#path === null) {
      const number = String(filesMade++).padStart(3, '0');
      this.#path = platformStorage.join(this.#folder, `events.out.tfevents.${Math.floor(seconds)}.tessera.${number}`);
      await platformStorage.append(this.#path, versionRecord(seconds));
    }
    await platformStorage.append(this.#path, summaryRecord(seconds, step, summaries));
  }
}

const validationName = /^val[A-Z]/;

/** Logs as Keras names them: those of the validation lose their prefix. */
function scalars(prefix: string, logs: Logs, validation: boolean): Summary[] {
  return Object.entries(logs)
    .filter(([name]) => validationName.test(name) === validation)
    .map(([name, value]) => ({
      tag: `${prefix}_${validation ? name[3]!.toLowerCase() + name.slice(4) : name}`,
      value,
    }));
}

/**
 * Writes event files that TensorBoard shows: `tensorboard --logdir logs`. As Keras 3 does, `logDirectory/train` and
 * `logDirectory/validation` hold `epoch_loss` and the other logs; with `updateFrequency`, `batch_loss` by step; with
 * `histogramFrequency`, distributions of the weights by path. Node only.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const board = callbacks.tensorBoard('logs/first');
 * await model.fit(ones([4, 2]), zeros([4, 1]), { epochs: 2, callbacks: board, verbose: 0 });
 * ```
 */
export function tensorBoard(logDirectory: string, options: TensorBoardOptions = {}): Callback {
  const name = 'tensorBoard';
  const { updateFrequency = 'epoch', histogramFrequency = 0 } = options;
  checkCount(name, 'histogramFrequency', histogramFrequency, 0);
  const train = new EventFile(platformStorage.join(logDirectory, 'train'));
  const validation = new EventFile(platformStorage.join(logDirectory, 'validation'));
  const callback: Callback = {
    async onEpochEnd(epoch, logs, { model }) {
      await train.write(epoch, scalars('epoch', logs, false));
      await validation.write(epoch, scalars('epoch', logs, true));
      if (histogramFrequency === 0 || epoch % histogramFrequency !== 0) return;
      const histograms = namedWeights(model).map(async ({ path, tensor }) => ({
        tag: path.replaceAll('.', '/'),
        values: await tensor.data('float64'),
      }));
      await train.write(epoch, await Promise.all(histograms));
    },
  };
  if (updateFrequency === 'epoch') return callback;
  const every = updateFrequency === 'batch' ? 1 : updateFrequency;
  if (typeof every !== 'number') {
    throw new ArgumentError(
      `${name}: updateFrequency ${JSON.stringify(every)} is not known; use 'epoch', 'batch' or a number of steps`,
    );
  }
  checkCount(name, 'updateFrequency', every, 1);
  let next = every;
  return {
    ...callback,
    async onBatchEnd(_, logs, { step, batchLogs }) {
      if (step < next) return;
      next = (Math.floor(step / every) + 1) * every;
      await train.write(step, scalars('batch', { ...logs, ...batchLogs }, false));
    },
  };
}
