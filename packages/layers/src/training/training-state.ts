import { FormatError, loadTensors, saveTensors, type Tensor } from '@tesserajs/tensor';
import type { JsonValue } from './batches.js';

/** Where training stands between two steps. */
export interface TrainingPosition {
  /** Steps taken in all. */
  readonly step: number;
  /** Epoch of the next step, from 0. */
  readonly epoch: number;
  /** Steps taken in that epoch. */
  readonly batch: number;
  /** Examples seen in that epoch. */
  readonly examples: number;
  /** Sums over that epoch. */
  readonly totals: readonly number[];
  /** Seed of order and dropout. */
  readonly seed: number;
  /** The place of the next batch. */
  readonly place: JsonValue;
  /** What the data must have in common with those before. */
  readonly data: JsonValue;
  /** Where a callback set it; null: that of the options. */
  readonly learningRate: number | null;
  /** Logs of the epochs before. */
  readonly epochs: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** Something that `model.compile` was given, with its options. */
export interface NamedConfig {
  readonly name: string;
  readonly config: Readonly<Record<string, JsonValue>>;
}

/** All that a training needs to go on bit for bit; made by `model.state()`, taken by `model.restore`. */
export interface TrainingState {
  /** How it was trained: going on in another way would not be going on. */
  readonly optimizer: NamedConfig;
  readonly loss: NamedConfig;
  readonly position: TrainingPosition;
  /** What callbacks remember besides tensors, by name. */
  readonly callbacks: Readonly<Record<string, JsonValue>>;
  /** Weights as `model.<path>`, those of the optimizer as `optimizer.<name>.<path>`, those of callbacks as `callbacks.<name>.<tensor>`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

const format = 'tessera-training-state';

/**
 * A training state as one safetensors file; the position is JSON in its metadata, so that the file is whole or not
 * there.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * await model.fit(ones([8, 2]), zeros([8, 1]), { verbose: 0 });
 * const bytes = await saveTrainingState(await model.state());
 * ```
 */
export function saveTrainingState(state: TrainingState): Promise<Uint8Array> {
  const { optimizer, loss, position, callbacks, tensors } = state;
  return saveTensors(
    { ...tensors },
    { format, state: JSON.stringify({ version: 1, optimizer, loss, position, callbacks }) },
  );
}

/**
 * Reads what `saveTrainingState` wrote. Throws a FormatError naming what is wrong.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * await model.fit(ones([8, 2]), zeros([8, 1]), { verbose: 0 });
 * const bytes = await saveTrainingState(await model.state());
 * model.restore(loadTrainingState(bytes));
 * ```
 */
export function loadTrainingState(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = loadTensors(bytes);
  if (metadata['format'] !== format) {
    throw new FormatError(
      'training state: the file holds tensors, but no training state; it was not written by saveTrainingState',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(metadata['state'] ?? '');
  } catch (cause) {
    throw new FormatError(`training state: state is no JSON: ${(cause as Error).message}`);
  }
  const root = record(value, 'state');
  if (root['version'] !== 1) {
    throw new FormatError(
      `training state: version ${JSON.stringify(root['version'])} is not known; this package reads version 1`,
    );
  }
  return {
    optimizer: readNamed('optimizer', root['optimizer']),
    loss: readNamed('loss', root['loss']),
    position: readPosition(root['position']),
    callbacks: record(root['callbacks'] ?? {}, 'callbacks') as TrainingState['callbacks'],
    tensors,
  };
}

function readNamed(field: string, value: unknown): NamedConfig {
  const { name, config } = record(value, field);
  if (typeof name !== 'string') throw new FormatError(`training state: ${field}.name must be a text`);
  return { name, config: record(config, `${field}.config`) as NamedConfig['config'] };
}

function readPosition(value: unknown): TrainingPosition {
  const given = record(value, 'position');
  const count = (field: string): number => {
    const number = given[field];
    if (Number.isSafeInteger(number) && (number as number) >= 0) return number as number;
    throw new FormatError(
      `training state: position.${field} must be a whole number >= 0, got ${JSON.stringify(number)}`,
    );
  };
  const history = Object.entries(record(given['history'], 'position.history'));
  return {
    step: count('step'),
    epoch: count('epoch'),
    batch: count('batch'),
    examples: count('examples'),
    totals: numbers(given['totals'], 'position.totals'),
    learningRate: given['learningRate'] == null ? null : rate(given['learningRate']),
    seed: Number.isSafeInteger(given['seed']) ? (given['seed'] as number) : count('seed'),
    place: (given['place'] ?? null) as JsonValue,
    data: (given['data'] ?? null) as JsonValue,
    epochs: numbers(given['epochs'], 'position.epochs'),
    history: Object.fromEntries(history.map(([name, list]) => [name, numbers(list, `position.history.${name}`)])),
  };
}

function rate(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new FormatError(`training state: position.learningRate must be a number >= 0, got ${JSON.stringify(value)}`);
}

function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FormatError(
    `training state: ${field} must be an object, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
  );
}

function numbers(value: unknown, field: string): number[] {
  // JSON has no NaN: it is written as null.
  const list = Array.isArray(value) ? value.map((n: unknown) => (n === null ? NaN : n)) : [null];
  if (list.every((n): n is number => typeof n === 'number')) return list;
  throw new FormatError(`training state: ${field} must be a list of numbers`);
}
