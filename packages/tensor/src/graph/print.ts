import type { Backend } from '../execution/backend.js';
import { partition } from '../execution/segments.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Graph } from './graph.js';
import type { Node } from './node.js';
import { originOf } from './origins.js';
import { isGraph } from './subgraphs.js';

function names(): (index: number) => string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return (index) => (index < 26 ? letters[index]! : letters[Math.floor(index / 26) - 1]! + letters[index % 26]!);
}

function formatAttributes(attributes: object): string {
  const parts = Object.entries(attributes)
    .filter(([, value]) => !isGraph(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value).replaceAll('"', '')}`);
  return parts.length === 0 ? '' : ` {${parts.join(', ')}}`;
}

/** What `printGraph` shows beside the operations. */
export interface PrintGraphOptions {
  /** Groups the operations by the segments in which this backend runs them. */
  readonly backend?: Backend;
}

/** Nodes under a common heading; null where all are listed as they come. */
interface Group {
  readonly heading: string | null;
  readonly nodes: readonly Node[];
  /** The backend that runs the graphs in the nodes' attributes in segments of its own. */
  readonly inner: Backend | null;
}

function groupsOf(graph: Graph, backend: Backend | null): readonly Group[] {
  if (backend === null) return [{ heading: null, nodes: graph.nodes, inner: null }];
  return partition(graph, backend).map(({ backend: runs, nodes, driven }, i) => ({
    heading: `segment ${i} on ${driven ? `the host, its bodies on ${backend.name}` : runs.name}`,
    nodes,
    inner: driven ? backend : null,
  }));
}

function graphLines(graph: Graph, backend: Backend | null): string[] {
  const nameOf = new Map<Tensor, string>();
  const next = names();
  const define = (tensor: Tensor): string => {
    const name = nameOf.size < 702 ? next(nameOf.size) : `t${nameOf.size}`;
    nameOf.set(tensor, name);
    return `${name}: ${tensor.dtype} ${formatShape(tensor.shape)}`;
  };
  const lines = [`inputs  ${graph.inputs.map(define).join(', ')}`.trimEnd()];
  for (const { heading, nodes, inner } of groupsOf(graph, backend)) {
    if (heading !== null) lines.push(heading);
    for (const node of nodes) {
      const { primitive, operands, results, attributes } = node;
      const sources = operands.map((operand) => ` ${nameOf.get(operand) ?? '?'}`).join('');
      const targets = results.map(define).join(', ');
      const line = originOf(node)?.line ?? null;
      const origin = line === null ? '' : `  # ${line}`;
      lines.push(`${targets} = ${primitive.name}${sources}${formatAttributes(attributes)}${origin}`);
      for (const [key, value] of Object.entries(attributes)) {
        if (isGraph(value)) lines.push(`  ${key}:`, ...graphLines(value, inner).map((line) => `    ${line}`));
      }
    }
  }
  lines.push(`outputs ${graph.outputs.map((output) => nameOf.get(output) ?? '?').join(', ')}`.trimEnd());
  return lines;
}

/**
 * The graph as text, one operation per line; bodies of loops and branches are indented below their operation and name
 * their own tensors from `a` on.
 *
 * With `{ backend }` the operations stand under the segments in which that backend runs them: what it does not support
 * runs on the reference backend, and splits the graph. What a backend runs is the optimized graph: print
 * `optimizeGraph(graph, backend)` to see it.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor, w: Tensor) => x.matmul(w), zeros([2, 3]), zeros([3, 4]));
 * console.log(printGraph(graph));
 * // → inputs  a: float32 [2,3], b: float32 [3,4]
 * // → c: float32 [2,4] = matmul a b
 * // → outputs c
 *
 * // A backend without matrix products:
 * const supports = ({ primitive }: Node): boolean => primitive.name !== 'matmul';
 * const backend = { ...referenceBackend, name: 'mine', supports };
 * console.log(printGraph(traceGraph((x: Tensor) => x.exp().matmul(x).log(), zeros([2, 2])).graph, { backend }));
 * // → inputs  a: float32 [2,2]
 * // → segment 0 on mine
 * // → b: float32 [2,2] = exp a
 * // → segment 1 on reference
 * // → c: float32 [2,2] = matmul b a
 * // → segment 2 on mine
 * // → d: float32 [2,2] = log c
 * // → outputs d
 * ```
 */
export function printGraph(graph: Graph, options: PrintGraphOptions = {}): string {
  return graphLines(graph, options.backend ?? null).join('\n');
}
