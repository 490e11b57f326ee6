import { DataStateError } from '../errors.js';
import type { JsonValue } from './batch.js';

/** A place in the epochs of `ArrayBatches`, and what determines the batches from there on. */
export type ArrayBatchState = {
  /** Version of this record and of the shuffling. */
  readonly version: 1;
  /** The epoch, counted from 0. */
  readonly epoch: number;
  /** The batch of the epoch that comes next, counted from 0. */
  readonly batch: number;
  /** Number of examples. */
  readonly examples: number;
  /** Examples in a batch. */
  readonly batchSize: number;
  /** Whether the order is drawn anew in each epoch. */
  readonly shuffle: boolean;
  /** What the orders depend on. */
  readonly seed: number;
  /** Whether a last batch that is not full is left out. */
  readonly dropRemainder: boolean;
};

/**
 * Checks a state from outside against that of the batches that are to go on with it; returns its place.
 * Throws `DataStateError` naming the field that is damaged or differs.
 */
export function checkState(
  state: JsonValue,
  own: ArrayBatchState,
  batchesPerEpoch: number,
): { readonly epoch: number; readonly batch: number } {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    throw new DataStateError(`batches: state must be an object, got ${JSON.stringify(state)}`);
  }
  const given = new Map<string, JsonValue>(Object.entries(state));
  for (const field of ['version', 'examples', 'batchSize', 'shuffle', 'seed', 'dropRemainder'] as const) {
    if (given.get(field) !== own[field]) {
      throw new DataStateError(
        `batches: state belongs to other batches: ${field} is ${show(given.get(field))}, here ${show(own[field])}`,
      );
    }
  }
  return {
    epoch: wholeNumber(given, 'epoch', Number.MAX_SAFE_INTEGER),
    batch: wholeNumber(given, 'batch', batchesPerEpoch),
  };
}

function wholeNumber(given: ReadonlyMap<string, JsonValue>, field: string, highest: number): number {
  const value = given.get(field);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= highest) return value;
  throw new DataStateError(`batches: state is damaged: ${field} must be 0 to ${highest}, got ${show(value)}`);
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
