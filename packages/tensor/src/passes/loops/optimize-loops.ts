import { bindTyped } from '../../graph/bind.js';
import { rewriteGraph, type Graph } from '../../graph/graph.js';
import { mapSubgraphs, subgraphsOf } from '../../graph/subgraphs.js';
import { hoistFromScans } from './hoist-from-scans.js';
import { mergeScans } from './merge-scans.js';
import { pruneLoops } from './prune-loops.js';

/** Applies a pass to the bodies of loops and branches, not to those inside them. */
export function mapBodies(graph: Graph, pass: (body: Graph) => Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const attributes = mapSubgraphs(node.attributes, pass);
    return attributes === node.attributes ? null : bindTyped(node.primitive, operands, attributes, node.results);
  });
}

/** Makes fewer loops that do less; `clean` simplifies a graph. */
export function optimizeLoops(graph: Graph, clean: (graph: Graph) => Graph): Graph {
  if (!graph.nodes.some(({ attributes }) => subgraphsOf(attributes).length > 0)) return graph;
  const merged = mergeScans(clean(mapBodies(graph, clean)));
  const hoisted = hoistFromScans(mapBodies(pruneLoops(merged), clean));
  return pruneLoops(clean(hoisted));
}
