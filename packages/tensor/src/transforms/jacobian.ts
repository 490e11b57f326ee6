import { ArgumentError } from '../errors.js';
import { eye } from '../create.js';
import { isFloat } from '../dtypes.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { unflatten } from '../tree/flatten.js';
import { derivativeTree } from './arguments.js';
import { differentiate, type Derivative } from './derivative.js';
import { differentiateScalar, type Grads } from './grad.js';
import { applyMap } from './linear-map.js';
import { vmap } from './vmap.js';

/** Options of `jacobian` and `hessian`. */
export interface JacobianOptions {
  /** Which arguments to differentiate. Default 0; with a list, derivatives come as a list. */
  readonly argnums?: number | readonly number[];
  /** `forward` costs one pass per element of the arguments, `reverse` (default) one per element of the result. */
  readonly mode?: 'forward' | 'reverse';
}

/** The derivative of a tree R by a tree A: R's structure, in place of each tensor A's, with tensors [...r.shape, ...a.shape]. */
export type Jacobian<R, A> = R extends Tensor
  ? Grads<A>
  : R extends readonly (infer U)[]
    ? Jacobian<U, A>[]
    : R extends (...args: never[]) => unknown
      ? null
      : R extends object
        ? { [K in keyof R]: Jacobian<R[K], A> }
        : null;

type Columns = (Tensor | null)[];

/** Applies a map to each unit vector of one of its inputs: [size, …shape] per output that depends on it. */
function applyToBasis({ map }: Derivative, index: number, outAxis: number): Columns {
  const { shape, dtype, size } = map.inputs[index]!;
  const basis = eye(size, size, { dtype }).reshape([size, ...shape]);
  return vmap(
    (unit: Tensor): Columns =>
      applyMap(
        map,
        map.inputs.map((_, i) => (i === index ? unit : null)),
      ),
    { outAxes: outAxis },
  )(basis);
}

/** Per float leaf of the result, per placeholder: the derivative [...leaf.shape, ...placeholder.shape]; null for zeros. */
function derivativeTable(derivative: Derivative, mode: 'forward' | 'reverse'): Columns[] {
  const { placeholders, map, result } = derivative;
  const leaves = result.leaves as readonly Tensor[];
  const shaped = (x: Tensor | null, leaf: Tensor, input: Tensor): Tensor | null =>
    x === null ? null : x.reshape([...leaf.shape, ...input.shape]);
  if (mode === 'reverse') {
    const floats = leaves.filter(({ dtype }) => isFloat(dtype));
    return floats.map((leaf, i) =>
      applyToBasis(derivative, i, 0).map((rows, k) => shaped(rows, leaf, placeholders[k]!)),
    );
  }
  const columns = map.inputs.map((_, k) => applyToBasis(derivative, k, -1));
  return leaves.flatMap((leaf, i) =>
    isFloat(leaf.dtype) ? [columns.map((column, k) => shaped(column[i]!, leaf, placeholders[k]!))] : [],
  );
}

/** `jacobian`, for errors under another name. */
function jacobianAs(
  operation: 'jacobian' | 'hessian',
  f: (...args: never) => unknown,
  { argnums = 0, mode = 'reverse', hasAux = false }: JacobianOptions & { readonly hasAux?: boolean },
): (...args: readonly unknown[]) => unknown {
  if (!['forward', 'reverse'].includes(mode)) {
    throw new ArgumentError(`jacobian: mode '${mode}' is not accepted; use 'forward' or 'reverse'`);
  }
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  return (...args) => {
    const derivative = differentiate(f, args, { operation, mode, positions, unsuitable: 'reject', hasAux });
    const { result, prepared, placeholders, aux } = derivative;
    const empty = positions.find((n) => prepared.get(n)!.placeholders.every((placeholder) => placeholder === null));
    if (empty !== undefined) {
      throw new ArgumentError(`${operation}: argument ${empty} holds no float tensor; choose another with argnums`);
    }
    const table = derivativeTable(derivative, mode);
    let row = 0;
    const parts = (result.leaves as readonly Tensor[]).map((leaf) => {
      if (!isFloat(leaf.dtype)) return null;
      const own = table[row++]!;
      const trees = positions.map((n) =>
        derivativeTree(prepared.get(n)!, (target) => {
          const found = own[placeholders.indexOf(target)];
          return found ?? constant(0, [...leaf.shape, ...target.shape], target.dtype);
        }),
      );
      return typeof argnums === 'number' ? trees[0] : trees;
    });
    const tree = unflatten(result.definition, parts, 'null');
    return hasAux ? [tree, aux] : tree;
  };
}

/**
 * The matrix of all partial derivatives of a function: for a result [m] and an argument [n] a tensor [m, n], in general
 * [...result shape, ...argument shape]. For trees: the structure of the result, with the structure of the argument in place
 * of each float tensor, and null for what is no float.
 *
 * @example
 * ```ts
 * jacobian((x: Tensor) => x.square())(tensor([1, 2])); // → [[2, 0], [0, 4]]
 * ```
 */
export function jacobian<A extends readonly unknown[], R, X>(
  f: (...args: A) => readonly [R, X],
  options: JacobianOptions & { readonly argnums?: number; readonly hasAux: true },
): (...args: A) => [Jacobian<R, A[0]>, X];
export function jacobian<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options?: JacobianOptions & { readonly argnums?: number },
): (...args: A) => Jacobian<R, A[0]>;
export function jacobian<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JacobianOptions & { readonly argnums: readonly number[] },
): (...args: A) => Jacobian<R, A[number][]>;
export function jacobian(
  f: (...args: never) => unknown,
  options: JacobianOptions & { readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => never {
  return jacobianAs('jacobian', f, options) as never;
}

/**
 * The matrix of all second derivatives of a scalar function: for an argument [n] a tensor [n, n]; trees as in `jacobian`.
 * Forward over reverse: one pass per element of the arguments.
 *
 * @example
 * ```ts
 * hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2])); // → [[6, 0], [0, 12]]
 * ```
 */
export function hessian<A extends readonly unknown[], X>(
  f: (...args: A) => readonly [Tensor, X],
  options: { readonly argnums?: number; readonly hasAux: true },
): (...args: A) => [Jacobian<Grads<A[0]>, A[0]>, X];
export function hessian<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options?: { readonly argnums?: number },
): (...args: A) => Jacobian<Grads<A[0]>, A[0]>;
export function hessian<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options: { readonly argnums: readonly number[] },
): (...args: A) => Jacobian<Grads<A[number]>[], A[number][]>;
export function hessian(
  f: (...args: never) => unknown,
  options: { readonly argnums?: number | readonly number[]; readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => never {
  const { hasAux = false } = options;
  const gradient = (...args: readonly unknown[]): unknown => {
    const { value, grads } = differentiateScalar('hessian', f, options, hasAux, args);
    return hasAux ? [grads, (value as readonly unknown[])[1]] : grads;
  };
  return jacobianAs('hessian', gradient, { ...options, mode: 'forward' }) as never;
}
