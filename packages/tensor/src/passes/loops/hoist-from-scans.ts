import { createLeaf } from '../../graph/bind.js';
import { createGraph, inlineGraph, rewriteGraph, type Graph } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import { applyBatched } from '../../ops/control/batch-graph.js';
import { matmulPrimitives } from '../../ops/matmul.js';
import { reducePrimitives, type ReduceAttributes } from '../../ops/reduce.js';
import { shapePrimitives, type TransposeAttributes } from '../../ops/shape.js';
import type { Tensor } from '../../tensor.js';
import { arithmeticPrimitives } from '../../ops/elementwise/arithmetic.js';
import {
  bodyNodes,
  dependents,
  isScan,
  putTogether,
  replaceInBody,
  takeApart,
  type ScanParts,
  type Source,
} from './scan-parts.js';

const movers: ReadonlySet<unknown> = new Set([
  shapePrimitives.reshape,
  shapePrimitives.transpose,
  shapePrimitives.broadcastTo,
]);

/** Computes tensors of the body that depend on constants alone once, before the loop. */
function hoistInvariants(parts: ScanParts): ScanParts {
  const nodes = bodyNodes(parts);
  const varying = dependents(
    nodes,
    [...parts.carries, ...parts.sequences].map(({ input }) => input),
  );
  const found = new Set<Tensor>();
  // Moving elements costs little where it is needed, and products read transposed operands as they are.
  const visit = (tensor: Tensor): void => {
    if (varying.has(tensor) || tensor.node === null || tensor.node.operands.length === 0) return;
    if (movers.has(tensor.node.primitive)) tensor.node.operands.forEach(visit);
    else found.add(tensor);
  };
  for (const node of nodes) {
    if (node.results.some((result) => varying.has(result))) node.operands.forEach(visit);
  }
  for (const output of [...parts.carries.map((carry) => carry.output), ...parts.outputs]) visit(output);
  if (found.size === 0) return parts;
  const tensors = [...found];
  const inputs = parts.constants.map(({ input }) => input);
  const values = inlineGraph(
    createGraph(inputs, tensors),
    parts.constants.map(({ operand }) => operand),
  );
  return replaceBySources(parts, tensors, values, 'constants');
}

/** Makes tensors of the body inputs, which get their values from `operands`. */
function replaceBySources(
  parts: ScanParts,
  tensors: readonly Tensor[],
  operands: readonly Tensor[],
  kind: 'constants' | 'sequences',
): ScanParts {
  const replaced = new Map<Tensor, Tensor>();
  const added = tensors.map(({ shape, dtype }, i): Source => ({
    operand: operands[i]!,
    input: createLeaf(shape, dtype),
  }));
  tensors.forEach((tensor, i) => replaced.set(tensor, added[i]!.input));
  return replaceInBody({ ...parts, [kind]: [...parts[kind], ...added] }, replaced);
}

/** What a body computes from slices and constants, for all steps at once: [steps, …]. */
function forAllSteps(parts: ScanParts, tensors: readonly Tensor[], extra: readonly Source[] = []): Tensor[] {
  const stacked = [...parts.sequences, ...extra];
  const sources = [...stacked, ...parts.constants];
  const inputs = sources.map(({ input }) => input);
  const made = applyBatched(
    createGraph(inputs, tensors),
    sources.map(({ operand }) => operand),
    sources.map((_, i) => i < stacked.length),
    parts.length,
  );
  return made.outputs;
}

/**
 * Computes products of slices with constant matrices before the loop: one large product for all steps. Elementwise
 * operations on such products and constants, such as adding a bias, go with them.
 */
