import type { HostArray } from '../dtypes.js';
import type { Executable } from '../execution/backend.js';
import { referenceBackend } from '../execution/reference.js';
import type { Graph } from '../graph/graph.js';

/** Runs a graph as it is, without any pass, on the reference backend. */
export function runGraph(graph: Graph, inputs: readonly HostArray[]): HostArray[] {
  const executable = referenceBackend.compile(graph, { donate: inputs.map(() => false) }) as Executable;
  return executable.run(inputs) as HostArray[];
}

/** How often a graph applies each primitive, by name. */
export function countPrimitives(graph: Graph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { primitive } of graph.nodes) counts[primitive.name] = (counts[primitive.name] ?? 0) + 1;
  return counts;
}
