import { noAttributes } from './bind.js';
import { graphSignature } from './signature.js';
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
