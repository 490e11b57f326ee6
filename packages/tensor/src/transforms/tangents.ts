import { isFloat } from '../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { scalar } from '../ops/operands.js';
import { formatShape, sameShape } from '../shapes.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import type { FlatTree } from '../tree/flatten.js';
import { valuesAt } from '../tree/tree.js';

/** Tangents or cotangents to hand in: a tree like its value, in which null stands for zero. */
export type Tangents<T> = T extends Tensor
  ? Tensor | null
  : T extends number
    ? Tensor | number | null
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: Tangents<T[K]> } | null
      : T extends (...args: never[]) => unknown
        ? null
        : T extends object
          ? { readonly [K in keyof T]: Tangents<T[K]> } | null
          : null;

/**
 * The tangents of the leaves of a tree. Throws an ArgumentError, ShapeError or DTypeError naming the leaf to which a
 * tangent does not fit.
 */
export function tangentLeaves(
  operation: string,
  what: string,
  { definition, leaves, paths }: FlatTree,
  tree: unknown,
): (Tensor | null)[] {
  return valuesAt(definition, tree).map((given, i) => {
    if (given === null) return null;
    const value = leaves[i] as Tensor;
    const at = paths[i] === '' ? what : `${what} at ${paths[i]}`;
    if (!isFloat(value.dtype)) {
      throw new DTypeError(
        `${operation}: ${at} belongs to ${value.dtype} ${formatShape(value.shape)}; only floats have one: give null`,
      );
    }
    const tangent = typeof given === 'number' && value.rank === 0 ? scalar(given, value.dtype) : given;
    if (!isTensor(tangent)) {
      throw new ArgumentError(`${operation}: ${at} is ${typeof given}; give a tensor, or null for zero`);
    }
    if (!sameShape(tangent.shape, value.shape)) {
      throw new ShapeError(
        `${operation}: ${at} is ${formatShape(tangent.shape)}, its value ${formatShape(value.shape)}; both have the same shape`,
      );
    }
    if (tangent.dtype !== value.dtype) {
      throw new DTypeError(
        `${operation}: ${at} is ${tangent.dtype}, its value ${value.dtype}; convert it with .cast('${value.dtype}')`,
      );
    }
    return tangent;
  });
}
