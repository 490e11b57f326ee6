import { ArgumentError } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import { isBatchSource, type BatchSource, type Epochs, type JsonValue } from './batches.js';
import type { History } from './callbacks.js';
import { FitLoop } from './fit-loop.js';
import type { Arrays } from './host-tensor.js';
import { checkFitOptions, type FitOptions } from './options.js';
import { buildFor, compiledOf, fitEpochs } from './prepare.js';
import { runtimeOf } from './runtime.js';
import type { TrainingPosition } from './training-state.js';

/** Implements `model.fit`. */
export async function fitModel(
  model: AnyModel,
  x: Arrays | BatchSource,
  y: Arrays | undefined,
  options: FitOptions,
): Promise<History> {
  checkFitOptions(options);
  const compiled = compiledOf('fit', model);
  const runtime = runtimeOf(model);
  if (runtime.training) throw new ArgumentError(`fit: ${model.name} is being trained already; wait for the other fit`);
  runtime.training = 'begins';
  try {
    await beginCallbacks(model, x, options);
    runtime.training = 'runs';
    const restored = runtime.resume ? runtime.position : null;
    const seed = options.seed ?? restored?.seed ?? 0;
    const { training, validation } = await fitEpochs(x, y, options, seed);
    const start =
      restored === null
        ? freshPosition(runtime.position?.step ?? 0, options, seed, training)
        : resumedPosition(restored, options, seed, training);
    const remembered = restored === null ? {} : runtime.callbacks;
    runtime.resume = false;
    return await new FitLoop(model, compiled, options, training, validation).run(start, remembered);
  } finally {
    runtime.training = false;
    runtime.session = null;
  }
}

/** Lets callbacks restore a state, which needs a model that has its weights. */
async function beginCallbacks(model: AnyModel, x: Arrays | BatchSource, { callbacks = [] }: FitOptions): Promise<void> {
  for (const callback of [callbacks].flat()) {
    if (callback.onFit === undefined) continue;
    if (!model.built && !isBatchSource(x)) buildFor(model, x);
    await callback.onFit(model);
  }
}

function freshPosition(
  step: number,
  { initialEpoch = 0 }: FitOptions,
  seed: number,
  { identity }: Epochs,
): TrainingPosition {
  const nothing = { batch: 0, examples: 0, totals: [], place: null, learningRate: null, epochs: [], history: {} };
  return { ...nothing, step, epoch: initialEpoch, seed, data: identity };
}

/** The restored position. Throws an ArgumentError when training would not go on as it would have. */
function resumedPosition(
  restored: TrainingPosition,
  { initialEpoch = restored.epoch }: FitOptions,
  seed: number,
  { identity, resumable }: Epochs,
): TrainingPosition {
  const same = (what: string, then: JsonValue, now: JsonValue): void => {
    if (JSON.stringify(now) === JSON.stringify(then)) return;
    throw new ArgumentError(
      `fit: training cannot go on where it stopped: ${what} was ${JSON.stringify(then)} and now is ` +
        `${JSON.stringify(now)}; ` +
        'use the same data and options, or begin anew with a fresh model',
    );
  };
  same('initialEpoch', restored.epoch, initialEpoch);
  same('seed', restored.seed, seed);
  same('the arrangement of the data', restored.data, identity);
  if (!resumable) {
    throw new ArgumentError(
      'fit: training cannot go on with this batch source: it has no state() and restore(); use one that has, or arrays',
    );
  }
  return restored;
}
