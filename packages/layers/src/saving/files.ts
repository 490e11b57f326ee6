import { FormatError, loadTensors, saveTensors } from '@tesserajs/tensor';
import { platformStorage } from '#storage';
import type { AnyModel, Model } from '../models/model.js';
import { UnbuiltError } from '../errors.js';
import { assignWeights } from '../module/weights.js';
import { loadTrainingState, saveTrainingState } from '../training/training-state.js';
import { loadModel, saveModel } from './save-model.js';

const configFile = 'model.json';
const weightsFile = 'model.safetensors';

/**
 * Writes `model.json` and `model.safetensors` into a folder, each through a temporary file, so that none is ever half
 * written. Node only: elsewhere an UnsupportedError says to use `saveModel`.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * await saveModelFiles(model, 'digits');
 * ```
 */
export async function saveModelFiles(model: AnyModel, directory: string): Promise<void> {
  const { config, weights } = await saveModel(model);
  await platformStorage.write(platformStorage.join(directory, weightsFile), weights);
  await platformStorage.write(platformStorage.join(directory, configFile), new TextEncoder().encode(config));
}

/**
 * Reads the model that `saveModelFiles` wrote. Node only.
 *
 * @example
 * ```ts
 * await saveModelFiles(sequential([dense({ units: 1, inputShape: [2] })]), 'digits');
 * const model = await loadModelFiles('digits');
 * model.countParams(); // → 3
 * ```
 */
export async function loadModelFiles(directory: string): Promise<Model> {
  const config = await platformStorage.read(platformStorage.join(directory, configFile));
  const weights = await platformStorage.read(platformStorage.join(directory, weightsFile));
  return reading(directory, () => loadModel({ config: new TextDecoder().decode(config), weights }));
}

/**
 * Writes the weights of a model, by path, as a safetensors file, through a temporary one. Takes models with modules of
 * your own, too. Node only.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * await saveWeights(model, 'digits.safetensors');
 * await loadWeights(model, 'digits.safetensors');
 * ```
 */
export async function saveWeights(model: AnyModel, file: string): Promise<void> {
  checkBuilt('saveWeights', model);
  await platformStorage.write(file, await saveTensors(model));
}

/**
 * Gives a model the weights of a file that `saveWeights` or `saveModelFiles` wrote. Throws a FormatError naming the file
 * and the weight that is missing, too much or of another shape; the model then stays as it was. Node only.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * await saveWeights(model, 'digits.safetensors');
 * await loadWeights(model, 'digits.safetensors');
 * ```
 */
export async function loadWeights(model: AnyModel, file: string): Promise<void> {
  checkBuilt('loadWeights', model);
  await reading(file, async () => {
    const { tensors } = loadTensors(await platformStorage.read(file));
    assignWeights('loadWeights', model, new Map(Object.entries(tensors)));
  });
}

function checkBuilt(operation: string, model: AnyModel): void {
  if (model.built) return;
  throw new UnbuiltError(`${operation}: ${model.name} has no weights yet; call model.build([null, …]) first`);
}

/** Runs `read`; errors about the format of a file name the file. */
async function reading<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${file}: ${error.message}`);
  }
}

/**
 * Writes all that going on with training needs into one file, through a temporary one: an older checkpoint stays whole
 * until the new one is. Node only.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const onEpochEnd = () => saveCheckpoint(model, 'digits.checkpoint');
 * await model.fit(ones([8, 2]), zeros([8, 1]), { epochs: 2, verbose: 0, callbacks: { onEpochEnd } });
 * ```
 */
export async function saveCheckpoint(model: AnyModel, file: string): Promise<void> {
  await platformStorage.write(file, await saveTrainingState(await model.state()));
}

/**
 * Takes up what `saveCheckpoint` wrote: the next `fit`, with the same data and options, goes on there. Node only.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * await model.fit(ones([8, 2]), zeros([8, 1]), { epochs: 2, verbose: 0 });
 * await saveCheckpoint(model, 'digits.checkpoint');
 * await loadCheckpoint(model, 'digits.checkpoint');
 * const { history } = await model.fit(ones([8, 2]), zeros([8, 1]), { epochs: 3, verbose: 0 });
 * history['loss']!.length; // → 3
 * ```
 */
export async function loadCheckpoint(model: AnyModel, file: string): Promise<void> {
  await reading(file, async () => {
    model.restore(loadTrainingState(await platformStorage.read(file)));
  });
}
