import type { Graph } from './graph.js';

/** True for a closed graph among the values of a node's attributes: the body of a loop or a branch. */
export function isGraph(value: unknown): value is Graph {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'inputs' in value && 'outputs' in value;
}

const none: readonly Graph[] = [];

/**
 * The graphs that a node's attributes hold; most hold none.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => foriLoop(0, 3, (_, y) => y.mul(y), x), ones([2]));
 * graph.nodes.map(({ attributes }) => subgraphsOf(attributes).length); // → [0, 1]
 * ```
 */
export function subgraphsOf(attributes: object): readonly Graph[] {
  let found: Graph[] | null = null;
  for (const value of Object.values(attributes)) if (isGraph(value)) (found ??= []).push(value);
  return found ?? none;
}

/** The attributes with each graph replaced by `f` of it; the same object when there is none. */
export function mapSubgraphs(attributes: object, f: (graph: Graph) => Graph): object {
  if (subgraphsOf(attributes).length === 0) return attributes;
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]): [string, unknown] => [key, isGraph(value) ? f(value) : value]),
  );
}
