import { ArgumentError } from '@tesserajs/tensor';
import { hostLeaves, isHostTensor, mapHost, type HostTensor, type HostTensors } from './host-tensor.js';

/** What a JSON text can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Some examples, stacked along axis 0. */
export interface Batch {
  /** Input of the model, [batch, …]; for several, a list or record as the model takes it. */
  readonly inputs: HostTensors;
  /** What the model is to give, [batch, …]; for several outputs, a list or record as the model gives it. */
  readonly targets?: HostTensors;
  /** How much each example counts, [batch]; for several outputs also a list or record of such. */
  readonly sampleWeight?: HostTensors;
}

/**
 * Where batches come from: one iteration is one epoch. With `state` and `restore` training can be resumed in the
 * middle; `restore` makes the next iteration go on at a place that `state` told. `@tesserajs/data` makes such sources.
 * A batch's memory may be reused when three more batches were asked for.
 */
export type BatchSource = (Iterable<Batch> | AsyncIterable<Batch>) & {
  /** Number of batches in a whole epoch, where it is known. */
  readonly batchesPerEpoch?: number;
  /** Number of examples in a whole epoch, where it is known. */
  readonly examples?: number;
  /** The place of the batch that the latest iteration gives next. */
  state?(): JsonValue;
  /** Makes the next iteration go on at a place that `state` told. */
  restore?(state: JsonValue): void;
};

/** The arrays of a batch, or of several that are stacked. */
export interface BatchData {
  readonly inputs: HostTensors;
  readonly targets: HostTensors | null;
  /** How much examples count; null: all of them the same. */
  readonly weights: HostTensors | null;
}

/** A batch on its way into a step. */
export interface FedBatch {
  readonly data: BatchData;
  readonly examples: number;
  /** The place of the next batch, for resuming. */
  readonly next: JsonValue;
}

/** Batches, epoch by epoch. */
export interface Epochs {
  readonly batches: number | null;
  readonly examples: number | null;
  /** What resuming must find equal: sizes, seeds. */
  readonly identity: JsonValue;
  /** False when training on these batches cannot be resumed. */
  readonly resumable: boolean;
  /** Between two epochs: the place where the next one begins; null where its number tells. */
  boundary(): JsonValue;
  /** The batches of an epoch, from a place that a batch before told as `next`; null for its beginning. */
  epoch(index: number, from: JsonValue): AsyncGenerator<FedBatch, void>;
}

/** True for batch sources; arrays and tensors, also lists and records of them, are none. */
export function isBatchSource(value: unknown): value is BatchSource {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.every((part) => typeof part === 'object' && part !== null && 'inputs' in part);
  return !('shape' in value) && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

/** What a source gave as a batch. A list of one input is that input: so pipelines give single ones. */
function checkBatch(operation: string, batch: unknown): BatchData & { readonly examples: number } {
  const { inputs, targets = null, sampleWeight = null } = (batch ?? {}) as Partial<Batch>;
  const single = Array.isArray(inputs) && inputs.length === 1 ? (inputs[0] as HostTensors) : inputs;
  const first = hostLeaves(single)[0]?.leaf;
  if (single === undefined || first === undefined) {
    throw new ArgumentError(
      `${operation}: a batch holds no inputs; a batch is { inputs, targets, sampleWeight? }, each { data, shape, dtype }`,
    );
  }
  return { inputs: single, targets, weights: sampleWeight, examples: first.shape[0] ?? 0 };
}

/** The epochs of a batch source. */
export function sourceEpochs(operation: string, source: BatchSource): Epochs {
  return {
    batches: source.batchesPerEpoch ?? null,
    examples: source.examples ?? null,
    identity: null,
    resumable: source.state !== undefined && source.restore !== undefined,
    boundary: () => source.state?.() ?? null,
    async *epoch(_, from) {
      if (from !== null) source.restore?.(from);
      for await (const batch of source) {
        // Before another batch is asked for: the state then still is that of the next one.
        const next = source.state?.() ?? null;
        const { examples, ...data } = checkBatch(operation, batch);
        yield { data, examples, next };
      }
    },
  };
}

/** How much examples of a class count, by its number. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * Epochs in which examples count by their class. Throws an ArgumentError for targets that are no classes, and for a
 * class without a weight.
 */
export function weighByClass(epochs: Epochs, classWeight: ClassWeight): Epochs {
  return {
    ...epochs,
    async *epoch(index, from) {
      for await (const batch of epochs.epoch(index, from)) {
        const classes = classesOf(batch.data.targets, batch.examples);
        const own = Float32Array.from(classes, (label) => {
          const weight = classWeight[label];
          if (weight !== undefined) return weight;
          throw new ArgumentError(
            `fit: classWeight has no weight for class ${label}; it has ${Object.keys(classWeight).join(', ')}`,
          );
        });
        const byClass: HostTensor = { data: own, shape: [batch.examples], dtype: 'float32' };
        const { weights } = batch.data;
        const weighed = (given: HostTensor): HostTensor => product(given, own);
        const both = weights === null ? byClass : (mapHost(weights, weighed) as HostTensors);
        yield { ...batch, data: { ...batch.data, weights: both } };
      }
    },
  };
}

/** The class of each example: its number, or the place of the largest value in one-hot targets. */
function classesOf(targets: HostTensors | null, examples: number): number[] {
  if (!isHostTensor(targets)) {
    throw new ArgumentError('fit: classWeight needs the targets of one output; give sampleWeight for several');
  }
  const { data, shape } = targets;
  const classes = data.length / examples;
  if (shape.length > 2) {
    throw new ArgumentError(
      `fit: classWeight needs one class per example, the targets are [${shape.join(',')}]; give sampleWeight`,
    );
  }
  return Array.from({ length: examples }, (_, i) => {
    const own = Array.from(data.subarray(i * classes, (i + 1) * classes) as ArrayLike<number | bigint>, Number);
    return classes === 1 ? own[0]! : own.indexOf(Math.max(...own));
  });
}

function product({ data, shape }: HostTensor, weights: Float32Array): HostTensor {
  const perExample = data.length / weights.length;
  return {
    data: Float32Array.from({ length: data.length }, (_, i) => Number(data[i]) * weights[Math.floor(i / perExample)]!),
    shape,
    dtype: 'float32',
  };
}
