import { isFloat, type HostArray } from '../dtypes.js';
import { compileBody } from '../execution/body.js';
import { bind, createLeaf } from '../graph/bind.js';
import { createGraph, rewriteNodes, type Graph } from '../graph/graph.js';
import {
  definePrimitive,
  type BatchContext,
  type JvpContext,
  type Kernel,
  type KernelNode,
  type Primitive,
  type TensorType,
  type VjpContext,
  type VjpRule,
} from '../graph/primitive.js';
import { withTrace, type Trace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import { alignBatched } from '../ops/align.js';
import type { Tensor } from '../tensor.js';
import { backward } from './backward.js';
import { forward } from './forward.js';
import { substitute } from './substitute.js';
import { vmap } from './vmap.js';

/** A named function of other primitives; everything but its name and body follows from the body. */
export interface CompositeDefinition<A extends object> {
  /** Name shown in errors, printed graphs and backend tables. */
  readonly name: string;
  /** What it computes, in terms of primitives and other composites. */
  body(operands: readonly Tensor[], attributes: A): Tensor | readonly Tensor[];
  /** Throws for operands that do not fit, naming this operation; without it the body's operations complain. */
  check?(operands: readonly TensorType[], attributes: A): void;
  /** Acts on each element alone, broadcasting its operands: passes may move shape operations across it. */
  readonly elementwise?: boolean;
  /** Operands on whose leading axes it acts alike: when no others are batched, batching keeps the name. */
  readonly leading?: readonly number[];
  /** A gradient that is better than the body's: cheaper, or safer where the body's cancels. */
  readonly vjp?: VjpRule<A>;
}

function listOf(results: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
}

/** A body as a closed graph, in which numbers are constants. */
function bodyGraph<A extends object>(
  definition: CompositeDefinition<A>,
  types: readonly TensorType[],
  attributes: A,
): Graph {
  const inputs = types.map(({ shape, dtype }) => createLeaf(shape, dtype));
  const { nodes, outputs } = createGraph(inputs, listOf(definition.body(inputs, attributes)));
  const replaced = new Map<Tensor, Tensor>();
  for (const operand of nodes.flatMap(({ operands }) => operands)) {
    if (operand.literal !== null) replaced.set(operand, constant(operand.literal, operand.shape, operand.dtype));
  }
  rewriteNodes(nodes, replaced, () => null);
  return createGraph(
    inputs,
    outputs.map((output) => replaced.get(output) ?? output),
  );
}

function substituteSome(
  trace: Trace,
  outputs: readonly (Tensor | null)[],
  values: ReadonlyMap<Tensor, Tensor>,
): readonly (Tensor | null)[] {
  const found = outputs.filter((output) => output !== null);
  const substituted = substitute(trace, found, values);
  return outputs.map((output) => (output === null ? null : substituted[found.indexOf(output)]!));
}

/** Differentiates the body backwards. */
function bodyVjp<A extends object>(
  definition: CompositeDefinition<A>,
  { cotangents, operands, attributes }: VjpContext<A>,
): readonly (Tensor | null)[] {
  return withTrace('vjp', (trace) => {
    const placeholders = operands.map(({ shape, dtype }) => createLeaf(shape, dtype, trace));
    const outputs = listOf(definition.body(placeholders, attributes));
    const reached = [...outputs.keys()].filter((i) => outputs[i]!.trace === trace && isFloat(outputs[i]!.dtype));
    const gradients = backward(
      trace,
      reached.map((i) => outputs[i]!),
      reached.map((i) => cotangents[i]!),
      placeholders,
    );
    const values = new Map(placeholders.map((placeholder, i) => [placeholder, operands[i]!]));
    return substituteSome(trace, gradients, values);
  });
}

/** Differentiates the body forwards. */
function bodyJvp<A extends object>(
  definition: CompositeDefinition<A>,
  { operands, tangents, attributes }: JvpContext<A>,
): readonly (Tensor | null)[] {
  return withTrace('jvp', (trace) => {
    const placeholders = operands.map(({ shape, dtype }) => createLeaf(shape, dtype, trace));
    const given = tangents.flatMap((tangent, i) => (tangent === null ? [] : [[placeholders[i]!, tangent] as const]));
    const made = forward(trace, listOf(definition.body(placeholders, attributes)), new Map(given));
    const values = new Map(placeholders.map((placeholder, i) => [placeholder, operands[i]!]));
    return substituteSome(trace, made, values);
  });
}

/** Runs the body's own kernels. */
function bodyKernel<A extends object>(
  definition: CompositeDefinition<A>,
  { operands, attributes }: KernelNode<A>,
): Kernel {
  const graph = bodyGraph(definition, operands, attributes);
  const executable = compileBody(graph);
  return (inputs, outputs) => {
    const buffers = executable.run(inputs) as readonly HostArray[];
    buffers.forEach((buffer, i) => {
      outputs[i]!.set(buffer as never);
    });
  };
}

/**
 * Makes a composite: one node of the graph for backends with a fused kernel, its body for all others. Shapes, gradients and
 * batches come from the body.
 */
export function defineComposite<A extends object>(definition: CompositeDefinition<A>): Primitive<A> {
  const { name, elementwise = false, leading = [] } = definition;

  function batch({ operands, batched, size, attributes }: BatchContext<A>): readonly Tensor[] {
    if (elementwise) return bind(primitive, alignBatched(operands, batched), attributes);
    if (operands.every((_, i) => batched[i] !== true || leading.includes(i))) {
      const full = operands.map((x, i) =>
        batched[i] === true || !leading.includes(i) ? x : x.broadcastTo([size, ...x.shape]),
      );
      return bind(primitive, full, attributes);
    }
    const inAxes = batched.map((one) => (one ? 0 : null));
    return vmap((...inner: Tensor[]) => [...listOf(definition.body(inner, attributes))], { inAxes })(...operands);
  }

  const primitive: Primitive<A> = definePrimitive<A>({
    name,
    elementwise,
    // The body's kernels see 16-bit floats as they would on their own.
    takesBits: true,
    body: (operands, attributes) => bodyGraph(definition, operands, attributes),
    shape(operands, attributes) {
      definition.check?.(operands, attributes);
      const leaves = operands.map(({ shape, dtype }) => createLeaf(shape, dtype));
      return listOf(definition.body(leaves, attributes)).map(({ shape, dtype }) => ({ shape, dtype }));
    },
    vjp: definition.vjp ?? ((context) => bodyVjp(definition, context)),
    ...(elementwise ? {} : { jvp: (context) => bodyJvp(definition, context) }),
    batch,
    reference: (node) => bodyKernel(definition, node),
  });
  return primitive;
}
