import { ambient } from '../ambient.js';
import { tracedLine } from '../graph/origins.js';
import type { Trace } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';

/** The first use of a key. */
interface KeyUse {
  readonly operation: string;
  /** The innermost trace in which it happened; null: outside of all. */
  readonly trace: Trace | null;
  readonly line: string | null;
}

const uses = new WeakMap<Tensor, KeyUse>();

function place({ operation, line }: KeyUse): string {
  return line === null ? operation : `${operation} (${line})`;
}

/**
 * Warns, while `debug.keys` is on, when a key is used that gave numbers or keys before: in the trace that is running, in
 * one around it, or outside of all. Another trace of the same function is no second use, nor is the other branch of `cond`.
 */
export function noteKeyUse(key: Tensor, operation: string): void {
  const { traces, debug } = ambient;
  if (!debug.keys) return;
  const use: KeyUse = { operation, trace: traces[traces.length - 1] ?? null, line: tracedLine() };
  const first = uses.get(key);
  if (first === undefined) uses.set(key, use);
  else if (first.trace === null || first.trace.active) {
    console.warn(
      `debug.keys: a random key is used twice, by ${place(first)} and by ${place(use)}; ` +
        'random.split it and use each part once, or random.foldIn a counter',
    );
  } else uses.set(key, use);
}
