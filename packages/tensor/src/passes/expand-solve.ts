import { rewriteGraph, type Graph } from '../graph/graph.js';
import { isHalf } from '../dtypes.js';
import { solveByFactors, solvePrimitives, type SolveAttributes } from '../ops/linalg/solve.js';

/**
 * Takes solutions of linear systems apart into a factorization and substitutions, so that a system, its gradient and other
 * systems with the same matrix share the factorization. Halves keep the precision of one kernel.
 */
export function expandSolve(graph: Graph): Graph {
  if (!graph.nodes.some(({ primitive }) => primitive === solvePrimitives.solve)) return graph;
  return rewriteGraph(graph, (node, [a, b]) => {
    if (node.primitive !== solvePrimitives.solve || isHalf(a!.dtype)) return null;
    return [solveByFactors(a!, b!, node.attributes as SolveAttributes)];
  });
}
