import { ArgumentError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { differentiate, pushforward, type Derivative } from './derivative.js';
import type { Grads } from './grad.js';
import { tangentLeaves, type Tangents } from './tangents.js';

/** Options of `jvp` for a function that returns [result, aux]. */
export interface JvpAuxOptions {
  readonly hasAux: true;
}

/** Tangents of all placeholders, in their order, from one tree per argument. */
function givenTangents(operation: string, { prepared }: Derivative, tangents: readonly unknown[]): (Tensor | null)[] {
  if (tangents.length !== prepared.size) {
    throw new ArgumentError(
      `${operation}: ${tangents.length} tangents for ${prepared.size} arguments; give one for each, null for zero`,
    );
  }
  return tangents.flatMap((tree, position) => {
    const { flat, placeholders } = prepared.get(position)!;
    const leaves = tangentLeaves(operation, `tangent ${position}`, flat, tree);
    return leaves.filter((_, i) => placeholders[i] !== null);
  });
}

function forwardDerivative(
  operation: 'jvp' | 'linearize',
  f: (...args: never) => unknown,
  primals: readonly unknown[],
  hasAux: boolean,
): Derivative {
  const positions = [...primals.keys()];
  return differentiate(f, primals, { operation, mode: 'forward', positions, unsuitable: 'pass', hasAux });
}

/**
 * Forward-mode derivative: [f(…primals), the directional derivative of f along the tangents], with `hasAux` also what
 * else f returned. Tangents have the structure of the primals, with null for zero and for what is no float; so has the
 * result's.
 *
 * Throws a ShapeError or DTypeError for a tangent that does not fit its primal.
 *
 * @example
 * ```ts
 * jvp((x: Tensor) => x.square().sum(), [tensor([1, 2])], [tensor([1, 0])]); // → [5, 2]
 * ```
 */
export function jvp<A extends readonly unknown[], R, X>(
  f: (...args: A) => readonly [R, X],
  primals: A,
  tangents: { readonly [K in keyof A]: Tangents<A[K]> },
  options: JvpAuxOptions,
): [R, Grads<R>, X];
export function jvp<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  primals: A,
  tangents: { readonly [K in keyof A]: Tangents<A[K]> },
): [R, Grads<R>];
export function jvp(
  f: (...args: never) => unknown,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  { hasAux = false }: { readonly hasAux?: boolean } = {},
): unknown[] {
  const derivative = forwardDerivative('jvp', f, primals, hasAux);
  const change = pushforward(derivative, givenTangents('jvp', derivative, tangents));
  return hasAux ? [derivative.value, change, derivative.aux] : [derivative.value, change];
}

/**
 * The value of f and its derivative as a function of tangents, which may be called many times:
 * [f(…primals), (…tangents) → the directional derivative]. f itself runs once.
 *
 * @example
 * ```ts
 * const [y, derivative] = linearize((x: Tensor) => x.square(), tensor([1, 2]));
 * derivative(tensor([1, 10])); // → [2, 40]
 * ```
 */
export function linearize<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [R, (...tangents: { readonly [K in keyof A]: Tangents<A[K]> }) => Grads<R>] {
  const derivative = forwardDerivative('linearize', f, primals, false);
  const apply = (...tangents: readonly unknown[]): unknown =>
    pushforward(derivative, givenTangents('linearize', derivative, tangents));
  return [derivative.value as R, apply as never];
}