function hoistProducts(parts: ScanParts): ScanParts {
  const nodes = bodyNodes(parts);
  const carried = dependents(
    nodes,
    parts.carries.map(({ input }) => input),
  );
  const sliced = dependents(
    nodes,
    parts.sequences.map(({ input }) => input),
  );
  const found = new Set<Tensor>();
  for (const { primitive, operands, results } of nodes) {
    const [result] = results;
    if (carried.has(result!)) continue;
    const product =
      primitive === matmulPrimitives.matmul &&
      sliced.has(operands[0]!) &&
      !sliced.has(operands[1]!) &&
      operands[1]!.rank === 2;
    const behind =
      primitive.elementwise === true &&
      operands.some((operand) => found.has(operand) && operand.size === result!.size) &&
      operands.every((operand) => found.has(operand) || !sliced.has(operand));
    if (product || behind) found.add(result!);
  }
  const read = new Set<Tensor>([...parts.carries.map(({ output }) => output), ...parts.outputs]);
  for (const { operands, results } of nodes) {
    if (!found.has(results[0]!)) for (const operand of operands) read.add(operand);
  }
  const tensors = [...found].filter((tensor) => read.has(tensor));
  return tensors.length === 0 ? parts : replaceBySources(parts, tensors, forAllSteps(parts, tensors), 'sequences');
}

/** a, if the tensor is its transpose as a matrix. */
function transposed({ node }: Tensor): Tensor | null {
  if (node?.primitive !== shapePrimitives.transpose) return null;
  const { permutation } = node.attributes as TransposeAttributes;
  return permutation.length === 2 && permutation[0] === 1 ? node.operands[0]! : null;
}

/** [steps, rows, columns] → [steps · rows, columns]. */
function joinSteps(x: Tensor): Tensor {
  const [steps, rows, columns] = x.shape;
  return x.reshape([steps! * rows!, columns!]);
}

/** How a sum over all steps is computed after the loop: `needs` are stacked by it, `finish` gets the stacks. */
interface LateSum {
  readonly needs: readonly Tensor[];
  readonly finish: (stacks: readonly Tensor[]) => Tensor;
}

/** Σ a·b over the steps is one product of all rows; the sum of sums is one sum. */
function lateSum(term: Tensor): LateSum | null {
  const { node } = term;
  if (node === null) return null;
  if (node.primitive === matmulPrimitives.matmul && node.operands.every(({ rank }) => rank === 2)) {
    const [a, b] = node.operands;
    const rows = transposed(a!);
    if (rows !== null) {
      return { needs: [rows, b!], finish: ([x, y]) => joinSteps(x!).transpose().matmul(joinSteps(y!)) };
    }
    const columns = (x: Tensor): Tensor => joinSteps(x.transpose([0, 2, 1]));
    return { needs: [a!, b!], finish: ([x, y]) => columns(x!).transpose().matmul(joinSteps(y!)) };
  }
  if (node.primitive === shapePrimitives.reshape) {
    const inner = lateSum(node.operands[0]!);
    return inner === null ? null : { ...inner, finish: (stacks) => inner.finish(stacks).reshape(term.shape) };
  }
  if (node.primitive === reducePrimitives.sum) {
    const axes = (node.attributes as ReduceAttributes).axes.map((axis) => axis + 1);
    return { needs: [node.operands[0]!], finish: ([x]) => x!.sum([0, ...axes]) };
  }
  return null;
}

/** The terms of a sum. */
function termsOf(tensor: Tensor): Tensor[] {
  return tensor.node?.primitive === arithmeticPrimitives.add ? tensor.node.operands.flatMap(termsOf) : [tensor];
}

/** Outputs that a loop is to stack beside its own, each once. */
class Stacks {
  readonly added: Tensor[] = [];
  readonly #parts: ScanParts;

  constructor(parts: ScanParts) {
    this.#parts = parts;
  }

  /** Whether the tensor of a step is stacked anyway. */
  has(tensor: Tensor): boolean {
    const { sequences, outputs } = this.#parts;
    return sequences.some(({ input }) => input === tensor) || outputs.includes(tensor) || this.added.includes(tensor);
  }

  want(tensor: Tensor): void {
    if (!this.has(tensor)) this.added.push(tensor);
  }

