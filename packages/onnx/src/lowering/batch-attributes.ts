import { subgraphsOf, type Graph, type Node } from '@tesserajs/tensor';
import { ModelBuildError } from '../errors.js';
import type { AtBatchSizes } from './batch-rule.js';

/** Attributes that may follow the batch size, by primitive: those that its lowering computes from it. */
const open: Readonly<Record<string, readonly string[]>> = {
  reshape: ['shape'],
  broadcastTo: ['shape'],
  full: ['shape', 'value'],
  iota: ['length'],
  randomBits: ['shape'],
  slice: ['starts', 'sizes'],
  unslice: ['starts', 'sizes', 'shape'],
  scan: ['length'],
  dynamicSlice: ['sizes'],
  convInputGrad: ['shape'],
  avgPoolGrad: ['shape'],
};

function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b);
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** The attributes without graphs, which are compared node by node. */
function plain(attributes: object): Record<string, unknown> {
  const graphs = subgraphsOf(attributes);
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => !graphs.includes(value as Graph)));
}

/** Attributes as text for errors. */
function text(attributes: object): string {
  return JSON.stringify(plain(attributes), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}

/** Throws when nodes that stand in the same place of a function's graphs differ in more than sizes. */
export function checkSameOperation(nodes: AtBatchSizes<Node>): void {
  const [node, ...others] = nodes;
  const { name } = node.primitive;
  for (const other of others) {
    if (node.primitive !== other.primitive) {
      throw new ModelBuildError(
        `toOnnx: another batch size gives other operations (${name}, ${other.primitive.name}); ` +
          "make the function independent of it, or export with { batch: 'fixed' }",
      );
    }
    const [own, theirs] = [plain(node.attributes), plain(other.attributes)];
    if (Object.keys(own).every((key) => open[name]?.includes(key) === true || isEqual(own[key], theirs[key]))) continue;
    throw new ModelBuildError(
      `toOnnx: ${name} has settings that depend on the batch size: ${text(node.attributes)} and ` +
        `${text(other.attributes)}; export with { batch: 'fixed' }`,
    );
  }
}
