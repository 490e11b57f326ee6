import { DataArgumentError } from '../errors.js';
import type { HostTensor } from '../host-tensor.js';
import { ArrayBatches, type BatchOptions } from './array-batches.js';
import type { BatchSource } from './batch.js';
import { column, isColumn, type Column } from './column.js';

/** A collection of examples that training can draw batches from. */
export interface Dataset {
  /** Number of examples. */
  readonly examples: number;
  /** The examples in batches of `batchSize`. */
  batch(batchSize: number, options?: BatchOptions): BatchSource;
}

/** The arrays of {@link arrayDataset}; axis 0 of each is the axis of examples. */
export interface DatasetArrays {
  /** Input of the model; a list for a model with several inputs. */
  readonly inputs: HostTensor | Column | readonly (HostTensor | Column)[];
  /** What the model is to give for each input. */
  readonly targets?: HostTensor | Column;
}

/**
 * A data set over arrays in memory; they are not copied and must not change while batches are drawn.
 * Throws `DataArgumentError` when the arrays have different numbers of examples, or none.
 *
 * @example
 * ```ts
 * const { train } = await loadMnist({ directory: 'mnist' });
 * const dataset = arrayDataset({
 *   inputs: column(train.images, { shape: [28, 28, 1], scale: 1 / 255 }),
 *   targets: column(train.labels, { dtype: 'int32' }),
 * });
 * for (const { inputs, targets } of dataset.batch(128, { shuffle: true, seed: 7 })) console.log(targets!.shape);
 * // → [ 128 ]
 * // → [ 128 ]
 * ```
 */
export function arrayDataset(arrays: DatasetArrays): ArrayDataset {
  return new ArrayDataset(arrays);
}

/** A data set over arrays in memory; made by {@link arrayDataset}. */
export class ArrayDataset implements Dataset {
  /** Number of examples. */
  readonly examples: number;
  readonly #inputs: Column | readonly Column[];
  readonly #targets: Column | null;

  /** As {@link arrayDataset}. */
  constructor({ inputs, targets }: DatasetArrays) {
    this.#inputs = isList(inputs) ? inputs.map(toColumn) : toColumn(inputs);
    this.#targets = targets === undefined ? null : toColumn(targets);
    this.examples = countExamples([this.#inputs].flat(), this.#targets);
  }

  /**
   * The examples in batches of `batchSize`, in the stored order or shuffled anew in each epoch.
   * Throws `DataArgumentError` on options out of range.
   */
  batch(batchSize: number, options: BatchOptions = {}): ArrayBatches {
    return new ArrayBatches(this.#inputs, this.#targets, this.examples, batchSize, options);
  }
}

function isList(inputs: DatasetArrays['inputs']): inputs is readonly (HostTensor | Column)[] {
  return Array.isArray(inputs);
}

function toColumn(array: HostTensor | Column): Column {
  return isColumn(array) ? array : column(array);
}

function countExamples(inputs: readonly Column[], targets: Column | null): number {
  const [first] = inputs;
  if (first === undefined) throw new DataArgumentError('arrayDataset: inputs is an empty list');
  const { examples } = first;
  for (const [index, input] of inputs.entries()) {
    if (input.examples !== examples) {
      throw new DataArgumentError(
        `arrayDataset: inputs differ in length: ${examples} examples in input 0, ${input.examples} in input ${index}`,
      );
    }
  }
  if (targets !== null && targets.examples !== examples) {
    throw new DataArgumentError(
      `arrayDataset: inputs and targets differ in length: ${examples} inputs, ${targets.examples} targets`,
    );
  }
  if (examples === 0) throw new DataArgumentError('arrayDataset: the arrays hold no examples');
  return examples;
}
