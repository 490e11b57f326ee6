import { wordsPerElement, type HostArray } from '../../dtypes.js';
import { ArgumentError, ShapeError } from '../../errors.js';
import { compileBody } from '../../execution/body.js';
import { bind } from '../../graph/bind.js';
import type { Graph } from '../../graph/graph.js';
import {
  definePrimitive,
  type BatchContext,
  type Kernel,
  type KernelNode,
  type Primitive,
} from '../../graph/primitive.js';
import { checkNotPromise } from '../../graph/trace.js';
import { formatShape, sameShape, sizeOf } from '../../shapes.js';
import { isTensor } from '../../graph/is-tensor.js';
import type { Tensor } from '../../tensor.js';
import { flatten, unflatten, type FlatTree } from '../../tree/flatten.js';
import { constant } from '../create.js';
import { batchGraph, repeatBatch } from './batch-graph.js';
import { traceLoopBody } from './carry.js';
import { scanJvp } from './scan-jvp.js';
import { scanVjp } from './scan-vjp.js';
import type { LoopState } from './state.js';

/** Attributes of `scan`. Operands: first carries, sequences, constants; results: last carries, stacked outputs. */
export interface ScanAttributes {
  /** Inputs: carries, one slice per sequence, constants. Outputs: new carries, one slice per stacked result. */
  readonly body: Graph;
  /** Number of carries. */
  readonly carries: number;
  /** Number of sequences, which are sliced along axis 0. */
  readonly sequences: number;
  /** Number of steps, at least 1. */
  readonly length: number;
  /** Walks from the last slice to the first. */
  readonly reverse: boolean;
}

/** Runs the body once per slice without tracing or compiling again; slices are views. */
function scanKernel({ operands, attributes }: KernelNode<ScanAttributes>): Kernel {
  const { body, carries, sequences, length, reverse } = attributes;
  const executable = compileBody(body);
  const strides = operands
    .slice(carries, carries + sequences)
    .map(({ shape, dtype }) => (sizeOf(shape) / length) * wordsPerElement(dtype));
  return (inputs, outputs) => {
    const xs = inputs.slice(carries, carries + sequences);
    const constants = inputs.slice(carries + sequences);
    const ys = outputs.slice(carries);
    let carry = inputs.slice(0, carries);
    for (let step = 0; step < length; step++) {
      const t = reverse ? length - 1 - step : step;
      const slices = xs.map((x, i) => x.subarray(t * strides[i]!, (t + 1) * strides[i]!));
      const made = executable.run([...carry, ...slices, ...constants]) as readonly HostArray[];
      carry = made.slice(0, carries);
      ys.forEach((y, i) => {
        const part = made[carries + i]!;
        y.set(part as never, t * part.length);
      });
    }
    carry.forEach((value, i) => {
      outputs[i]!.set(value as never);
    });
  };
}

function swapFirstAxes(x: Tensor): Tensor {
  const [, , ...rest] = x.shape.keys();
  return x.transpose([1, 0, ...rest]);
}

/** Batches the body; a carry is batched once its first value or any step's result is. */
function batchScan({ operands, batched, size, attributes }: BatchContext<ScanAttributes>): Tensor[] {
  const { body, carries, sequences } = attributes;
  let carried = batched.slice(0, carries);
  const others = batched.slice(carries);
  const outputs = body.outputs.length - carries;
  const stacked = new Array<boolean>(outputs).fill(true);
  for (;;) {
    const made = batchGraph(body, [...carried, ...others], [...carried, ...stacked], size);
    const next = made.batched.slice(0, carries);
    if (next.every((one, i) => one === carried[i])) {
      const inputs = operands.map((x, i) => {
        if (i < carries) return carried[i] === true && batched[i] !== true ? repeatBatch(x, size) : x;
        return i < carries + sequences && batched[i] === true ? swapFirstAxes(x) : x;
      });
      const results = bind(scanPrimitive, inputs, { ...attributes, body: made.graph });
      return results.map((result, i) => {
        if (i >= carries) return swapFirstAxes(result);
        return carried[i] === true ? result : repeatBatch(result, size);
      });
    }
    carried = next;
  }
}

const scanPrimitive: Primitive<ScanAttributes> = definePrimitive<ScanAttributes>({
  name: 'scan',
  takesBits: true,
  shape(operands, { body, carries, sequences, length }) {
    operands.forEach(({ shape, dtype }, i) => {
      const input = body.inputs[i]!;
      const expected = i >= carries && i < carries + sequences ? [length, ...input.shape] : input.shape;
      if (!sameShape(shape, expected) || dtype !== input.dtype) {
        throw new ShapeError(
          `scan: operand ${i} is ${dtype} ${formatShape(shape)}, its body takes ${input.dtype} ${formatShape(expected)}`,
        );
      }
    });
    return body.outputs.map(({ shape, dtype }, i) => ({ shape: i < carries ? shape : [length, ...shape], dtype }));
  },
  vjp: (context) => scanVjp(scanPrimitive, context),
  jvp: (context) => scanJvp(scanPrimitive, context),
  batch: batchScan,
  reference: scanKernel,
});