  /** Where to find it, given the loop's stacked results, `added` behind its own. */
  find(tensor: Tensor, results: readonly Tensor[]): Tensor {
    const source = this.#parts.sequences.find(({ input }) => input === tensor);
    return source?.operand ?? results[[...this.#parts.outputs, ...this.added].indexOf(tensor)]!;
  }
}

/** The loop with products that feed no carry taken out behind it, in the order of the scan's results. */
function hoistBehind(parts: ScanParts): readonly Tensor[] {
  const nodes = bodyNodes(parts);
  const varying = dependents(
    nodes,
    [...parts.carries, ...parts.sequences].map(({ input }) => input),
  );
  const readers = new Map<Tensor, number>();
  for (const tensor of [...nodes.flatMap(({ operands }) => operands), ...parts.outputs]) {
    readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  }
  const stacks = new Stacks(parts);
  /** Per carry: the sums that are computed late, and what is still added up in the loop. */
  const plans = parts.carries.map(({ input, output }) => {
    const terms = termsOf(output);
    const own = terms.filter((term) => term === input).length;
    const others = terms.filter((term) => term !== input);
    // It only adds up: nothing but the sum reads it.
    if (own !== 1 || readers.get(input) !== 1 || !others.every((term) => varying.has(term))) return null;
    if (dependents(nodes, [input]).size > terms.length) return null;
    const sums = others.map((term): LateSum | null => lateSum(term));
    sums.forEach((sum, i) => {
      if (sum !== null && others[i]!.node!.primitive === matmulPrimitives.matmul)
        sum.needs.forEach((x) => {
          stacks.want(x);
        });
    });
    return { others, sums };
  });

  // dx = dz · Wᵀ: dz is stacked instead, and multiplied for all steps at once.
  const behind = parts.outputs.map((output) => {
    const { node } = output;
    if (node?.primitive !== matmulPrimitives.matmul || readers.get(output) !== 1) return null;
    const [a, b] = node.operands;
    if (!varying.has(a!) || varying.has(b!) || b!.rank !== 2) return null;
    stacks.want(a!);
    return node;
  });
  const carries = parts.carries.map((carry, i) => {
    const plan = plans[i] ?? null;
    if (plan === null) return carry;
    const left = plan.others.filter((_, k) => !isLate(plan.sums[k]!, stacks));
    return { ...carry, output: left.reduce((sum, term) => sum.add(term), carry.input) };
  });
  const outputs = parts.outputs.filter((_, i) => behind[i] === null);
  const whole = { ...parts, carries, outputs: [...parts.outputs, ...stacks.added] };
  if (
    outputs.length === parts.outputs.length &&
    plans.every((plan) => plan === null || !plan.sums.some((sum) => isLate(sum, stacks)))
  ) {
    return putTogether(parts);
  }
  const results = putTogether(whole);
  const stacked = results.slice(carries.length);
  const last = results.slice(0, carries.length).map((result, i) => {
    const plan = plans[i] ?? null;
    if (plan === null) return result;
    return plan.sums.reduce(
      (sum, one) => (isLate(one, stacks) ? sum.add(one!.finish(one!.needs.map((x) => stacks.find(x, stacked)))) : sum),
      result,
    );
  });
  const ys = parts.outputs.map((output, i) => {
    const node = behind[i] ?? null;
    if (node === null) return stacked[i]!;
    const [a] = node.operands;
    const input = createLeaf(a!.shape, a!.dtype);
    return productBehind(parts, node, { operand: stacks.find(a!, stacked), input });
  });
  return [...last, ...ys];
}

/** A sum is left for after the loop when all that it needs is stacked. */
function isLate(sum: LateSum | null, stacks: Stacks): boolean {
  return sum !== null && sum.needs.every((x) => stacks.has(x));
}

/** The product of a stacked tensor with a constant of the body. */
function productBehind(parts: ScanParts, node: Node, source: Source): Tensor {
  const [, b] = node.operands;
  return forAllSteps(parts, [source.input.matmul(b!)], [source])[0]!;
}

function hoist(node: Node, operands: readonly Tensor[]): readonly Tensor[] {
  return hoistBehind(hoistProducts(hoistInvariants(takeApart(node, operands))));
}

/**
 * Takes out of loops what need not be in them: tensors of constants alone, products of slices with constant matrices,
 * products whose results are only stacked, and sums over the steps of products and sums. Each is then one operation on
 * all steps.
 */
export function hoistFromScans(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => (isScan(node) ? hoist(node, operands) : null));
}
