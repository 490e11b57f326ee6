import { bindTyped, createLeaf } from '../graph/bind.js';
import { createGraph, rewriteNodes, sortNodes, type Graph } from '../graph/graph.js';
import type { TensorType } from '../graph/primitive.js';
import { withTrace, type Trace, type TraceKind } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';

/** The type of a placeholder; weak for a number whose dtype the function may choose. */
export interface PlaceholderType extends TensorType {
  readonly weak?: boolean;
}

/** What a function computes, as a graph of its own. */
export interface ClosedFunction<T> {
  /** Inputs: one per placeholder, then one per tensor in `captured`. */
  readonly graph: Graph;
  /** Tensors from outside that the function uses. */
  readonly captured: readonly Tensor[];
  /** What `build` returned beside the outputs. */
  readonly value: T;
}

/** True when nothing but constants stands behind a tensor that belongs to no trace. */
function isConstantExpression(tensor: Tensor, known: Map<Tensor, boolean>): boolean {
  const nodes = sortNodes([tensor], (t) => t.trace === null && t.storage === null && !known.has(t));
  for (const node of nodes) {
    const constantOperands = node.operands.every(
      (operand) => operand.literal !== null || (known.get(operand) ?? false),
    );
    for (const result of node.results) known.set(result, constantOperands);
  }
  return known.get(tensor) ?? tensor.literal !== null;
}

/**
 * Records what `build` computes from placeholders of the given types, as a graph that holds no values and belongs to no
 * trace: numbers and what is made of them alone are constants in it, and every other tensor from outside, tracers of
 * enclosing transforms included, is an input.
 */
export function closeFunction<T>(
  kind: TraceKind,
  types: readonly PlaceholderType[],
  build: (placeholders: Tensor[], trace: Trace) => { readonly outputs: readonly Tensor[]; readonly value: T },
): ClosedFunction<T> {
  return withTrace(kind, (trace) => {
    const placeholders = types.map(({ shape, dtype, weak }) => createLeaf(shape, dtype, trace, weak));
    const { outputs, value } = build(placeholders, trace);
    const known = new Map<Tensor, boolean>();
    const inside = (tensor: Tensor): boolean =>
      tensor.trace === trace || (tensor.storage === null && isConstantExpression(tensor, known));
    const nodes = sortNodes(outputs, inside);
    const replaced = new Map<Tensor, Tensor>();
    const inputs = placeholders.map((placeholder) => {
      const input = createLeaf(placeholder.shape, placeholder.dtype);
      replaced.set(placeholder, input);
      return input;
    });
    const captured: Tensor[] = [];
    const bring = (tensor: Tensor): void => {
      if (replaced.has(tensor) || (tensor.node !== null && inside(tensor))) return;
      if (tensor.literal !== null) {
        replaced.set(tensor, constant(tensor.literal, tensor.shape, tensor.dtype));
      } else {
        const input = createLeaf(tensor.shape, tensor.dtype);
        replaced.set(tensor, input);
        inputs.push(input);
        captured.push(tensor);
      }
    };
    for (const node of nodes) node.operands.forEach(bring);
    outputs.forEach(bring);
    // Constants too are made anew: outside they may be evaluated, and are then no operations any more.
    rewriteNodes(nodes, replaced, (node, operands) =>
      bindTyped(node.primitive, operands, node.attributes, node.results),
    );
    const graph = createGraph(
      inputs,
      outputs.map((output) => replaced.get(output) ?? output),
    );
    return { graph, captured, value };
  });
}

/** The graph of a function that takes nothing from outside but numbers. */
export function graphOf(
  kind: TraceKind,
  types: readonly PlaceholderType[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
): Graph {
  return closeFunction(kind, types, (inputs) => ({ outputs: f(...inputs), value: null })).graph;
}
