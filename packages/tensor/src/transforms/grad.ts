import { isFloat } from '../dtypes.js';
import { DTypeError, ShapeError, TraceError } from '../errors.js';
import { checkNotPromise, innermostTrace, withTrace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import { formatShape } from '../shapes.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';
import { checkFunction, derivativeTree, prepareArguments } from './arguments.js';
import { backward } from './backward.js';
import { warnOfCaptured } from './captured.js';
import { substitute } from './substitute.js';

/** What types know modules by: their brand is on the prototype. */
interface ModuleFields {
  readonly trainable: boolean;
  call(...args: never[]): unknown;
}

/**
 * Gradients have the structure of what they belong to; frozen, integer and static parts are null. Numbers have gradients
 * too, but in modules they are static.
 */
export type Grads<T, Numbers = Tensor> = T extends Tensor
  ? Tensor
  : T extends number
    ? Numbers
    : T extends readonly (infer U)[]
      ? Grads<U, Numbers>[]
      : T extends (...args: never[]) => unknown
        ? null
        : T extends ModuleFields
          ? { [K in keyof T]: Grads<T[K], null> }
          : T extends object
            ? { [K in keyof T]: Grads<T[K], Numbers> }
            : null;

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** Which arguments to differentiate. Default 0; with a list, gradients come as a list. */
  readonly argnums?: number | readonly number[];
}

/** Options of `grad` and `valueAndGrad` for a function that returns [loss, aux]. */
export interface GradAuxOptions extends GradOptions {
  readonly hasAux: true;
}

function checkLoss(operation: string, loss: unknown): Tensor {
  if (!isTensor(loss)) {
    throw new TraceError(
      `${operation}: the function returned ${loss === null ? 'null' : typeof loss}; it must return a scalar float tensor` +
        ' (or [loss, aux] with { hasAux: true })',
    );
  }
  if (loss.rank !== 0) {
    throw new ShapeError(
      `${operation}: the loss has shape ${formatShape(loss.shape)}; reduce it to a scalar with .mean() or .sum()`,
    );
  }
  if (!isFloat(loss.dtype)) {
    throw new DTypeError(`${operation}: the loss is ${loss.dtype}; it must be a float`);
  }
  return loss;
}

/** The value of a scalar function and its gradients; `operation` is what the user called. */
export function differentiateScalar(
  operation: string,
  f: (...args: never) => unknown,
  { argnums = 0 }: GradOptions,
  hasAux: boolean,
  args: readonly unknown[],
): { value: unknown; grads: unknown } {
  const numbers = typeof argnums === 'number' ? [argnums] : argnums;
  checkFunction(operation, f);
  const derivative = withTrace('grad', (trace) => {
    const all = prepareArguments(operation, trace, args, numbers, 'reject');
    const { traced, prepared, values } = all;
    const result = f(...(traced as never));
    checkNotPromise('grad', result);
    if (hasAux && !Array.isArray(result))
      throw new TraceError(`${operation}: with hasAux the function must return [loss, aux]`);
    const loss = checkLoss(operation, hasAux ? (result as readonly unknown[])[0] : result);
    const aux = flatten(hasAux ? (result as readonly unknown[])[1] : null);
    warnOfCaptured(operation, trace, [loss], all);
    const targets = [...values.keys()];
    const cotangents = backward(trace, [loss], [constant(1, [], loss.dtype)], targets);
    const gradients = cotangents.map((cotangent, i) => {
      const { shape, dtype } = targets[i]!;
      return cotangent ?? constant(0, shape, dtype);
    });
    const outputs = substitute(trace, [loss, ...(aux.leaves as Tensor[]), ...gradients], values);
    const auxLeaves = outputs.slice(1, 1 + aux.leaves.length);
    const gradientOf = new Map(targets.map((target, i) => [target, outputs[1 + aux.leaves.length + i]!]));
    const trees = numbers.map((n) => derivativeTree(prepared.get(n)!, (target) => gradientOf.get(target)!));
    return {
      value: hasAux ? [outputs[0]!, unflatten(aux.definition, auxLeaves)] : outputs[0]!,
      grads: typeof argnums === 'number' ? trees[0] : trees,
    };
  });
  innermostTrace()?.gradients?.push(derivative.grads);
  return derivative;
}

/**
 * A function that returns [f(…args), gradients]. Gradients have the structure of the argument.
 *
 * @param f - returns a scalar float tensor, or [loss, aux] with `hasAux`.
 *
 * @example
 * ```ts
 * valueAndGrad((w: Tensor) => w.square().sum())(tensor([1, 2, 3])); // → [14, [2, 4, 6]]
 * ```
 */
export function valueAndGrad<A extends readonly unknown[], X>(
  f: (...args: A) => readonly [Tensor, X],
  options: GradAuxOptions,
): (...args: A) => [[Tensor, X], Grads<A[0]>];
export function valueAndGrad<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options?: GradOptions & { readonly argnums?: number },
): (...args: A) => [Tensor, Grads<A[0]>];
export function valueAndGrad<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options: GradOptions & { readonly argnums: readonly number[] },
): (...args: A) => [Tensor, Grads<A[number]>[]];
export function valueAndGrad(
  f: (...args: never) => unknown,
  options: GradOptions & { readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => [never, never] {
  return (...args) => {
    const { value, grads } = differentiateScalar('valueAndGrad', f, options, options.hasAux === true, args);
    return [value as never, grads as never];
  };
}

/**
 * The gradient of a scalar function with respect to its first argument (or `argnums`); composes to any order.
 *
 * @example
 * ```ts
 * const slope = grad((x: Tensor) => x.pow(3).sum());
 * slope(tensor([1, 2])); // → [3, 12]
 * ```
 */
export function grad<A extends readonly unknown[], X>(
  f: (...args: A) => readonly [Tensor, X],
  options: GradAuxOptions,
): (...args: A) => [Grads<A[0]>, X];
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options?: GradOptions & { readonly argnums?: number },
): (...args: A) => Grads<A[0]>;
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options: GradOptions & { readonly argnums: readonly number[] },
): (...args: A) => Grads<A[number]>[];
export function grad(
  f: (...args: never) => unknown,
  options: GradOptions & { readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => never {
  return (...args) => {
    const { value, grads } = differentiateScalar('grad', f, options, options.hasAux === true, args);
    return (options.hasAux === true ? [grads, (value as readonly unknown[])[1]] : grads) as never;
  };
}
