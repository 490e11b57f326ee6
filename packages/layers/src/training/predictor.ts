import { tree, type Tensor } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import type { Tensors } from '../structure.js';
import { takeApart } from './parts.js';
import { runtimeOf } from './runtime.js';
import { predictStep, type PredictStep } from './steps.js';

/** After this many batches with the same weights, preparing them has paid for itself. */
const enoughBatches = 4;

/**
 * The compiled forward pass of a model. It holds the weights, which the backend prepares once, except while they change
 * from call to call: then preparing would cost more than it saves, and they are handed over with each batch.
 */
export class Predictor {
  readonly #structure: tree.TreeDefinition;
  readonly #frozen: PredictStep;
  readonly #fed: PredictStep;
  #weights: readonly Tensor[] = [];
  #batches = enoughBatches;
  #freeze = true;

  constructor(model: AnyModel) {
    this.#structure = tree.flatten(model).definition;
    const parts = takeApart(model);
    this.#frozen = predictStep(parts, { freeze: true });
    this.#fed = predictStep(parts, { freeze: false });
  }

  /** The predictor of a model, which is kept while its structure stays the same. */
  static of(model: AnyModel): Predictor {
    const runtime = runtimeOf(model);
    const kept = runtime.predictor;
    if (kept !== null && tree.sameDefinition(kept.#structure, tree.flatten(model).definition)) return kept;
    runtime.predictor = new Predictor(model);
    return runtime.predictor;
  }

  /** Applies the model to one batch. */
  run(model: AnyModel, inputs: Tensors): Tensors {
    const { weights, fixed } = takeApart(model);
    const all = [...weights, ...fixed];
    if (all.length !== this.#weights.length || all.some((weight, i) => weight !== this.#weights[i])) {
      this.#freeze = this.#batches >= enoughBatches;
      this.#weights = all;
      this.#batches = 0;
    }
    this.#batches++;
    return (this.#freeze ? this.#frozen : this.#fed)(weights, fixed, inputs);
  }
}
