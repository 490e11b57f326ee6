import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { Backend } from './backend.js';
import { isDriven } from './host-loop.js';
import { inputDerivedKeys } from './placement.js';
import { referenceBackend } from './reference.js';

/** Nodes that run together: on one backend, or one loop whose body runs there while the host drives it. */
export interface Segment {
  readonly backend: Backend;
  readonly nodes: readonly Node[];
  /** The node is a loop or branch whose bodies are programs of their own, run by the host. */
  readonly driven: boolean;
}

/** What runs a node; stages of these kinds take turns. */
const [onReference, onBackend, driven] = [0, 1, 2];

/** The segments in which a backend runs a graph, in order: every node is in the earliest one of its kind. */
export function partition(graph: Graph, backend: Backend): readonly Segment[] {
  if (backend === referenceBackend) return [{ backend, nodes: graph.nodes, driven: false }];
  const onHost = backend.randomOnHost ? inputDerivedKeys(graph) : new Set<Node>();
  const stageOf = new Map<Node, number>();
  const stages: Node[][] = [];
  const kindOf = (node: Node): number => {
    if (onHost.has(node) || backend.fasterOnHost?.(node) === true) return onReference;
    if (backend.supports(node)) return onBackend;
    return isDriven(node, backend) ? driven : onReference;
  };
  for (const node of graph.nodes) {
    const kind = kindOf(node);
    let stage = 0;
    for (const operand of node.operands) {
      if (operand.node !== null) stage = Math.max(stage, stageOf.get(operand.node) ?? 0);
    }
    while (stage % 3 !== kind) stage++;
    stageOf.set(node, stage);
    while (stages.length <= stage) stages.push([]);
    stages[stage]!.push(node);
  }
  return stages.flatMap((nodes, stage): Segment[] => {
    if (nodes.length === 0) return [];
    // A loop's values are on the host between its steps.
    if (stage % 3 === driven) return nodes.map((node) => ({ backend: referenceBackend, nodes: [node], driven: true }));
    return [{ backend: stage % 3 === onBackend ? backend : referenceBackend, nodes, driven: false }];
  });
}
