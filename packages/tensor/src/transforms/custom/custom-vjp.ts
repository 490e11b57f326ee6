import { isFloat } from '../../dtypes.js';
import { TraceError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import { unflatten } from '../../tree/flatten.js';
import type { Grads } from '../grad.js';
import { tangentLeaves } from '../tangents.js';
import { vmap } from '../vmap.js';
import { customCall, type CustomRules, type LeafFunction } from './custom-call.js';
import { TreeCall } from './trees.js';

/** How a function with a gradient of its own is differentiated. */
export interface CustomVjpRules<A extends readonly unknown[], R, S> {
  /** [the function's result, what `backward` needs]. */
  readonly forward: (...args: A) => readonly [R, S];
  /** A cotangent for each argument, with its structure: null for zero and for what is no float. */
  readonly backward: (residuals: S, cotangent: Grads<R>) => readonly unknown[];
}

/** The rules on lists of tensors. */
interface LeafRules {
  readonly f: LeafFunction;
  readonly forward: (...leaves: Tensor[]) => readonly [readonly Tensor[], unknown];
  readonly backward: (residuals: unknown, cotangents: readonly (Tensor | null)[]) => readonly (Tensor | null)[];
}

function rulesOf(leafRules: LeafRules, count: number): CustomRules {
  const { f, forward, backward } = leafRules;
  return {
    vjp({ operands, cotangents, results }) {
      const [, residuals] = forward(...operands.slice(0, count));
      const given = cotangents.map((cotangent, i) => (isFloat(results[i]!.dtype) ? cotangent : null));
      const own = backward(residuals, given);
      return operands.map((_, i) => (i < count ? own[i]! : null));
    },
    jvp() {
      throw new TraceError(
        'jvp: a function made by customVjp has no derivative in forward mode; define it with customJvp, which serves both modes',
      );
    },
    batch({ operands, batched, size }) {
      const own = operands.slice(0, count);
      if (batched.slice(count).some(Boolean)) {
        throw new TraceError(
          'vmap: a function made by customVjp or customJvp uses a tensor from outside that differs between examples; pass ' +
            'it as an argument',
        );
      }
      const inAxes = own.map((_, i) => (batched[i] === true ? 0 : null));
      const each =
        <T>(g: (...leaves: Tensor[]) => T) =>
        (...leaves: Tensor[]): T =>
          vmap(g, { inAxes })(...leaves);
      if (inAxes.every((axis) => axis === null)) {
        return f(...own).map((result) => result.broadcastTo([size, ...result.shape]));
      }
      const batchedRules: LeafRules = {
        f: each(f),
        forward: each(forward),
        // Every example gives a cotangent of what all share.
        backward: (residuals, cotangents) =>
          vmap(backward)(residuals, cotangents).map((cotangent, i) =>
            cotangent !== null && inAxes[i] === null ? cotangent.sum(0) : cotangent,
          ),
      };
      return customCall('customVjp', batchedRules.f, rulesOf(batchedRules, count), own);
    },
  };
}

/**
 * Gives a function a gradient of its own: for what is cheaper or more stable than the derivative of its operations, or
 * is meant to differ from it (clipped or straight-through gradients), in derivatives of every order. `forward` runs in
 * place of f when a gradient is taken, and `backward` turns a cotangent of the result into those of the arguments. f must not depend on traced tensors
 * from outside: they get no gradient.
 *
 * Throws a TraceError in forward mode (use `customJvp`), and a ShapeError or DTypeError for a cotangent that does not
 * fit its argument.
 *
 * @example
 * ```ts
 * const clipped = customVjp((x: Tensor) => x, {
 *   forward: (x) => [x, null],
 *   backward: (_, cotangent) => [cotangent.clip(-1, 1)],
 * });
 * grad((x: Tensor) => clipped(x).mul(5))(tensor(3)); // → 1
 * ```
 */
export function customVjp<A extends readonly unknown[], R, S>(
  f: (...args: A) => R,
  { forward, backward }: CustomVjpRules<A, R, S>,
): (...args: A) => R {
  return (...args) => {
    const call = new TreeCall('customVjp', args);
    const rules: LeafRules = {
      f: (...leaves) => call.resultLeaves(f(...call.arguments(leaves)), 'the function'),
      forward(...leaves) {
        const [value, residuals] = forward(...call.arguments(leaves));
        return [call.resultLeaves(value, 'forward'), residuals];
      },
      backward(residuals, cotangents) {
        const tree = unflatten(call.result.definition, cotangents, 'null') as Grads<R>;
        return tangentLeaves('customVjp', 'a cotangent', call.args, backward(residuals as S, tree));
      },
    };
    const results = customCall('customVjp', rules.f, rulesOf(rules, call.leaves.length), call.leaves);
    return unflatten(call.result.definition, results) as R;
  };
}
