import { DataValueError } from './errors.js';
import { isFloat, type HostTensor } from './host-tensor.js';

/** How {@link checkFinite} names its input. */
export interface CheckFiniteOptions {
  /** File or array that the message shows. */
  readonly name: string;
}

/**
 * Checks that no element is NaN or infinite; arrays of integers pass. `values`: any shape.
 * Throws `DataValueError` naming the array, the place and the value of the first one that is.
 *
 * @example
 * ```ts
 * try {
 *   checkFinite({ data: new Float32Array([1, NaN]), shape: [2], dtype: 'float32' }, { name: 'prices.csv' });
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * // → prices.csv: NaN at [1]: values must be finite
 * ```
 */
export function checkFinite(values: HostTensor, options: CheckFiniteOptions): void {
  if (!isFloat(values.dtype)) return;
  const { data, shape } = values;
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw new DataValueError(
        `${options.name}: ${data[index]} at [${placeOf(index, shape).join(', ')}]: values must be finite`,
      );
    }
  }
}

function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (const length of shape.toReversed()) {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return place;
}
