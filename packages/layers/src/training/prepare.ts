import { ArgumentError, formatShape, type Shape } from '@tesserajs/tensor';
import { NotCompiledError } from '../errors.js';
import type { AnyModel } from '../models/model.js';
import { sameShape } from '../shapes.js';
import { mapLeaves } from '../structure.js';
import {
  isBatchSource,
  sourceEpochs,
  weighByClass,
  type BatchData,
  type BatchSource,
  type Epochs,
  type FedBatch,
} from './batches.js';
import { arrayEpochs, splitLast } from './array-epochs.js';
import type { Compiled } from './compiled.js';
import { hostLeaves, isArrayData, isArrays, toHostTensors, type Arrays } from './host-tensor.js';
import { objectiveOf, targetsByOutput, type Objective } from './objective.js';
import type { FitOptions } from './options.js';
import { runtimeOf } from './runtime.js';

/** What the model was compiled with. Throws a NotCompiledError. */
export function compiledOf(operation: string, model: AnyModel): Compiled {
  const { compiled } = runtimeOf(model);
  if (compiled !== null) return compiled;
  throw new NotCompiledError(
    `${operation}: ${model.name} has no loss yet; call model.compile({ optimizer: 'adam', loss: ` +
      `'meanSquaredError' }) first`,
  );
}

/** Training and validation data of `fit`. */
export async function fitEpochs(
  x: Arrays | BatchSource,
  y: Arrays | undefined,
  options: FitOptions,
  seed: number,
): Promise<{ training: Epochs; validation: Epochs | null }> {
  const { batchSize = 32, shuffle = true, validationData, validationSplit = 0, sampleWeight, classWeight } = options;
  const validation = validationData === undefined ? null : await validationEpochs(validationData, batchSize);
  const weighted = (epochs: Epochs): Epochs => (classWeight === undefined ? epochs : weighByClass(epochs, classWeight));
  if (isBatchSource(x)) {
    if (validationSplit !== 0) {
      throw new ArgumentError('fit: validationSplit needs arrays; give validationData for a batch source');
    }
    return { training: weighted(ofSource('fit', x, y, sampleWeight)), validation };
  }
  const data = await arraysOf('fit', x, y, sampleWeight);
  const shuffleSeed = shuffle ? seed : null;
  if (validationSplit === 0) {
    return { training: weighted(arrayEpochs('fit', data, { batchSize, shuffleSeed })), validation };
  }
  const [left, right] = splitLast(data, validationSplit);
  return {
    training: weighted(arrayEpochs('fit', left, { batchSize, shuffleSeed })),
    validation: arrayEpochs('fit: validation', right, { batchSize, shuffleSeed: null }),
  };
}

function validationEpochs(data: NonNullable<FitOptions['validationData']>, batchSize: number): Promise<Epochs> {
  const operation = 'fit: validationData';
  if (Array.isArray(data) && data.length >= 2 && data.length <= 3 && data.every(isArrays)) {
    const [x, y, sampleWeight] = data as readonly Arrays[];
    return dataEpochs(operation, x!, y, sampleWeight, batchSize);
  }
  return dataEpochs(operation, data as BatchSource, undefined, undefined, batchSize);
}

/** Arrays or a batch source as epochs, in order. */
export async function dataEpochs(
  operation: string,
  x: Arrays | BatchSource,
  y: Arrays | undefined,
  sampleWeight: Arrays | undefined,
  batchSize: number,
): Promise<Epochs> {
  if (isBatchSource(x)) return ofSource(operation, x, y, sampleWeight);
  return arrayEpochs(operation, await arraysOf(operation, x, y, sampleWeight), { batchSize, shuffleSeed: null });
}

function ofSource(
  operation: string,
  source: BatchSource,
  y: Arrays | undefined,
  sampleWeight: Arrays | undefined,
): Epochs {
  if (y !== undefined)
    throw new ArgumentError(`${operation}: a batch source brings its own targets; call ${operation}(source, options)`);
  if (sampleWeight !== undefined)
    throw new ArgumentError(`${operation}: a batch source brings its own weights: { inputs, targets, sampleWeight }`);
  return sourceEpochs(operation, source);
}

/** Arrays of examples, with their targets and weights. */
export async function arraysOf(
  operation: string,
  x: Arrays,
  y: Arrays | undefined,
  sampleWeight: Arrays | undefined,
): Promise<BatchData> {
  if (y === undefined) throw new ArgumentError(`${operation}: targets are missing; call ${operation}(x, y, options)`);
  return {
    inputs: await toHostTensors(operation, 'x', x),
    targets: await toHostTensors(operation, 'y', y),
    weights: sampleWeight === undefined ? null : await toHostTensors(operation, 'sampleWeight', sampleWeight),
  };
}

/** Gives the model weights for its first inputs, if it has none. */
export function buildFor(model: AnyModel, inputs: unknown): void {
  if (!model.built) model.build(mapLeaves(inputs, isArrayData, ({ shape }) => [null, ...shape.slice(1)]) as never);
}

/** Checks batches before they are used; looks at a shape only once. */
export class BatchChecker {
  readonly #operation: string;
  readonly #model: AnyModel;
  #objective: Objective;
  #inputs: readonly Shape[] = [];

  constructor(operation: string, model: AnyModel, objective: Objective) {
    this.#operation = operation;
    this.#model = model;
    this.#objective = objective;
  }

  /** Throws what explains it when the targets of a batch do not fit the inputs or the loss. */
  check({ data: { inputs, targets, weights }, examples }: FedBatch): void {
    const operation = this.#operation;
    if (targets === null) {
      throw new ArgumentError(`${operation}: the batches have no targets; a batch is { inputs, targets }`);
    }
    const leaves = hostLeaves(inputs);
    for (const [role, part] of [
      ['targets', targets],
      ['sampleWeight', weights],
    ] as const) {
      const other = hostLeaves(part).find(({ leaf }) => leaf.shape[0] !== examples);
      if (other === undefined) continue;
      throw new ArgumentError(
        `${operation}: a batch has inputs ${formatShape(leaves[0]!.leaf.shape)} and ${role} ` +
          `${formatShape(other.leaf.shape)}; axis 0 must be equal`,
      );
    }
    if (
      leaves.length !== this.#inputs.length ||
      !leaves.every(({ leaf }, i) => sameShape(leaf.shape, this.#inputs[i]!))
    ) {
      this.#objective = objectiveOf(operation, this.#model, this.#objective.compiled, inputs);
      this.#inputs = leaves.map(({ leaf }) => leaf.shape);
    }
    const { outputs } = this.#objective;
    targetsByOutput(operation, this.#objective, targets).forEach((own, i) => {
      const { loss, type } = outputs[i]!;
      if (own !== null) loss?.checkTargets?.(own, type.shape);
    });
  }
}
