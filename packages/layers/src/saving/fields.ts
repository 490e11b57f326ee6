import { ArgumentError, FormatError } from '@tesserajs/tensor';
import { activationNames } from '../activations.js';
import type { Constraint } from '../constraints.js';
import { initializerNamed } from '../initializer-names.js';
import type { Initializer } from '../initializers.js';
import type { FieldKind } from '../layers/layer.js';
import { constraintNamed, regularizerNamed } from '../layers/weight-rules.js';
import type { Regularizer } from '../regularizers.js';

/** A JSON object from outside, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Most elements of a list or layers of a model; more is refused before anything is made of it. */
const longest = 10_000;
/** Largest size in a configuration: no dimension is longer. */
const largest = 2 ** 31 - 1;

/** The error for a field of a configuration. */
export function misfit(path: string, rule: string, value: unknown): FormatError {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return new FormatError(
    `loadModel: config: ${path} must be ${rule}, got ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`,
  );
}

/** An object; throws a FormatError for anything else, and for fields other than the known ones. */
export function readObject(path: string, value: unknown, known: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misfit(path, 'an object', value);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new FormatError(
      `loadModel: config: ${path} has the unknown field ${JSON.stringify(unknown)}; known are ${known.join(', ')}`,
    );
  }
  return value as JsonObject;
}

/** A list; throws a FormatError for anything else. */
export function readList(path: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw misfit(path, 'a list', value);
  if (value.length > longest) throw misfit(path, `a list of at most ${longest} elements`, value.length);
  return value;
}

/** A text of moderate length. */
export function readText(path: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > 200) throw misfit(path, 'a text of at most 200 characters', value);
  return value;
}

/** true or false. */
export function readBoolean(path: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw misfit(path, 'true or false', value);
  return value;
}

/** A whole number within bounds. */
export function readWhole(path: string, value: unknown, least: number, most: number = largest): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw misfit(path, `a whole number from ${least} to ${most}`, value);
}

/** Sizes of axes. */
export function readSizes(path: string, value: unknown): number[] {
  const list = readList(path, value);
  if (list.length > 8) throw misfit(path, 'a list of at most 8 sizes', value);
  return list.map((size, i) => readWhole(`${path}[${i}]`, size, 1));
}

function readInteger(path: string, value: unknown): number {
  return readWhole(path, value, -largest, largest);
}

function readIntegers(path: string, value: unknown): number[] {
  const list = readList(path, value);
  if (list.length > 8) throw misfit(path, 'a list of at most 8 numbers', value);
  return list.map((n, i) => readInteger(`${path}[${i}]`, n));
}

/** Options of initializers, regularizers and constraints. */
const partOptions = [
  ...['value', 'mean', 'stddev', 'minval', 'maxval', 'scale', 'mode', 'distribution', 'seed', 'gain'],
  ...['l1', 'l2', 'factor', 'minValue', 'maxValue', 'rate', 'axis'],
];

/** What a name and options stand for, such as an initializer. */
function readPart<Part>(
  path: string,
  value: unknown,
  kind: string,
  make: (operation: string, name: string, config: Readonly<Record<string, number | string>>) => Part,
): Part {
  const { name, config } = readObject(path, value, ['name', 'config']);
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(readObject(`${path}.config`, config ?? {}, partOptions))) {
    const at = `${path}.config.${key}`;
    if (key === 'axis' && Array.isArray(option)) options[key] = readIntegers(at, option);
    else if (typeof option === 'number' || typeof option === 'string') options[key] = option;
    else throw misfit(at, 'a number or a text', option);
  }
  return explained(path, () => make(kind, readText(`${path}.name`, name), options as Record<string, number | string>));
}

/** The option of a layer for a regularizer or constraint of a weight. */
export function readRule(path: string, field: string, value: unknown): Regularizer | Constraint {
  return field.endsWith('Constraint')
    ? readPart(path, value, 'constraint', constraintNamed)
    : readPart(path, value, 'regularizer', regularizerNamed);
}

/** Names the field when its value is refused by what is made of it. */
export function explained<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new FormatError(`loadModel: config: ${path}: ${error.message}`);
  }
}

/** A field of a layer, checked for its kind. */
export function readField(path: string, kind: Exclude<FieldKind, 'layer'>, value: unknown): unknown {
  if (typeof kind !== 'string') {
    if (kind.some((text) => text === value)) return value;
    throw misfit(path, kind.map((text) => `'${text}'`).join(' or '), value);
  }
  switch (kind) {
    case 'size':
      return readWhole(path, value, 1);
    case 'sizes':
      return readSizes(path, value);
    case 'rate':
      if (typeof value === 'number' && value >= 0 && value < 1) return value;
      throw misfit(path, 'a number from 0 up to, but not including, 1', value);
    case 'boolean':
      return readBoolean(path, value);
    case 'whole':
      return readInteger(path, value);
    case 'wholes':
      return typeof value === 'number' ? readInteger(path, value) : readIntegers(path, value);
    case 'text':
      return readText(path, value);
    case 'function':
      throw misfit(path, 'absent: files hold no functions', value);
    case 'borders':
      return readList(path, value).map((pair, i) => {
        const at = `${path}[${i}]`;
        return readList(at, pair).map((width, k) => readWhole(`${at}[${k}]`, width, 0));
      });
    case 'shape':
      return readList(path, value).map((size, i) => (size === null ? null : readWhole(`${path}[${i}]`, size, 1)));
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw misfit(path, 'a number', value);
    case 'activation':
      if (activationNames.some((name) => name === value)) return value;
      throw misfit(path, `one of ${activationNames.join(', ')}`, value);
    case 'initializer':
      return readPart(path, value, 'initializer', initializerNamed);
  }
}

/** A field of a layer as JSON. Throws an ArgumentError for functions, which files cannot hold. */
export function writeField(path: string, kind: Exclude<FieldKind, 'layer'>, value: unknown): unknown {
  if (kind === 'initializer') {
    const { name, config } = value as Initializer;
    return { name, config };
  }
  if (typeof value === 'function') {
    throw new ArgumentError(
      `saveModel: ${path} is a function, which a file cannot hold; use a name, or save the weights alone with ` +
        'saveTensors',
    );
  }
  return value;
}
