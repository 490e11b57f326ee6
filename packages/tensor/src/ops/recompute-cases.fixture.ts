import type { Tensor } from '../tensor.js';
import { graphOf } from '../transforms/close-function.js';
import type { PrimitiveCase } from './primitive-cases.fixture.js';
import type { RecomputeAttributes } from './recompute.js';

/** What the fixtures call by name. */
const functions: Readonly<Record<string, (...inputs: Tensor[]) => Tensor[]>> = {
  layer: (x, w) => [x!.matmul(w!).tanh(), x!.square().sum()],
  polynomial: (n) => [n!.square().add(1)],
};

/** A case whose attributes name a graph, with the graph. */
export function withNamedGraph(one: PrimitiveCase): PrimitiveCase {
  const { graph } = one.attributes as { readonly graph: string };
  const attributes: RecomputeAttributes = { graph: graphOf('checkpoint', one.operands, functions[graph]!) };
  return { ...one, attributes };
}
