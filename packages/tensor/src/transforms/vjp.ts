import { isFloat } from '../dtypes.js';
import { checkNotPromise, withTrace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';
import { derivativeTree, prepareArguments } from './arguments.js';
import { backward } from './backward.js';
import type { Grads } from './grad.js';
import { applyMap, mapInputs, type LinearMap } from './linear-map.js';
import { substitute } from './substitute.js';
import { tangentLeaves, type Tangents } from './tangents.js';

/**
 * Reverse-mode derivative of a function with any result: [f(…primals), pullback]. The pullback takes a cotangent with
 * the structure of the result (null for zero and for what is no float) and returns those of all arguments, in a list; it
 * may be called many times, f itself runs once.
 *
 * @example
 * ```ts
 * const [y, pullback] = vjp((x: Tensor, w: Tensor) => x.matmul(w), ones([2, 3]), ones([3, 4]));
 * const [dx, dw] = pullback(ones([2, 4])); // [2, 3] and [3, 4]
 * ```
 */
export function vjp<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [R, (cotangent: Tangents<R>) => { [K in keyof A]: Grads<A[K]> }] {
  return withTrace('vjp', (trace) => {
    const { traced, prepared, values } = prepareArguments('vjp', trace, primals, [...primals.keys()]);
    const value = f(...(traced as unknown as A));
    checkNotPromise('vjp', value);
    const result = flatten(value);
    const outputs = result.leaves as Tensor[];
    const floats = outputs.filter(({ dtype }) => isFloat(dtype));
    const placeholders = [...values.keys()];
    const inputs = mapInputs(trace, floats);
    const gradients = backward(trace, floats, inputs, placeholders);
    const made = gradients.filter((gradient) => gradient !== null);
    const all = substitute(trace, [...outputs, ...made], values);
    const map: LinearMap = {
      trace,
      inputs,
      outputs: gradients.map((gradient) => (gradient === null ? null : all[outputs.length + made.indexOf(gradient)]!)),
    };
    const pullback = (cotangent: unknown): unknown => {
      const given = tangentLeaves('vjp', 'the cotangent', result, cotangent);
      const results = applyMap(
        map,
        given.filter((_, i) => isFloat(outputs[i]!.dtype)),
      );
      const gradientOf = new Map(placeholders.map((x, i) => [x, results[i] ?? constant(0, x.shape, x.dtype)]));
      return primals.map((_, n) => derivativeTree(prepared.get(n)!, (target) => gradientOf.get(target)!));
    };
    return [unflatten(result.definition, all.slice(0, outputs.length)) as R, pullback as never];
  });
}
