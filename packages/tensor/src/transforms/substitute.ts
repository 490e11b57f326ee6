import { bindTyped } from '../graph/bind.js';
import { rewriteNodes, sortNodes } from '../graph/graph.js';
import type { Trace } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';

/** Rebuilds what `outputs` compute from a trace's placeholders on the values that the placeholders stand for. */
export function substitute(trace: Trace, outputs: readonly Tensor[], values: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const replaced = new Map(values);
  const nodes = sortNodes(outputs, (tensor) => tensor.trace === trace);
  rewriteNodes(nodes, replaced, (node, operands) => bindTyped(node.primitive, operands, node.attributes, node.results));
  return outputs.map((output) => replaced.get(output) ?? output);
}