/** Options of `scan`. */
export interface ScanOptions {
  /** Number of steps; needed when `xs` has no tensors. */
  readonly length?: number;
  /** Start with the last slice; `ys` keep the order of `xs`. */
  readonly reverse?: boolean;
}

/** The number of slices of all sequences. */
function stepsOf(operation: string, xs: FlatTree, length: number | undefined): number {
  if (length !== undefined && (!Number.isInteger(length) || length < 0)) {
    throw new ArgumentError(`${operation}: length ${length} is not accepted; use a whole number >= 0`);
  }
  let steps = length ?? null;
  xs.leaves.forEach((leaf, i) => {
    const x = leaf as Tensor;
    const name = xs.paths[i] === '' ? 'xs' : `xs.${xs.paths[i]}`;
    if (x.rank === 0) {
      throw new ShapeError(
        `${operation}: ${name} is a scalar; sequences are sliced along axis 0: close over it instead`,
      );
    }
    if (steps !== null && x.shape[0] !== steps) {
      throw new ShapeError(
        `${operation}: ${name} ${formatShape(x.shape)} has ${x.shape[0]} slices along axis 0, not ${steps}; all sequences and ` +
          '{ length } must agree',
      );
    }
    steps = x.shape[0]!;
  });
  if (steps === null) {
    throw new ArgumentError(`${operation}: xs has no tensors; give the number of steps with { length }`);
  }
  return steps;
}

/** Names under which `scan` appears in errors. */
export type ScanKind = 'scan' | 'foriLoop' | 'map';

/** `scan` under the name of the function that the user called. */
export function scanAs(
  kind: ScanKind,
  f: (carry: never, x: never) => unknown,
  init: unknown,
  xs: unknown,
  { length, reverse = false }: ScanOptions,
): [unknown, unknown] {
  const start = flatten(init, { numbers: 'leaf' });
  const sequences = flatten(xs);
  const steps = stepsOf(kind, sequences, length);
  // A slice of stacked numbers is a number whose dtype is open, as they are.
  const slices = (sequences.leaves as Tensor[]).map(({ shape, dtype, weak }) => ({
    shape: shape.slice(1),
    dtype,
    weak,
  }));
  const body = traceLoopBody(kind, start, slices, (carry, leaves) => {
    const result = f(carry as never, unflatten(sequences.definition, leaves) as never);
    checkNotPromise(kind, result);
    if (!Array.isArray(result) || result.length !== 2) {
      throw new ArgumentError(`${kind}: the body returned ${describe(result)}; it must return [carry, y]`);
    }
    const [next, extra] = result as [unknown, unknown];
    return { carry: next, extra };
  });
  const carries = body.init.length;
  const finish = (results: readonly Tensor[]): [unknown, unknown] => [
    unflatten(start.definition, results.slice(0, carries)),
    unflatten(body.value.definition, results.slice(carries)),
  ];
  if (steps === 0) {
    const empty = body.graph.outputs.slice(carries).map(({ shape, dtype }) => constant(0, [0, ...shape], dtype));
    return finish([...body.init, ...empty]);
  }
  const operands = [...body.init, ...(sequences.leaves as Tensor[]), ...body.captured];
  const attributes = { body: body.graph, carries, sequences: slices.length, length: steps, reverse };
  return finish(bind(scanPrimitive, operands, attributes));
}

function describe(value: unknown): string {
  if (isTensor(value)) return 'a tensor';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value === null ? 'null' : typeof value;
}

/**
 * Runs `f` over the slices of `xs` along axis 0, handing a carry from step to step: `[carry, y] = f(carry, x)`. Returns
 * the last carry and all `y`, stacked along a new axis 0. Carry, slices and `y` are trees of tensors.
 *
 * The body is traced once: it sees no values, and the carry keeps its structure, shapes and dtypes. It may use tensors
 * from outside, which get their gradients. Numbers in `init` are tensors of the dtype that the body returns; numbers
 * inside the body are constants. The gradient stores, per step, only what it needs.
 *
 * Throws an ArgumentError, ShapeError or DTypeError that shows both carries when a step changes them.
 *
 * @param f - (carry, slice of xs) → [carry, y].
 * @param xs - sequences of one length, or null with `{ length }`.
 *
 * @example
 * ```ts
 * const [total, sums] = scan((sum, x: Tensor) => [sum.add(x), sum.add(x)], 0, tensor([1, 2, 3]));
 * [total, sums]; // → [6, [1, 3, 6]]
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: LoopState<C>, x: X) => readonly [LoopState<C>, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [LoopState<C>, LoopState<Y>] {
  return scanAs('scan', f, init, xs, options) as [LoopState<C>, LoopState<Y>];
}

/** The scan primitive. */
export const scanPrimitives: Readonly<Record<'scan', Primitive<ScanAttributes>>> = { scan: scanPrimitive };
