import { isFloat } from '../dtypes.js';
import { ArgumentError } from '../errors.js';
import { checkNotPromise, withTrace, type TraceKind } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type FlatTree } from '../tree/flatten.js';
import { prepareArguments } from './arguments.js';
import { forward } from './forward.js';
import type { Grads } from './grad.js';
import { applyMap, mapInputs, type LinearMap } from './linear-map.js';
import { substitute } from './substitute.js';
import { tangentLeaves, type Tangents } from './tangents.js';

/** Tangents of a result: a float that does not change has zeros, what is no float has null. */
function resultTree({ definition, leaves }: FlatTree, tangents: readonly (Tensor | null)[]): unknown {
  const filled = (leaves as readonly Tensor[]).map(({ shape, dtype }, i) =>
    isFloat(dtype) ? (tangents[i] ?? constant(0, shape, dtype)) : null,
  );
  return unflatten(definition, filled, 'null');
}

/** The value of f, and its derivative as a linear map from the tangents of all float leaves of the arguments. */
function trace(
  operation: 'jvp' | 'linearize',
  f: (...args: never) => unknown,
  args: readonly unknown[],
): { value: unknown; result: FlatTree; map: LinearMap; prepared: ReturnType<typeof prepareArguments>['prepared'] } {
  return withTrace(operation satisfies TraceKind, (level) => {
    const { traced, prepared, values } = prepareArguments(operation, level, args, [...args.keys()]);
    const value = f(...(traced as never));
    checkNotPromise(operation, value);
    const result = flatten(value);
    const outputs = result.leaves as Tensor[];
    const placeholders = [...values.keys()];
    const inputs = mapInputs(level, placeholders);
    const tangents = forward(level, outputs, new Map(placeholders.map((x, i) => [x, inputs[i]!])));
    const made = tangents.filter((tangent) => tangent !== null);
    const all = substitute(level, [...outputs, ...made], values);
    const madeNow = all.slice(outputs.length);
    const mapOutputs = tangents.map((tangent) => (tangent === null ? null : madeNow[made.indexOf(tangent)]!));
    return {
      value: unflatten(result.definition, all.slice(0, outputs.length)),
      result,
      map: { trace: level, inputs, outputs: mapOutputs },
      prepared,
    };
  });
}

/** Tangents of all placeholders, in their order, from one tree per argument. */
function givenTangents(
  operation: string,
  prepared: ReturnType<typeof prepareArguments>['prepared'],
  tangents: readonly unknown[],
): (Tensor | null)[] {
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

/**
 * Forward-mode derivative: [f(…primals), the directional derivative of f along the tangents]. Tangents have the structure
 * of the primals, with null for zero and for what is no float; so has the result's.
 *
 * Throws a ShapeError or DTypeError for a tangent that does not fit its primal.
 *
 * @example
 * ```ts
 * const [value, change] = jvp((x: Tensor) => x.square().sum(), [tensor([1, 2])], [tensor([1, 0])]); // 5, 2
 * ```
 */
export function jvp<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  primals: A,
  tangents: { readonly [K in keyof A]: Tangents<A[K]> },
): [R, Grads<R>] {
  const { value, result, map, prepared } = trace('jvp', f, primals);
  const made = applyMap(map, givenTangents('jvp', prepared, tangents));
  return [value as R, resultTree(result, made) as Grads<R>];
}

/**
 * The value of f and its derivative as a function of tangents, which may be called many times:
 * [f(…primals), (…tangents) → the directional derivative]. f itself runs once.
 *
 * @example
 * ```ts
 * const [y, derivative] = linearize((x: Tensor) => x.sin(), tensor([0, 1]));
 * const change = derivative(tensor([1, 0])); // cos(x) · tangent
 * ```
 */
export function linearize<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [R, (...tangents: { readonly [K in keyof A]: Tangents<A[K]> }) => Grads<R>] {
  const { value, result, map, prepared } = trace('linearize', f, primals);
  return [
    value as R,
    (...tangents) => resultTree(result, applyMap(map, givenTangents('linearize', prepared, tangents))) as Grads<R>,
  ];
}
