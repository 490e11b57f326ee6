import { ArgumentError } from '@tesserajs/tensor';
import type { HostTensor } from './host-tensor.js';

/** What a JSON text can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Some examples, stacked along axis 0. */
export interface Batch {
  /** Input of the model, [batch, …]. */
  readonly inputs: HostTensor | readonly HostTensor[];
  /** What the model is to give, [batch, …]. */
  readonly targets?: HostTensor;
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

/** A batch on its way into a step. */
export interface FedBatch {
  readonly inputs: HostTensor;
  readonly targets: HostTensor | null;
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

/** True for batch sources; arrays and tensors are none. */
export function isBatchSource(value: object): value is BatchSource {
  return !('shape' in value) && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

function checkBatch(operation: string, { inputs, targets }: Batch): readonly [HostTensor, HostTensor | null] {
  const list = Array.isArray(inputs) ? (inputs as readonly HostTensor[]) : [inputs as HostTensor];
  if (list.length !== 1) {
    throw new ArgumentError(`${operation}: a batch has ${list.length} inputs; this model takes one`);
  }
  return [list[0]!, targets ?? null];
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
        const [inputs, targets] = checkBatch(operation, batch);
        yield { inputs, targets, examples: inputs.shape[0]!, next };
      }
    },
  };
}
