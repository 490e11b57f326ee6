import { FormatError, loadTensors, saveTensors, ShapeError } from '@tesserajs/tensor';
import { UnbuiltError } from '../errors.js';
import type { AnyModel, Model } from '../models/model.js';
import { assignWeights } from '../module/weights.js';
import { readConfig, writeConfig } from './config.js';

/** A model as two files hold it. */
export interface SavedModel {
  /** JSON text: the layers and their options. */
  readonly config: string;
  /** A safetensors file: the weights by path. */
  readonly weights: Uint8Array;
}

/**
 * A model as a JSON text and the bytes of a safetensors file. Throws an UnbuiltError for a model without weights, and
 * an ArgumentError for parts that files cannot hold: modules and functions of your own.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * const { config, weights } = await saveModel(model);
 * ```
 */
export async function saveModel(model: AnyModel): Promise<SavedModel> {
  if (!model.built)
    throw new UnbuiltError(`saveModel: ${model.name} has no weights yet; call model.build([null, …]) or fit first`);
  return { config: writeConfig(model), weights: await saveTensors(model) };
}

/**
 * The model that `saveModel` wrote: the same layers, names and weights, bit for bit; not compiled. For several inputs
 * or outputs say which: `loadModel(saved) as AnyModel as Functional<{ image: Tensor; text: Tensor }>`. Throws a
 * FormatError that names the field or the weight that is wrong.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * const copy = loadModel(await saveModel(model));
 * copy.countParams(); // → 3
 * ```
 */
export function loadModel({ config, weights }: SavedModel): Model {
  const { tensors } = loadTensors(weights);
  const model = buildable(() => readConfig(config));
  assignWeights('loadModel', model, new Map(Object.entries(tensors)));
  return model as Model;
}

/** Shapes that do not fit each other are a fault of the file here. */
function buildable(read: () => AnyModel): AnyModel {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new FormatError(`loadModel: config: the layers do not fit each other: ${error.message}`);
  }
}
