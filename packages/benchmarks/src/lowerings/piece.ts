import { sizeOf } from '@tesserajs/tensor';
import { uniformStream } from '../inputs/random.js';
import type { Form, Input } from './form.js';

/** Alternative forms of one computation, measured on inputs of several sizes. */
export interface Piece {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Results that differ by more than this, relative to the largest, are an error. Default 1e-4; null: they may differ. */
  readonly tolerance?: number | null;
}

/** One line of the table: all forms that compute the same from the same inputs. */
export interface Row {
  readonly name: string;
  readonly inputs: readonly Input[];
  /** By the heading of the form's column. */
  readonly forms: Readonly<Record<string, Form>>;
}

/** Numbers between low and high that look random and are always the same. */
export function floats(shape: readonly number[], low = -1, high = 1): Input {
  const next = uniformStream(sizeOf(shape));
  const data = Float32Array.from({ length: sizeOf(shape) }, () => low + next() * (high - low));
  return { shape, dtype: 'float32', data };
}

/** Whole numbers from 0 up to, but not including, `limit`. */
export function indices(shape: readonly number[], limit: number): Input {
  const next = uniformStream(sizeOf(shape));
  const data = BigInt64Array.from({ length: sizeOf(shape) }, () => BigInt(Math.floor(next() * limit)));
  return { shape, dtype: 'int64', data };
}
