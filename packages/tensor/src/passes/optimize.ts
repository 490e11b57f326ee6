import type { Backend } from '../execution/backend.js';
import { bindTyped } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import { mapSubgraphs } from '../graph/subgraphs.js';
import { mergeCommonSubexpressions } from './common-subexpressions.js';
import { inlineComposites } from './inline-composites.js';
import { expandSolve } from './expand-solve.js';
import { channelsFirst, sinkTransposes } from './layout.js';
import { poolBeforeRelu } from './pool-before-relu.js';
import { pruneRecompute } from './prune-recompute.js';
import { simplifyGraph } from './simplify.js';

function clean(graph: Graph): Graph {
  return mergeCommonSubexpressions(simplifyGraph(graph));
}

/** Transposes sink one operation per round through a simplified graph; deeper chains are rare. */
const layoutRounds = 3;

/** What the passes ask of a backend; without `supports` no composite is kept whole. */
export type OptimizationTarget = Pick<Backend, 'channels'> & Partial<Pick<Backend, 'supports'>>;

/** Prepares the bodies of loops and branches. */
function optimizeBodies(graph: Graph, backend: OptimizationTarget): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const attributes = mapSubgraphs(node.attributes, (body) => optimizeGraph(body, backend));
    return attributes === node.attributes ? null : bindTyped(node.primitive, operands, attributes, node.results);
  });
}

/** Prepares a graph for a backend: equal results, fewer and better placed operations. */
export function optimizeGraph(graph: Graph, backend: OptimizationTarget): Graph {
  const inlined = inlineComposites(graph, (node) => backend.supports?.(node) ?? false);
  let optimized = clean(expandSolve(inlined));
  if (backend.channels === 'first') {
    optimized = clean(channelsFirst(optimized));
    for (let round = 0; round < layoutRounds; round++) {
      const nodes = optimized.nodes.length;
      optimized = clean(sinkTransposes(optimized));
      if (optimized.nodes.length === nodes) break;
    }
  }
  return optimizeBodies(pruneRecompute(clean(poolBeforeRelu(optimized))), backend);
}
