import { ArgumentError } from '@tesserajs/tensor';
import { platformStorage } from '#storage';
import type { AnyModel } from '../models/model.js';
import { loadCheckpoint, saveCheckpoint, saveModelFiles, saveWeights } from '../saving/files.js';
import type { Callback, Logs } from '../training/callbacks.js';
import { checkCount, Monitor, type MonitorOptions } from './monitor.js';

/** Options of `modelCheckpoint`. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /**
   * What is written: `model` (a folder for `loadModelFiles`), `weights` (a file for `loadWeights`) or `checkpoint` (a
   * file for `loadCheckpoint`, which holds the optimizer and the place in the data, too). Default `model`.
   */
  readonly save?: 'model' | 'weights' | 'checkpoint';
  /** Writes only when the value of the logs is the best so far. Default false. */
  readonly saveBestOnly?: boolean;
  /** Only values better than this one count as the best. Default none. */
  readonly initialValueThreshold?: number;
  /** `epoch`, or a number of steps between two writes. Default `epoch`. */
  readonly saveFrequency?: 'epoch' | number;
}

const writers = { model: saveModelFiles, weights: saveWeights, checkpoint: saveCheckpoint };

/**
 * Writes the model after each epoch, or whenever it is the best so far; as in Keras 3. A file is replaced by a whole new
 * one or not at all. `path` may be a function of epoch and logs. Node only.
 *
 * Throws an ArgumentError for a value that the logs do not hold.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const best = callbacks.modelCheckpoint('best', { saveBestOnly: true });
 * await model.fit(ones([20, 2]), zeros([20, 1]), { validationSplit: 0.2, callbacks: best, verbose: 0 });
 * ```
 */
export function modelCheckpoint(
  path: string | ((epoch: number, logs: Logs) => string),
  options: ModelCheckpointOptions = {},
): Callback {
  const name = 'modelCheckpoint';
  const { save = 'model', saveBestOnly = false, initialValueThreshold = null, saveFrequency = 'epoch' } = options;
  const monitor = saveBestOnly ? new Monitor(name, options) : null;
  if (!Object.hasOwn(writers, save)) {
    throw new ArgumentError(
      `${name}: save ${JSON.stringify(save)} is not known; use 'model', 'weights' or 'checkpoint'`,
    );
  }
  let best = initialValueThreshold;
  const write = async (model: AnyModel, epoch: number, logs: Logs): Promise<void> => {
    if (monitor !== null) {
      const value = monitor.read(logs);
      if (!monitor.improves(value, best)) return;
      best = value;
    }
    await writers[save](model, typeof path === 'string' ? path : path(epoch, logs));
  };
  return {
    name,
    last: true,
    onTrainBegin() {
      best = initialValueThreshold;
    },
    ...everySteps(name, saveFrequency, write),
    state: () => ({ values: { best } }),
    restore({ values }) {
      ({ best } = values as { best: number | null });
    },
  };
}

/** The function of a callback that writes after each epoch, or after some steps. */
function everySteps(
  name: string,
  frequency: 'epoch' | number,
  write: (model: AnyModel, epoch: number, logs: Logs) => Promise<void>,
): Callback {
  if (frequency === 'epoch') return { onEpochEnd: (epoch, logs, { model }) => write(model, epoch, logs) };
  checkCount(name, 'saveFrequency', frequency, 1);
  let next = frequency;
  return {
    async onBatchEnd(_, logs, context) {
      const { model, epoch, step } = context;
      if (step < next) return;
      next = (Math.floor(step / frequency) + 1) * frequency;
      await context.writeWeights();
      await write(model, epoch, logs);
    },
  };
}

/** Options of `backupAndRestore`. */
export interface BackupAndRestoreOptions {
  /** `epoch`, or a number of steps between two backups. Default `epoch`. */
  readonly saveFrequency?: 'epoch' | number;
  /** Removes the file when training has come to its end. Default true. */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Makes training survive the end of its process: it writes a checkpoint after each epoch, and at an interruption by
 * `signal`; the same program, started again, goes on there, bit for bit. Node only. With a batch source the model must
 * be built before `fit`.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const backup = callbacks.backupAndRestore('training.checkpoint');
 * await model.fit(ones([8, 2]), zeros([8, 1]), { epochs: 3, callbacks: backup, verbose: 0 });
 * ```
 */
export function backupAndRestore(file: string, options: BackupAndRestoreOptions = {}): Callback {
  const name = 'backupAndRestore';
  const { saveFrequency = 'epoch', deleteCheckpoint = true } = options;
  const write = (model: AnyModel): Promise<void> => saveCheckpoint(model, file);
  return {
    last: true,
    async onFit(model) {
      if ((await platformStorage.find(file)) !== null) await loadCheckpoint(model, file);
    },
    ...everySteps(name, saveFrequency, write),
    async onTrainEnd(_, { model, interrupted }) {
      if (interrupted) await write(model);
      else if (deleteCheckpoint) await platformStorage.remove(file);
    },
  };
}
