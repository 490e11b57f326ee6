import { createLeaf } from '../../graph/bind.js';
import { createGraph, inlineGraph, rewriteNodes, sortNodes, type Graph } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import type { Tensor } from '../../tensor.js';

/** Primitives that only move or repeat elements: done again in the backward loop instead of storing their result. */
const movers: ReadonlySet<string> = new Set(['reshape', 'transpose', 'broadcastTo']);
/** One pass over elements at most: done again when that needs less to be stored. */
const cheap: ReadonlySet<string> = new Set([
  ...movers,
  'add',
  'sub',
  'mul',
  'neg',
  'abs',
  'sign',
  'relu',
  'maximum',
  'minimum',
  'where',
  'cast',
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'logicalAnd',
  'logicalOr',
  'logicalNot',
]);

/** How the inputs of a joint forward and backward body are used. */
export interface JointInputs {
  /** Known before the backward loop, and different in each step. */
  readonly carries: readonly Tensor[];
  /** Stored anyway, for all steps. */
  readonly slices: readonly Tensor[];
  /** Equal in all steps. */
  readonly constants: readonly Tensor[];
  /** Known in the backward loop alone. */
  readonly cotangents: readonly Tensor[];
}

/** What the backward loop needs of the forward loop. */
export interface SplitBody {
  /** Tensors of a step that the forward loop stacks. */
  readonly residuals: readonly Tensor[];
  /** Slices that the backward loop reads again. */
  readonly slices: readonly Tensor[];
  /** Constants, and tensors computed from them alone, once for all steps. */
  readonly constants: readonly Tensor[];
  /** The backward computation on `cotangents`, `residuals`, `slices` and `constants`, in this order. */
  readonly graph: Graph;
}

/** Tensors of `nodes` that depend on `sources`, and these themselves. */
function dependents(nodes: readonly Node[], sources: readonly Tensor[]): Set<Tensor> {
  const found = new Set(sources);
  for (const node of nodes) {
    if (node.operands.some((operand) => found.has(operand))) for (const result of node.results) found.add(result);
  }
  return found;
}

/** The tensors at which a walk from `tensor` towards the inputs stops when it may compute `cheap` operations again. */
function cheapSources(tensor: Tensor, stored: ReadonlySet<Tensor>): Set<Tensor> {
  const ends = new Set<Tensor>();
  const seen = new Set<Tensor>();
  const stack = [...tensor.node!.operands];
  while (stack.length > 0) {
    const next = stack.pop()!;
    if (seen.has(next)) continue;
    seen.add(next);
    const { node } = next;
    const again = node !== null && !stored.has(next) && (node.operands.length === 0 || cheap.has(node.primitive.name));
    if (again) stack.push(...node.operands);
    else ends.add(next);
  }
  return ends;
}

/**
 * Splits a joint body into what depends on cotangents and what the forward loop knows, and chooses what to store so that
 * `outputs` can be computed: what the backward part reads directly, unless it can be had from less by cheap operations.
 */
export function splitBody(joint: Graph, inputs: JointInputs, outputs: readonly Tensor[]): SplitBody {
  const unknown = dependents(joint.nodes, inputs.cotangents);
  const varying = dependents(joint.nodes, [...inputs.carries, ...inputs.slices]);
  const own = new Set(joint.inputs);
  const isInput = (tensor: Tensor): boolean => own.has(tensor);

  const stored = new Set<Tensor>();
  const follow = (tensor: Tensor): boolean =>
    !isInput(tensor) &&
    (unknown.has(tensor) || tensor.node!.operands.length === 0 || movers.has(tensor.node!.primitive.name));
  const ends = (nodes: readonly Node[]): void => {
    for (const tensor of [...nodes.flatMap((node) => node.operands), ...outputs]) {
      if (!unknown.has(tensor) && !follow(tensor)) stored.add(tensor);
    }
  };
  ends(sortNodes(outputs, follow));

  const slices = new Set(inputs.slices);
  const cost = (tensor: Tensor): number => (slices.has(tensor) || !varying.has(tensor) ? 0 : tensor.size);
  for (const node of [...joint.nodes].reverse()) {
    if (!cheap.has(node.primitive.name)) continue;
    const [result] = node.results;
    if (!stored.has(result!) || !varying.has(result!)) continue;
    const sources = [...cheapSources(result!, stored)];
    const added = sources.filter((source) => !stored.has(source)).reduce((sum, source) => sum + cost(source), 0);
    if (added >= cost(result!)) continue;
    stored.delete(result!);
    for (const source of sources) stored.add(source);
  }

  const all = [...stored];
  const residuals = all.filter((tensor) => varying.has(tensor) && !slices.has(tensor));
  const again = all.filter((tensor) => slices.has(tensor));
  const constants = all.filter((tensor) => !varying.has(tensor));
  const replaced = new Map<Tensor, Tensor>();
  const sources = [...inputs.cotangents, ...residuals, ...again, ...constants];
  for (const tensor of sources) replaced.set(tensor, createLeaf(tensor.shape, tensor.dtype));
  const ended = new Set(sources);
  rewriteNodes(
    sortNodes(outputs, (tensor) => !ended.has(tensor)),
    replaced,
    () => null,
  );
  const graph = createGraph(
    sources.map((tensor) => replaced.get(tensor)!),
    outputs.map((output) => replaced.get(output) ?? output),
  );
  return { residuals, slices: again, constants, graph };
}

/** The values of tensors that depend on constants alone. */
export function applyToConstants(
  tensors: readonly Tensor[],
  constants: readonly Tensor[],
  values: readonly Tensor[],
): Tensor[] {
  return inlineGraph(createGraph(constants, tensors), values);
}
