import { isFloat } from '../../dtypes.js';
import { createLeaf } from '../../graph/bind.js';
import { withTrace } from '../../graph/trace.js';
import { constant } from '../../ops/create.js';
import type { Tensor } from '../../tensor.js';
import { unflatten } from '../../tree/flatten.js';
import { backward } from '../backward.js';
import type { Grads } from '../grad.js';
import { tangentLeaves } from '../tangents.js';
import { vmap } from '../vmap.js';
import { customCall, type CustomRules, type LeafFunction } from './custom-call.js';
import { TreeCall } from './trees.js';

/** [results, their tangents] for operands and their tangents, null where an operand is no float. */
type LeafJvp = (
  primals: readonly Tensor[],
  tangents: readonly (Tensor | null)[],
) => readonly [readonly Tensor[], readonly (Tensor | null)[]];

function rulesOf(f: LeafFunction, rule: LeafJvp, count: number): CustomRules {
  const zerosFor = ({ shape, dtype }: Tensor): Tensor | null => (isFloat(dtype) ? constant(0, shape, dtype) : null);
  return {
    jvp({ operands, tangents }) {
      const own = operands.slice(0, count);
      return rule(
        own,
        own.map((operand, i) => tangents[i] ?? zerosFor(operand)),
      )[1];
    },
    // The rule is linear in the tangents: its transpose takes cotangents back.
    vjp: ({ operands, cotangents }) =>
      withTrace('vjp', (trace) => {
        const own = operands.slice(0, count);
        const placeholders = own.map(({ shape, dtype }) => (isFloat(dtype) ? createLeaf(shape, dtype, trace) : null));
        const [, changes] = rule(own, placeholders);
        const reached = [...changes.keys()].filter((i) => changes[i]?.trace === trace);
        const targets = placeholders.filter((placeholder) => placeholder !== null);
        const gradients = backward(
          trace,
          reached.map((i) => changes[i]!),
          reached.map((i) => cotangents[i]!),
          targets,
        );
        return operands.map((_, i) => {
          const placeholder = placeholders[i] ?? null;
          return placeholder === null ? null : gradients[targets.indexOf(placeholder)]!;
        });
      }),
    batch({ operands, batched, size }) {
      const own = operands.slice(0, count);
      const inAxes = own.map((_, i) => (batched[i] === true ? 0 : null));
      if (inAxes.every((axis) => axis === null)) {
        return f(...own).map((result) => result.broadcastTo([size, ...result.shape]));
      }
      const each: LeafFunction = (...leaves) => vmap(f, { inAxes })(...leaves);
      const eachRule: LeafJvp = (primals, tangents) => {
        // What all examples share may change, and then does so alike.
        const changes = primals.map((_, i) => (tangents[i] == null ? null : (inAxes[i] ?? null)));
        return vmap(rule, { inAxes: [inAxes, changes] })(primals, tangents);
      };
      return customCall('customJvp', each, rulesOf(each, eachRule, count), own);
    },
  };
}

/**
 * Gives a function a derivative of its own, for forward and reverse mode: the rule takes the arguments and tangents with
 * their structure, and returns the result and its tangent, which must be linear in the tangents. Tangents of what is no
 * float are null.
 *
 * @example
 * ```ts
 * const softplus = customJvp(
 *   (x: Tensor) => x.exp().add(1).log(),
 *   ([x], [t]) => [x.exp().add(1).log(), x.sigmoid().mul(t)],
 * );
 * jvp(softplus, [tensor(0)], [tensor(1)]); // → [Math.LN2, 0.5]
 * ```
 */
export function customJvp<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: A, tangents: { [K in keyof A]: Grads<A[K]> }) => readonly [R, unknown],
): (...args: A) => R {
  return (...args) => {
    const call = new TreeCall('customJvp', args);
    const leafFunction: LeafFunction = (...leaves) => call.resultLeaves(f(...call.arguments(leaves)), 'the function');
    const leafRule: LeafJvp = (primals, tangents) => {
      const given = unflatten(call.args.definition, tangents, 'null');
      const [value, change] = rule(call.arguments(primals), given as never);
      const results = call.resultLeaves(value, 'the rule');
      return [results, tangentLeaves('customJvp', 'the tangent of the result', call.result, change)];
    };
    const results = customCall(
      'customJvp',
      leafFunction,
      rulesOf(leafFunction, leafRule, call.leaves.length),
      call.leaves,
    );
    return unflatten(call.result.definition, results) as R;
  };
}
