import { ambient } from '../ambient.js';
import { EscapedTracerError, TraceError } from '../errors.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { originText } from './origins.js';

/** The transform on whose behalf a function is being traced. */
export type TraceKind =
  | 'grad'
  | 'vjp'
  | 'jvp'
  | 'linearize'
  | 'jacobian'
  | 'hessian'
  | 'vmap'
  | 'checkpoint'
  | 'compile'
  | 'evalShape'
  | 'traceGraph'
  | 'toOnnx'
  | 'composite'
  | 'custom'
  | 'customVjp'
  | 'customJvp'
  | 'scan'
  | 'cond'
  | 'whileLoop'
  | 'foriLoop'
  | 'map';

/** One run of a user's function on placeholders. */
export class Trace {
  readonly kind: TraceKind;
  readonly level: number;
  /** False once the traced function returned: its tensors may not be used any more. */
  active = true;
  /** What `grad` and `valueAndGrad` return directly inside this trace, in order; null when nobody asks. */
  gradients: unknown[] | null = null;

  constructor(kind: TraceKind, level: number) {
    this.kind = kind;
    this.level = level;
  }
}

/** The innermost trace, if a function is being traced. */
export function innermostTrace(): Trace | null {
  return ambient.traces.at(-1) ?? null;
}

/** True while a function is being traced. */
export function isTracing(): boolean {
  return ambient.traces.length > 0;
}

/** Runs `body` inside a new trace, which ends when `body` returns or throws. */
export function withTrace<T>(kind: TraceKind, body: (trace: Trace) => T): T {
  const trace = new Trace(kind, ambient.traces.length + 1);
  ambient.traces.push(trace);
  try {
    return body(trace);
  } finally {
    trace.active = false;
    ambient.traces.pop();
  }
}

/** Throws a TraceError when a traced function returned a Promise. */
export function checkNotPromise(kind: TraceKind, value: unknown): void {
  if (typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function') {
    // It fails because of the trace, if it does: the error below is the one to see.
    Promise.resolve(value as PromiseLike<unknown>).catch(() => undefined);
    throw new TraceError(
      `${kind}: the function returned a Promise; a traced function must be synchronous (load data before, await results after)`,
    );
  }
}

function describe(tensor: Tensor): string {
  const origin = tensor.node === null ? 'an argument' : `a result of ${tensor.node.primitive.name}`;
  return `${origin} (${tensor.dtype} ${formatShape(tensor.shape)}${originText(tensor.node)})`;
}

/** The error for using `tensor` after its trace ended. */
export function escapedTracer(operation: string, tensor: Tensor): EscapedTracerError {
  return new EscapedTracerError(
    `${operation}: ${describe(tensor)} of a function traced by ${tensor.trace?.kind ?? 'a transform'} is used after the ` +
      'trace ended; return it from the function instead of storing it in a field or an outer variable',
  );
}

/** Throws a TraceError at once for a tensor that is being traced: nobody awaits a promise there. */
export function refuseTracer(operation: string, tensor: Tensor): void {
  if (tensor.trace?.active === true) checkReadable(operation, tensor);
}

/** Throws for reading the value of a tensor that depends on a trace. */
export function checkReadable(operation: string, tensor: Tensor): void {
  if (tensor.trace === null) return;
  if (!tensor.trace.active) throw escapedTracer(operation, tensor);
  throw new TraceError(
    `${operation}: ${describe(tensor)} has no value while ${tensor.trace.kind} traces the function; ` +
      'return it and read it outside, or branch with where(condition, a, b)',
  );
}
