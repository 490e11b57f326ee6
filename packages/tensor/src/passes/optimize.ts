import { ambient } from '../ambient.js';
import type { Backend } from '../execution/backend.js';
import type { Graph } from '../graph/graph.js';
import { mergeCommonSubexpressions } from './common-subexpressions.js';
import { inlineComposites } from './inline-composites.js';
import { expandNodes } from './expand.js';
import { joinSlices } from './join-slices.js';
import { channelsFirst, raiseTransposes, sinkTransposes } from './layout.js';
import { mapBodies, optimizeLoops } from './loops/optimize-loops.js';
import { poolBeforeRelu } from './pool-before-relu.js';
import { hoistRandom, pruneRecompute } from './recompute.js';
import { simplifyGraph } from './simplify.js';

function clean(graph: Graph): Graph {
  return mergeCommonSubexpressions(simplifyGraph(graph));
}

/** Transposes sink one operation per round through a simplified graph; deeper chains are rare. */
const layoutRounds = 3;

/** What the passes ask of a backend; without `supports` no composite is kept whole. */
export type OptimizationTarget = Pick<Backend, 'channels'> &
  Partial<Pick<Backend, 'supports' | 'matrixBlock' | 'randomOnHost'>>;

/**
 * Runs `body` with the passes off that only make graphs faster: what it evaluates or compiles gives the bits that the
 * graph as it was written gives. For tests, and for finding out whether a pass is at fault.
 */
export function withoutOptimizations<T>(body: () => T): T {
  const before = ambient.optimizationsDisabled;
  ambient.optimizationsDisabled = true;
  try {
    return body();
  } finally {
    ambient.optimizationsDisabled = before;
  }
}

/**
 * Prepares a graph for a backend: equal results, fewer and better placed operations.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => x.mul(1).transpose().transpose().exp(), zeros([3]));
 * optimizeGraph(graph, referenceBackend).nodes.length; // → 1
 * ```
 */
export function optimizeGraph(graph: Graph, backend: OptimizationTarget): Graph {
  const inlined = inlineComposites(graph, (node) => backend.supports?.(node) ?? false);
  if (ambient.optimizationsDisabled) {
    const legal = backend.channels === 'first' ? channelsFirst(inlined) : inlined;
    return mapBodies(legal, (body) => optimizeGraph(body, backend));
  }
  const expanded = expandNodes(inlined, backend.matrixBlock ?? null);
  let optimized = optimizeLoops(joinSlices(clean(expanded)), clean);
  if (backend.channels === 'first') {
    optimized = clean(channelsFirst(optimized));
    for (let round = 0; round < layoutRounds; round++) {
      const nodes = optimized.nodes.length;
      optimized = clean(sinkTransposes(optimized));
      if (optimized.nodes.length === nodes) break;
    }
    optimized = clean(raiseTransposes(optimized));
  }
  optimized = mapBodies(pruneRecompute(clean(poolBeforeRelu(optimized))), (body) => optimizeGraph(body, backend));
  if (backend.randomOnHost !== true) return optimized;
  const hoisted = hoistRandom(optimized, (node) => backend.supports?.(node) ?? true);
  return hoisted.nodes.length === optimized.nodes.length ? hoisted : mergeCommonSubexpressions(hoisted);
}
