import { ambient, type DebugState } from './ambient.js';
import type { Node } from './graph/node.js';

export { check, print } from './ops/debug.js';
export { explainRetrace } from './transforms/explain-retrace.js';

/** Sets what an option was before. */
export type Restore = () => void;

function set<K extends keyof DebugState>(option: K, value: DebugState[K]): Restore {
  const before = ambient.debug[option];
  ambient.debug[option] = value;
  return () => {
    ambient.debug[option] = before;
  };
}

/** Options of `nans`. */
export interface NansOptions {
  /** Infinities count too. Default false. */
  readonly infinities?: boolean;
}

/**
 * While on, evaluations run one operation at a time on the reference backend, compiled functions and derivatives
 * included, and the first operation that makes a NaN of operands without one fails: each read of what depends on it
 * rejects with an ExecutionError that names the operation, its operands with their ranges, the operation whose derivative
 * it belongs to and, with `traceOrigins`, its line. NaN that came with the data or was written as a constant is no
 * failure. Slow. Returns a function that restores the option.
 *
 * @example
 * ```ts
 * const restore = debug.nans(true, { infinities: true });
 * const y = tensor([-1]).log().sum();
 * await y.item().catch(({ message }) => console.log(message.split(':')[0]));
 * // → log made NaN
 * restore();
 * ```
 */
export function nans(on = true, { infinities = false }: NansOptions = {}): Restore {
  return set('nonFinite', on ? (infinities ? 'NaN and Infinity' : 'NaN') : null);
}

/**
 * While on, calls of compiled functions run the function itself, so that a debugger stops in it at each call; nothing is
 * donated. Returns a function that restores the option.
 *
 * @example
 * ```ts
 * const restore = debug.disableCompile();
 * compile((x: Tensor) => x.exp())(tensor([0])); // → [1]
 * restore();
 * ```
 */
export function disableCompile(on = true): Restore {
  return set('compileDisabled', on);
}

/**
 * While on, each operation records the line of the code that called it, for errors and `printGraph`. Operations of
 * derivatives, batches and passes have the line of what they stand for. Returns a function that restores the option.
 *
 * @example
 * ```ts
 * const restore = debug.traceOrigins();
 * printGraph(traceGraph((x: Tensor) => x.log(), ones([3])).graph); // b: float32 [3] = log a  # /app/model.js:12:9
 * restore();
 * ```
 */
export function traceOrigins(on = true): Restore {
  return set('origins', on);
}

/**
 * While on, a random key from which numbers or keys are drawn a second time is reported with console.warn: in one trace
 * and those inside it, and outside of traces. `foldIn` may take a key as often as it likes. Returns a function that
 * restores the option.
 *
 * @example
 * ```ts
 * const restore = debug.keys(); // from here on, a key that is used twice is reported
 * restore();
 * ```
 */
export function keys(on = true): Restore {
  return set('keys', on);
}

/**
 * Sends what `print` prints to another function than console.log. Returns a function that restores the one before.
 *
 * @example
 * ```ts
 * const lines: string[] = [];
 * const restore = debug.printTo((text) => lines.push(text));
 * await debug.print('w', tensor([1, 2])).data();
 * restore();
 * lines; // → ['w: float32 [2] [1, 2]']
 * ```
 */
export function printTo(printer: (text: string) => void): Restore {
  return set('printer', printer);
}

/**
 * Calls `observer` before each operation that the reference backend runs, and what it returns after that; for profilers.
 * Operations that only rename an array take no time and are left out. null: nobody observes. Returns a function that
 * restores the option.
 *
 * @example
 * ```ts
 * let milliseconds = 0;
 * const restore = debug.observe(() => {
 *   const start = performance.now();
 *   return () => (milliseconds += performance.now() - start);
 * });
 * await tensor([1, 2]).exp().data();
 * restore();
 * ```
 */
export function observe(observer: ((node: Node) => () => void) | null): Restore {
  return set('observer', observer);
}
