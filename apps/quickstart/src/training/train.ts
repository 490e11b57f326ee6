import type { Callback } from '@tesserajs/layers';
import type { Settings } from '../command-line/settings.js';
import { examples, type Images } from '../data/images.js';
import { learningRateOf, type Network } from '../network/network.js';
import { writeCheckpoint, type Checkpoint } from './checkpoint.js';
import { Recorder } from './recorder.js';
import type { TrainingRecord } from './record.js';

export interface TrainOptions {
  readonly settings: Settings;
  readonly images: Images;
  /** File for the checkpoints: one after each epoch, and one when training is interrupted. */
  readonly checkpointFile: string;
  /** What to go on from. */
  readonly resumed: Checkpoint | null;
  /** Ends training after the current step. */
  readonly signal: AbortSignal;
}

/** How a training ended. */
export interface TrainResult {
  readonly record: TrainingRecord;
  /** Where it stands: epoch and step are those that come next, from 0. */
  readonly position: { readonly epoch: number; readonly batch: number };
  readonly interrupted: boolean;
}

/** Trains the network. Rejects when the loss is not finite, or a checkpoint cannot be written. */
export async function train({ model, optimizer }: Network, options: TrainOptions): Promise<TrainResult> {
  const { settings, images, checkpointFile, resumed, signal } = options;
  const { epochs, batchSize, seed } = settings;
  const source = examples(images.train).batch(batchSize, { shuffle: true, seed, reuse: 4 });
  const validationData = examples(images.test).batch(validationBatch, { reuse: 4 });
  if (resumed !== null) model.restore(resumed.state);
  const recorder = new Recorder(source.batchesPerEpoch, resumed?.record);
  const save = async (): Promise<void> => {
    await writeCheckpoint(checkpointFile, { settings, record: recorder.record, state: await model.state() });
  };
  const schedule: Callback = {
    onEpochBegin: (epoch) => {
      optimizer.learningRate = learningRateOf(epoch, epochs);
    },
  };
  const callbacks = [schedule, recorder.callback, { onEpochEnd: save }];
  const { interrupted } = await model.fit(source, { epochs, seed, signal, validationData, callbacks });
  if (interrupted) await save();
  const { position } = await model.state();
  return { record: recorder.record, position, interrupted };
}

/** Images at a time where nothing is learned. */
export const validationBatch = 500;
