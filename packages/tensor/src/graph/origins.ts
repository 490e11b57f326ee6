import { ambient } from '../ambient.js';
import type { Node } from './node.js';

/** Where a node comes from, as far as it was recorded. */
export interface Origin {
  /** `file:line:column` in the user's code. */
  readonly line: string | null;
  /** What the node is a part of, where the user called something else: the derivative of an operation, a composite. */
  readonly within: string | null;
  /** The function of this package that the user called: `dropout`, `matmul`; null where the engine does not tell. */
  readonly operation: string | null;
}

const origins = new WeakMap<Node, Origin>();

/** The origin of nodes that a rule makes in place of another node. */
let inherited: Origin | null = null;

/** True while nodes record where they come from. */
export function recordsOrigins(): boolean {
  const { origins: lines, nonFinite } = ambient.debug;
  return lines || nonFinite !== null;
}

/** Paths of this package's own files begin with this; undefined in bundles that are no modules. */
const ownFiles = (import.meta.url as string | undefined)?.replace(/graph\/[^/]*$/, '').replace(/^file:\/\//, '');

/** A frame of a stack, in the spellings of V8 (`at f (file:1:2)`) and of other engines (`f@file:1:2`). */
const frame = /^\s*at (?:(.*) \()?(.+:\d+:\d+)\)?$|^([^@]*)@(.+:\d+:\d+)$/;

/** The last name in what an engine calls a function: `Tensor.sum [as total]`, `Module.softmax`, `async f`. */
const functionName = /([\w$]+)(?: \[as [\w$]+\])?$/;

/** Deep enough to get out of nested transforms. */
const stackDepth = 60;

const nowhere: Pick<Origin, 'line' | 'operation'> = { line: null, operation: null };

/** Where the user's code is: the innermost line of the stack that belongs to none of this family's packages. */
function userPlace(): Pick<Origin, 'line' | 'operation'> {
  if (ownFiles === undefined) return nowhere;
  const limited = Error as { stackTraceLimit?: number }; // V8's
  const { stackTraceLimit } = limited;
  limited.stackTraceLimit = stackDepth;
  const { stack = '' } = new Error();
  if (stackTraceLimit === undefined) delete limited.stackTraceLimit;
  else limited.stackTraceLimit = stackTraceLimit;
  let operation: string | null = null;
  let inside = true;
  for (const text of stack.split('\n')) {
    const [, name = '', v8, otherName = '', other] = frame.exec(text) ?? [];
    const place = (v8 ?? other)?.replace(/^file:\/\//, '');
    if (place === undefined) continue;
    inside &&= place.startsWith(ownFiles);
    if (inside) operation = functionName.exec(name || otherName)?.[1] ?? null;
    if (!place.startsWith(ownFiles) && !place.includes('/node_modules/@tesserajs/')) return { line: place, operation };
  }
  return { line: null, operation };
}

/** The line of the user's code that is running; null while lines are not recorded. */
export function tracedLine(): string | null {
  return ambient.debug.origins ? userPlace().line : null;
}

/** Records where a new node comes from. Constants come from nowhere: many are made after the call that they belong to. */
export function recordOrigin(node: Node): void {
  if (node.operands.length === 0) return;
  origins.set(node, inherited ?? { ...(ambient.debug.origins ? userPlace() : nowhere), within: null });
}

/**
 * Where a node comes from; null where that was not recorded.
 *
 * @example
 * ```ts
 * // Nothing is recorded before debug.traceOrigins() is on.
 * originOf(tensor([1, 2]).exp().node!); // → null
 * ```
 */
export function originOf(node: Node): Origin | null {
  return origins.get(node) ?? null;
}

/** `, at file:1:2` or nothing. */
export function originText(node: Node | null): string {
  const line = node === null ? null : (originOf(node)?.line ?? null);
  return line === null ? '' : `, made at ${line}`;
}

/** Runs `body`, whose new nodes come from where `node` comes from; `within` says as what part of it. */
export function inheritOrigin<T>(node: Node, within: string | null, body: () => T): T {
  if (!recordsOrigins()) return body();
  const outer = inherited;
  const origin = originOf(node);
  inherited = { ...(origin ?? nowhere), within: origin?.within ?? within };
  try {
    return body();
  } finally {
    inherited = outer;
  }
}
