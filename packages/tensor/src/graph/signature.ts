import { dtypes } from '../dtypes.js';
import type { Tensor } from '../tensor.js';
import { noAttributes } from './bind.js';
import type { Graph } from './graph.js';
import { isGraph } from './subgraphs.js';

/**
 * Text that is equal for equal attributes and differs for others: JSON, but with NaN, ±Infinity, −0 and undefined told
 * apart, and a graph by its structure. Keys keep the order in which a primitive writes them.
 */
export function attributeText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : String(value);
  if (isGraph(value)) return `graph(${graphSignature(value, []).words.join(',')})`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    let text = '[';
    for (const element of value as readonly unknown[]) text += `${attributeText(element)},`;
    return `${text}]`;
  }
  let text = '{';
  for (const key of Object.keys(value)) text += `${key}:${attributeText((value as Record<string, unknown>)[key])},`;
  return `${text}}`;
}

const idOfText = new Map<string, number>();
const idOf = new WeakMap<object, number>([[noAttributes, 0]]);

/** A number that is equal for equal attributes and differs for others. */
export function attributeId(attributes: object): number {
  let id = idOf.get(attributes);
  if (id === undefined) {
    const text = attributeText(attributes);
    id = idOfText.get(text);
    if (id === undefined) {
      id = idOfText.size + 1;
      idOfText.set(text, id);
    }
    idOf.set(attributes, id);
  }
  return id;
}

const dtypeIds = new Map(dtypes.map((dtype, id) => [dtype, id]));

/** Identifies the structure of a graph: operations, attributes, wiring, shapes and dtypes of inputs; never values. */
export interface GraphSignature {
  /** 64 bits of the words, as two unsigned halves. */
  readonly high: number;
  readonly low: number;
  readonly words: Int32Array;
}

/** The words of the signatures being made, that of a graph in an attribute behind its owner's; grown and reused. */
let words = new Int32Array(1024);
let length = 0;

function push(word: number): void {
  if (length === words.length) {
    const larger = new Int32Array(2 * length);
    larger.set(words);
    words = larger;
  }
  words[length++] = word;
}

/** Two multiplicative hashes of 32 bits, mixed differently; the low one is MurmurHash3 without its end. */
function hash(start: number): { high: number; low: number } {
  let low = 0x2c1b3c6d;
  let high = 0x297a2d39;
  for (let i = start; i < length; i++) {
    const word = Math.imul(words[i]!, 0xcc9e2d51);
    low ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64) | 0;
    high = Math.imul(high ^ words[i]!, 0x9e3779b1);
    high ^= high >>> 15;
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/**
 * Describes a graph as numbers, so that equal structures can be found and then compared in full. The words are a view
 * of shared memory: `keepSignature` copies them.
 */
export function graphSignature(graph: Graph, donate: readonly boolean[]): GraphSignature {
  const start = length;
  push(graph.inputs.length);
  const position = new Map<Tensor, number>();
  for (let i = 0; i < graph.inputs.length; i++) {
    const { dtype, shape } = graph.inputs[i]!;
    position.set(graph.inputs[i]!, position.size);
    push(donate[i] === true ? 1 : 0);
    push(dtypeIds.get(dtype)!);
    push(shape.length);
    for (const dimension of shape) push(dimension);
  }
  for (const { primitive, attributes, operands, results } of graph.nodes) {
    push(primitive.id);
    push(attributeId(attributes));
    push(operands.length);
    for (const operand of operands) push(position.get(operand)!);
    for (const result of results) position.set(result, position.size);
  }
  push(-1);
  for (const output of graph.outputs) push(position.get(output)!);
  const signature = { ...hash(start), words: words.subarray(start, length) };
  length = start;
  return signature;
}

/** A signature that stays as it is when the next one is made. */
export function keepSignature({ high, low, words: view }: GraphSignature): GraphSignature {
  return { high, low, words: view.slice() };
}

/** True when both signatures describe the same structure. */
export function sameSignature(a: GraphSignature, b: GraphSignature): boolean {
  if (a.low !== b.low || a.high !== b.high || a.words.length !== b.words.length) return false;
  for (let i = 0; i < a.words.length; i++) if (a.words[i] !== b.words[i]) return false;
  return true;
}
