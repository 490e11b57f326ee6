import { evalShape, isFloat, isTensor, zeros, type Node, type Tensor } from '@tesserajs/tensor';
import { isType } from '../module/abstract.js';
import { Run } from '../module/context.js';
import { modulePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import type { AnyModel } from '../models/model.js';
import type { SymbolicShape } from '../shapes.js';
import { leavesOf, mapLeaves, tensorsOf } from '../structure.js';

/** One run of a part of a model. */
export interface ModuleCall {
  readonly module: AnyModule;
  /** Shapes of what it gives; null for the batch. */
  readonly shapes: readonly SymbolicShape[];
  /** Where what it takes comes from: calls by number, inputs of the model as −1, −2, … */
  readonly sources: readonly number[];
  /** What it computes for one example. */
  readonly nodes: readonly Node[];
}

/** A run of a model, part by part. */
export interface ModelCalls {
  readonly inputs: readonly { readonly name: string; readonly shape: SymbolicShape }[];
  readonly calls: readonly ModuleCall[];
  /** Where the outputs come from, as `sources`. */
  readonly outputs: readonly number[];
  /** What the model computes for one example outside of its parts. */
  readonly between: readonly Node[];
}

/** What the parts of a model take and give. Null for a model that is not built. */
export function traceCalls(model: AnyModel): ModelCalls | null {
  if (model.inputTypes === null || !model.built) return null;
  const examples = mapLeaves(model.inputTypes, isType, ({ shape, dtype }) => zeros(shape, { dtype }));
  const calls: ModuleCall[] = [];
  const origins = new Map<Tensor, number>();
  let outputs: readonly number[] = [];
  const between = new Set<Node>();
  const observe = (module: AnyModule, x: unknown, y: unknown, depth: number): unknown => {
    if (depth === 0) {
      const last = findOrigins(tensorsOf(y), origins);
      outputs = last.sources;
      for (const node of last.nodes) between.add(node);
    }
    if (depth !== 1) return y;
    const { sources, nodes: before } = findOrigins(tensorsOf(x), origins);
    for (const node of before) between.add(node);
    const { nodes } = findOrigins(tensorsOf(y), new Map([...origins, ...tensorsOf(x).map((t) => [t, 0] as const)]));
    const results = mapLeaves(y, isTensor, named);
    for (const tensor of tensorsOf(results)) origins.set(tensor, calls.length);
    const shapes = tensorsOf(y).map(({ shape }) => openBatch(shape));
    calls.push({ module, shapes, sources, nodes });
    return results;
  };
  evalShape((x: unknown) => {
    tensorsOf(x).forEach((tensor, i) => origins.set(tensor, -1 - i));
    const run = new Run({ training: false, key: null, updates: null, paths: modulePaths(model), observe });
    model.apply(x as never, run);
  }, examples);
  return { inputs: inputsOf(model), calls, outputs, between: [...between] };
}

// A tensor of its own, also where a layer gives back what it took: else it is not known which of both another one takes.
function named(tensor: Tensor): Tensor {
  return isFloat(tensor.dtype) ? tensor.add(0) : tensor;
}

function openBatch(shape: SymbolicShape): SymbolicShape {
  return shape[0] === 1 ? [null, ...shape.slice(1)] : shape;
}

/** Names and shapes of the inputs of a model. */
function inputsOf(model: AnyModel): ModelCalls['inputs'] {
  return leavesOf(model.inputTypes, isType).map(({ leaf, path }, i) => ({
    name: model.inputNames?.[i] ?? (path === '' ? 'input' : path),
    shape: openBatch(leaf.shape),
  }));
}

/** Walks back from tensors to those whose origin is known; the nodes on the way, without what made the weights. */
function findOrigins(
  tensors: readonly Tensor[],
  origins: ReadonlyMap<Tensor, number>,
): { readonly sources: readonly number[]; readonly nodes: readonly Node[] } {
  const sources = new Set<number>();
  const nodes = new Set<Node>();
  const open = [...tensors].reverse();
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const origin = origins.get(tensor);
    if (origin !== undefined) sources.add(origin);
    else if (tensor.trace !== null && tensor.node !== null && !nodes.has(tensor.node)) {
      nodes.add(tensor.node);
      open.push(...[...tensor.node.operands].reverse());
    }
  }
  return { sources: [...sources], nodes: [...nodes] };
}
