import type { HostArray } from '../../dtypes.js';
import { DTypeError } from '../../errors.js';
import { compileBody } from '../../execution/body.js';
import { bind } from '../../graph/bind.js';
import { inlineGraph, type Graph } from '../../graph/graph.js';
import { definePrimitive, notDifferentiable, type BatchContext, type Primitive } from '../../graph/primitive.js';
import { checkNotPromise } from '../../graph/trace.js';
import { formatShape } from '../../shapes.js';
import { isTensor } from '../../graph/is-tensor.js';
import type { Tensor } from '../../tensor.js';
import { flatten, unflatten } from '../../tree/flatten.js';
import { formatTree } from '../../tree/format.js';
import { closeFunction, graphOf } from '../../transforms/close-function.js';
import { batchGraph, repeatBatch } from './batch-graph.js';
import { shareCaptured } from './body.js';
import { traceLoopBody } from './carry.js';
import { selectAlong } from './select-along.js';
import type { LoopState } from './state.js';
import { whileJvp } from './while-jvp.js';

/** Attributes of `while`. Operands: first carries, constants; both graphs take carries and constants. */
export interface WhileAttributes {
  /** Gives a bool scalar: whether to take a step. */
  readonly condition: Graph;
  /** Gives the new carries. */
  readonly body: Graph;
  /** Number of carries. */
  readonly carries: number;
}

/** True while any lane goes on. */
function anyOf(lanes: Tensor): Tensor {
  return lanes.cast('int32').sum().greater(0);
}

/** The loop that goes on until all lanes are done, and keeps finished ones as they are. */
function maskLanes(condition: Graph, body: Graph): Pick<WhileAttributes, 'condition' | 'body'> {
  const lanes = (inputs: readonly Tensor[]): Tensor => inlineGraph(condition, inputs)[0]!;
  return {
    condition: graphOf('whileLoop', body.inputs, (...x) => [anyOf(lanes(x))]),
    body: graphOf('whileLoop', body.inputs, (...x) => {
      const going = lanes(x);
      return inlineGraph(body, x).map((value, i) => selectAlong(going, value, x[i]!));
    }),
  };
}

/** Batches the carries that change from lane to lane. Where lanes stop at different times, finished ones keep their values. */
function batchWhile({ operands, batched, size, attributes }: BatchContext<WhileAttributes>): Tensor[] {
  const { condition, body, carries } = attributes;
  const constants = batched.slice(carries);
  let carried = batched.slice(0, carries);
  for (;;) {
    const test = batchGraph(condition, [...carried, ...constants], [false], size);
    const lanes = test.batched[0] === true;
    if (lanes && carried.includes(false)) {
      // Lanes that stop alone have carries of their own.
      carried = carried.map(() => true);
      continue;
    }
    const made = batchGraph(body, [...carried, ...constants], carried, size);
    if (made.batched.some((one, i) => one !== carried[i])) {
      carried = made.batched;
      continue;
    }
    const inputs = operands.map((x, i) => (carried[i] === true && batched[i] !== true ? repeatBatch(x, size) : x));
    const graphs = lanes ? maskLanes(test.graph, made.graph) : { condition: test.graph, body: made.graph };
    const results = bind(whilePrimitive, inputs, { ...graphs, carries });
    return results.map((result, i) => (carried[i] === true ? result : repeatBatch(result, size)));
  }
}

const whilePrimitive: Primitive<WhileAttributes> = definePrimitive<WhileAttributes>({
  name: 'while',
  takesBits: true,
  shape: (_, { body }) => body.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
  vjp: notDifferentiable('number of steps unknown'),
  jvp: (context) => whileJvp(whilePrimitive, context),
  batch: batchWhile,
  reference({ attributes: { condition, body, carries } }) {
    const [test, step] = [condition, body].map(compileBody);
    return (inputs, outputs) => {
      const constants = inputs.slice(carries);
      let state = inputs;
      while ((test!.run(state) as readonly HostArray[])[0]![0] !== 0) {
        state = [...(step!.run(state) as readonly HostArray[]), ...constants];
      }
      outputs.forEach((output, i) => {
        output.set(state[i] as never);
      });
    };
  },
});

/** `whileLoop` under the name of the function that the user called. */
export function whileAs(
  kind: 'whileLoop' | 'foriLoop',
  condition: (state: never) => unknown,
  body: (state: never) => unknown,
  init: unknown,
): unknown {
  const start = flatten(init, { numbers: 'leaf' });
  const step = traceLoopBody(kind, start, [], (carry) => {
    const next = body(carry as never);
    checkNotPromise(kind, next);
    return { carry: next, extra: null };
  });
  const carries = step.init.length;
  const test = closeFunction(kind, step.types, (inputs) => {
    const value = condition(unflatten(start.definition, inputs) as never);
    checkNotPromise(kind, value);
    if (!isTensor(value) || value.dtype !== 'bool' || value.rank > 0) {
      const got = isTensor(value) ? `${value.dtype} ${formatShape(value.shape)}` : formatTree(flatten(value));
      throw new DTypeError(`${kind}: the condition gives ${got}; it must give a bool scalar: compare, e.g. i.less(10)`);
    }
    return { outputs: [value], value: null };
  });
  const { graphs, captured } = shareCaptured([test, step], [carries, carries]);
  const attributes = { condition: graphs[0]!, body: graphs[1]!, carries };
  return unflatten(start.definition, bind(whilePrimitive, [...step.init, ...captured], attributes));
}

/**
 * Repeats `state = body(state)` while `condition(state)` holds, and returns the last state. State is a tree of tensors
 * that keeps its structure, shapes and dtypes; both functions are traced once and may use tensors from outside.
 *
 * It has forward derivatives (`jvp`) only: how many steps to store for `grad` is unknown. Use `scan`, or `foriLoop` with
 * numbers as bounds, where gradients are needed. Under `vmap` the loop runs until all examples are done; finished ones
 * keep their state.
 *
 * Throws a DTypeError unless the condition gives a bool scalar, and an error that shows both states when a step changes
 * their types.
 *
 * @param condition - state → bool scalar.
 * @param body - state → new state.
 *
 * @example
 * ```ts
 * const [, steps] = whileLoop(
 *   ([n]) => n.notEqual(1), // Collatz from 27
 *   ([n, count]) => [where(n.bitwiseAnd(1).equal(1), n.mul(3).add(1), n.shiftRight(1)), count.add(1)],
 *   [tensor(27, { dtype: 'uint32' }), tensor(0, { dtype: 'int32' })],
 * );
 * steps; // → 111
 * ```
 */
export function whileLoop<C>(
  condition: (state: LoopState<C>) => Tensor,
  body: (state: LoopState<C>) => LoopState<C>,
  init: C,
): LoopState<C> {
  return whileAs('whileLoop', condition, body, init) as LoopState<C>;
}

/** Names of the loops of unknown length. */
export const whilePrimitives: Readonly<Record<'while', Primitive<WhileAttributes>>> = { while: whilePrimitive };
