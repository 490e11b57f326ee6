import { ArgumentError, evalShape, formatShape, zeros, type Shape, type TensorType } from '@tesserajs/tensor';
import { NotCompiledError } from '../errors.js';
import type { AnyModel } from '../models/model.js';
import { isBatchSource, sourceEpochs, type BatchSource, type Epochs, type FedBatch } from './batches.js';
import { arrayEpochs, splitLast } from './array-epochs.js';
import type { Compiled } from './compiled.js';
import { toHostTensor, type ArrayData } from './host-tensor.js';
import type { FitOptions } from './options.js';
import { sameShape } from '../shapes.js';
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
  x: ArrayData | BatchSource,
  y: ArrayData | undefined,
  options: FitOptions,
  seed: number,
): Promise<{ training: Epochs; validation: Epochs | null }> {
  const { batchSize = 32, shuffle = true, validationData, validationSplit = 0 } = options;
  const validation = validationData === undefined ? null : await validationEpochs(validationData, batchSize);
  if (isBatchSource(x)) {
    if (y !== undefined)
      throw new ArgumentError('fit: a batch source brings its own targets; call fit(source, options)');
    if (validationSplit !== 0) {
      throw new ArgumentError('fit: validationSplit needs arrays; give validationData for a batch source');
    }
    return { training: sourceEpochs('fit', x), validation };
  }
  if (y === undefined) throw new ArgumentError('fit: targets are missing; call fit(x, y, options)');
  let inputs = await toHostTensor('fit', 'x', x);
  let targets = await toHostTensor('fit', 'y', y);
  const shuffleSeed = shuffle ? seed : null;
  if (validationSplit === 0) {
    return { training: arrayEpochs('fit', inputs, targets, { batchSize, shuffleSeed }), validation };
  }
  const [inputsLeft, inputsRight] = splitLast(inputs, validationSplit);
  const [targetsLeft, targetsRight] = splitLast(targets, validationSplit);
  [inputs, targets] = [inputsLeft, targetsLeft];
  return {
    training: arrayEpochs('fit', inputs, targets, { batchSize, shuffleSeed }),
    validation: arrayEpochs('fit: validation', inputsRight, targetsRight, { batchSize, shuffleSeed: null }),
  };
}

async function validationEpochs(data: NonNullable<FitOptions['validationData']>, batchSize: number): Promise<Epochs> {
  if (!isPair(data)) return sourceEpochs('fit: validationData', data);
  const [x, y] = data;
  const inputs = await toHostTensor('fit: validationData', 'x', x);
  const targets = await toHostTensor('fit: validationData', 'y', y);
  return arrayEpochs('fit: validationData', inputs, targets, { batchSize, shuffleSeed: null });
}

function isPair(data: NonNullable<FitOptions['validationData']>): data is readonly [ArrayData, ArrayData] {
  return Array.isArray(data) && data.length === 2 && 'shape' in (data[0] as object);
}

/** Gives the model weights for its first batch, if it has none. */
export function buildFor(model: AnyModel, { inputs }: { readonly inputs: { readonly shape: Shape } }): void {
  if (!model.built) model.build([null, ...inputs.shape.slice(1)] as never);
}

/** Checks batches before they are used; looks at a shape only once. */
export class BatchChecker {
  readonly #operation: string;
  readonly #model: AnyModel;
  readonly #compiled: Compiled;
  #inputs: Shape | null = null;
  #output: Shape = [];

  constructor(operation: string, model: AnyModel, compiled: Compiled) {
    this.#operation = operation;
    this.#model = model;
    this.#compiled = compiled;
  }

  /** Throws what explains it when the targets of a batch do not fit the inputs or the loss. */
  check({ inputs: { shape, dtype }, targets, examples }: FedBatch): void {
    if (targets === null) {
      throw new ArgumentError(`${this.#operation}: the batches have no targets; a batch is { inputs, targets }`);
    }
    if (targets.shape[0] !== examples) {
      throw new ArgumentError(
        `${this.#operation}: a batch has inputs ${formatShape(shape)} and targets ${formatShape(targets.shape)}; ` +
          'axis 0 must be equal',
      );
    }
    if (this.#inputs === null || !sameShape(this.#inputs, shape)) {
      this.#output = (evalShape(() => this.#model.apply(zeros(shape, { dtype }) as never)) as TensorType).shape;
      this.#inputs = shape;
    }
    this.#compiled.loss.checkTargets?.(targets, this.#output);
  }
}
