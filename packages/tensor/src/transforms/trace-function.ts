import { isFloat, type DType } from '../dtypes.js';
import { createLeaf } from '../graph/bind.js';
import { createGraph, rewriteNodes, sortNodes, type Graph } from '../graph/graph.js';
import { checkNotPromise, withTrace, type Trace, type TraceKind } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type FlatTree } from '../tree/flatten.js';

/** A function's computation for arguments of given types. */
export interface TracedFunction {
  /** Inputs: the argument leaves that are tensors or numbers, in order, then `captured`. */
  readonly graph: Graph;
  /** Tensors from outside that the function uses. */
  readonly captured: readonly Tensor[];
  /** Structure of the result. */
  readonly result: FlatTree;
  /** Per leaf of the result: a graph output, an argument leaf that is handed through, or a constant tensor. */
  readonly sources: readonly ResultSource[];
}

/** Where a leaf of a traced function's result comes from. */
export type ResultSource =
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'constant'; readonly tensor: Tensor };

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

/** Closes what a trace recorded: literals become constants, tensors from outside become inputs. */
export function close(
  trace: Trace,
  placeholders: readonly Tensor[],
  outputs: readonly Tensor[],
): { graph: Graph; captured: Tensor[] } {
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
  rewriteNodes(nodes, replaced, () => null);
  return {
    graph: createGraph(
      inputs,
      outputs.map((output) => replaced.get(output) ?? output),
    ),
    captured,
  };
}

/** A number that is only ever cast to one float dtype becomes an input of that dtype. */
function narrowNumbers(graph: Graph, isNumber: (index: number) => boolean): Graph {
  const targets = new Map<Tensor, Set<DType>>();
  graph.inputs.forEach((input, i) => {
    if (isNumber(i)) targets.set(input, new Set());
  });
  for (const { primitive, operands, results } of graph.nodes) {
    for (const operand of operands) {
      targets.get(operand)?.add(primitive.name === 'cast' ? results[0]!.dtype : operand.dtype);
    }
  }
  const replaced = new Map<Tensor, Tensor>();
  const inputs = graph.inputs.map((input) => {
    const wanted = targets.get(input);
    const [dtype] = wanted ?? [];
    if (wanted?.size !== 1 || !isFloat(dtype!)) return input;
    const narrow = createLeaf([], dtype!);
    replaced.set(input, narrow);
    return narrow;
  });
  if (replaced.size === 0) return graph;
  rewriteNodes(graph.nodes, replaced, ({ primitive, results }, [x]) =>
    primitive.name === 'cast' && x!.dtype === results[0]!.dtype ? [x!] : null,
  );
  return createGraph(
    inputs,
    graph.outputs.map((output) => replaced.get(output) ?? output),
  );
}

/** Runs a function on placeholders for the leaves of its arguments and records what it computes. */
export function traceFunction(kind: TraceKind, f: (...args: never[]) => unknown, args: FlatTree): TracedFunction {
  return withTrace(kind, (trace) => {
    const placeholders = args.leaves.map((leaf) =>
      typeof leaf === 'number'
        ? createLeaf([], 'float64', trace, true)
        : createLeaf(leaf.shape, leaf.dtype, trace, leaf.weak),
    );
    const value = f(...(unflatten(args.definition, placeholders) as never[]));
    checkNotPromise(kind, value);
    const result = flatten(value);
    const outputs: Tensor[] = [];
    const positions = new Map<Tensor, number>();
    const sources = (result.leaves as Tensor[]).map((leaf): ResultSource => {
      const index = placeholders.indexOf(leaf);
      if (index >= 0) return { kind: 'argument', index };
      if (leaf.trace !== trace) return { kind: 'constant', tensor: leaf };
      let position = positions.get(leaf);
      if (position === undefined) {
        position = outputs.length;
        positions.set(leaf, position);
        outputs.push(leaf.weak ? leaf.cast('float32') : leaf);
      }
      return { kind: 'output', index: position };
    });
    const { graph, captured } = close(trace, placeholders, outputs);
    return { graph: narrowNumbers(graph, (i) => typeof args.leaves[i] === 'number'), captured, result, sources };
  });
}
