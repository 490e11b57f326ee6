import { bind } from '../../graph/bind.js';
import { createGraph, rewriteGraph, sortNodes, type Graph } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import { condPrimitives, type CondAttributes } from '../../ops/control/cond.js';
import { constant, createPrimitives, type FullAttributes } from '../../ops/create.js';
import type { Tensor } from '../../tensor.js';
import { isScan, putTogether, replaceInBody, takeApart, type ScanParts, type Source } from './scan-parts.js';

function fullValue({ node }: Tensor): number | null {
  return node?.primitive === createPrimitives.full ? Number((node.attributes as FullAttributes).value) : null;
}

/** Constants move into the body, equal sources become one, and carries that never change become constants. */
function simplifySources(parts: ScanParts): { readonly parts: ScanParts; readonly unchanged: ReadonlySet<Tensor> } {
  const replaced = new Map<Tensor, Tensor>();
  const reduce = (sources: readonly Source[]): Source[] => {
    const kept = new Map<Tensor, Source>();
    for (const source of sources) {
      const value = fullValue(source.operand);
      const present = kept.get(source.operand);
      const { shape, dtype } = source.input;
      if (value !== null) replaced.set(source.input, constant(value, shape, dtype));
      else if (present !== undefined) replaced.set(source.input, present.input);
      else kept.set(source.operand, source);
    }
    return [...kept.values()];
  };
  const fixed = parts.carries.filter(({ input, output }) => input === output);
  const sequences = reduce(parts.sequences);
  const constants = reduce([...parts.constants, ...fixed.map(({ first, input }) => ({ operand: first, input }))]);
  const carries = parts.carries.filter((carry) => !fixed.includes(carry));
  const unchanged = new Set(fixed.map(({ input }) => input));
  return { parts: replaceInBody({ ...parts, carries, sequences, constants }, replaced), unchanged };
}

/** The inputs that `ends` depend on. */
function reached(ends: readonly Tensor[]): Set<Tensor> {
  const found = new Set<Tensor>(ends);
  for (const node of sortNodes(ends, () => true)) for (const operand of node.operands) found.add(operand);
  return found;
}

/** Drops results that nobody reads, and what only they need. `used` tells of each result whether it is read. */
function pruneScan(node: Node, operands: readonly Tensor[], used: readonly boolean[]): readonly Tensor[] {
  const whole = takeApart(node, operands);
  const { parts, unchanged } = simplifySources(whole);
  const usedOutputs = parts.outputs.filter((_, i) => used[whole.carries.length + i] === true);
  const inputOf = whole.carries.map(({ input }) => input);
  const wanted = new Set(
    parts.carries.filter(({ input }) => used[inputOf.indexOf(input)] === true).map(({ input }) => input),
  );
  let need: Set<Tensor>;
  for (;;) {
    const ends = parts.carries.filter(({ input }) => wanted.has(input)).map(({ output }) => output);
    need = reached([...ends, ...usedOutputs]);
    const more = parts.carries.filter(({ input }) => need.has(input) && !wanted.has(input));
    if (more.length === 0) break;
    for (const { input } of more) wanted.add(input);
  }
  const carries = parts.carries.filter(({ input }) => wanted.has(input));
  const results = putTogether({
    ...parts,
    carries,
    outputs: usedOutputs,
    sequences: parts.sequences.filter(({ input }) => need.has(input)),
    constants: parts.constants.filter(({ input }) => need.has(input)),
  });
  let nextOutput = carries.length;
  return node.results.map((old, i) => {
    if (i >= inputOf.length) return used[i] === true ? results[nextOutput++]! : old;
    if (unchanged.has(inputOf[i]!)) return whole.carries[i]!.first;
    const position = carries.findIndex(({ input }) => input === inputOf[i]);
    return position < 0 ? old : results[position]!;
  });
}

function pruneCond(node: Node, operands: readonly Tensor[], used: readonly boolean[]): readonly Tensor[] {
  const { onTrue, onFalse } = node.attributes as CondAttributes;
  const [yes, no] = [onTrue, onFalse].map(({ inputs, outputs }) =>
    createGraph(
      inputs,
      outputs.filter((_, i) => used[i] === true),
    ),
  );
  const needed = [yes!, no!].map(({ outputs }) => reached(outputs));
  const keep = onTrue.inputs.map((input, i) => needed[0]!.has(input) || needed[1]!.has(onFalse.inputs[i]!));
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => keep[i] === true);
  const results = bind(condPrimitives.cond, [operands[0]!, ...kept(operands.slice(1))], {
    onTrue: { ...yes!, inputs: kept(onTrue.inputs) },
    onFalse: { ...no!, inputs: kept(onFalse.inputs) },
  });
  let next = 0;
  return node.results.map((old, i) => (used[i] === true ? results[next++]! : old));
}

function prune(node: Node, operands: readonly Tensor[], used: readonly boolean[]): readonly Tensor[] {
  return isScan(node) ? pruneScan(node, operands, used) : pruneCond(node, operands, used);
}

/**
 * Dead code through loops and branches: results that nobody reads go, with the carries, sequences and constants that only
 * they need.
 */
export function pruneLoops(graph: Graph): Graph {
  const used = new Set(graph.outputs);
  const plans = new Map<Node, boolean[]>();
  // From the end: what a pruned loop no longer needs may leave an earlier one without readers.
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    const flags = node.results.map((result) => used.has(result));
    if (!flags.includes(true)) continue;
    let operands = node.operands;
    if (isScan(node) || node.primitive === condPrimitives.cond) {
      plans.set(node, flags);
      operands = prune(node, node.operands, flags).flatMap((result, k) => {
        if (result === node.results[k]) return [];
        return node.operands.includes(result) ? [result] : result.node!.operands;
      });
    }
    for (const operand of operands) used.add(operand);
  }
  if (plans.size === 0) return graph;
  return rewriteGraph(graph, (node, operands) => {
    const flags = plans.get(node);
    if (flags === undefined) return null;
    return prune(node, operands, flags);
  });
}
