import { dtypes } from '../dtypes.js';
import type { Tensor } from '../tensor.js';
import { noAttributes } from './bind.js';
import type { Graph } from './graph.js';

const attributeIds = new Map<string, number>();
const attributeIdOf = new WeakMap<object, number>([[noAttributes, 0]]);

/** A small number that is equal for equal attributes. */
function attributeId(attributes: object): number {
  let id = attributeIdOf.get(attributes);
  if (id === undefined) {
    const text = JSON.stringify(attributes);
    id = attributeIds.get(text);
    if (id === undefined) {
      id = attributeIds.size + 1;
      attributeIds.set(text, id);
    }
    attributeIdOf.set(attributes, id);
  }
  return id;
}

const dtypeIds = new Map(dtypes.map((dtype, id) => [dtype, id]));

/** Identifies the structure of a graph: operations, attributes, wiring, shapes and dtypes of inputs; never values. */
export interface GraphSignature {
  readonly hash: string;
  readonly words: readonly number[];
}

/** Describes a graph as numbers, so that equal structures can be found and then compared in full. */
export function graphSignature(graph: Graph, options: readonly number[]): GraphSignature {
  const words: number[] = [...options, graph.inputs.length];
  const position = new Map<Tensor, number>();
  for (const input of graph.inputs) {
    position.set(input, position.size);
    words.push(dtypeIds.get(input.dtype)!, input.shape.length);
    for (const dimension of input.shape) words.push(dimension);
  }
  for (const node of graph.nodes) {
    words.push(node.primitive.id, attributeId(node.attributes));
    for (const operand of node.operands) words.push(position.get(operand)!);
    for (const result of node.results) position.set(result, position.size);
  }
  words.push(-1);
  for (const output of graph.outputs) words.push(position.get(output)!);
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (const word of words) {
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ word, 0x85ebca6b) ^ (high >>> 13);
  }
  return { hash: `${low >>> 0}:${high >>> 0}`, words };
}

/** True when both signatures describe the same structure. */
export function sameSignature(a: GraphSignature, b: GraphSignature): boolean {
  if (a.words.length !== b.words.length) return false;
  for (let i = 0; i < a.words.length; i++) if (a.words[i] !== b.words[i]) return false;
  return true;
}
