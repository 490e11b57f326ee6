import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Graph } from './graph.js';
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

function graphLines(graph: Graph): string[] {
  const nameOf = new Map<Tensor, string>();
  const next = names();
  const define = (tensor: Tensor): string => {
    const name = nameOf.size < 702 ? next(nameOf.size) : `t${nameOf.size}`;
    nameOf.set(tensor, name);
    return `${name}: ${tensor.dtype} ${formatShape(tensor.shape)}`;
  };
  const lines = [`inputs  ${graph.inputs.map(define).join(', ')}`.trimEnd()];
  for (const node of graph.nodes) {
    const { primitive, operands, results, attributes } = node;
    const sources = operands.map((operand) => ` ${nameOf.get(operand) ?? '?'}`).join('');
    const targets = results.map(define).join(', ');
    const line = originOf(node)?.line ?? null;
    const origin = line === null ? '' : `  # ${line}`;
    lines.push(`${targets} = ${primitive.name}${sources}${formatAttributes(attributes)}${origin}`);
    for (const [key, value] of Object.entries(attributes)) {
      if (isGraph(value)) lines.push(`  ${key}:`, ...graphLines(value).map((line) => `    ${line}`));
    }
  }
  lines.push(`outputs ${graph.outputs.map((output) => nameOf.get(output) ?? '?').join(', ')}`.trimEnd());
  return lines;
}

/**
 * The graph as text, one operation per line; bodies of loops and branches are indented below their operation and name
 * their own tensors from `a` on.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor, w: Tensor) => x.matmul(w), zeros([2, 3]), zeros([3, 4]));
 * console.log(printGraph(graph));
 * // → inputs  a: float32 [2,3], b: float32 [3,4]
 * // → c: float32 [2,4] = matmul a b
 * // → outputs c
 * ```
 */
export function printGraph(graph: Graph): string {
  return graphLines(graph).join('\n');
}
