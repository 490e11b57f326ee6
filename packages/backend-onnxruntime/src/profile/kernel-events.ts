/** One kernel call, or another span, as a profiler saw it; times are milliseconds of `performance.now()`. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly duration: number;
}

/** A kernel call of the runtime. */
export interface KernelEvent extends Span {
  /** The operator: `Gemm`. */
  readonly kernel: string;
  /** Bytes that it read and wrote. */
  readonly bytes: number;
}

/** A span without those inside it. */
export interface OwnTime<T> {
  readonly event: T;
  /** Its duration less that of the spans inside it. */
  readonly own: number;
}

/** An entry of the runtime's own file, as far as it is used. */
interface RawEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds since the session's profiler began. */
  readonly ts: number;
  readonly dur: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

const kernelSuffix = '_kernel_time';

function numberIn(args: RawEvent['args'], ...names: readonly string[]): number {
  return names.reduce((total, name) => total + (Number(args?.[name]) || 0), 0);
}

function isRawEvent(value: unknown): value is RawEvent {
  const { cat, name, ts, dur } = (value ?? {}) as Partial<Record<keyof RawEvent, unknown>>;
  return typeof cat === 'string' && typeof name === 'string' && typeof ts === 'number' && typeof dur === 'number';
}

/**
 * Reads the file that a session's profiler wrote. `runStarts` are the times when its runs were asked for, in order: they
 * tie the runtime's clock to that of JavaScript.
 */
export function readKernelEvents(json: string, runStarts: readonly number[]): KernelEvent[] {
  const parsed: unknown = JSON.parse(json);
  const events = Array.isArray(parsed) ? parsed.filter(isRawEvent) : [];
  const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  // A run begins at once or later than it was asked for: the least delay is the difference of the clocks.
  const shift = runs.reduce((most, { ts }, i) => Math.max(most, (runStarts[i] ?? -Infinity) - ts / 1000), -Infinity);
  if (!Number.isFinite(shift)) return [];
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith(kernelSuffix))
    .map(({ name, ts, dur, args }) => ({
      name: name.slice(0, -kernelSuffix.length),
      start: ts / 1000 + shift,
      duration: dur / 1000,
      kernel: typeof args?.['op_name'] === 'string' ? args['op_name'] : 'unknown',
      bytes: numberIn(args, 'activation_size', 'parameter_size', 'output_size'),
    }))
    .sort((a, b) => a.start - b.start || b.duration - a.duration);
}

/** Takes from each span, in the order in which they began, the time of those inside it: loops hold their bodies' kernels. */
export function ownTimes<T extends Span>(spans: readonly T[]): OwnTime<T>[] {
  const own = spans.map(({ duration }) => duration);
  const open: number[] = [];
  spans.forEach(({ start, duration }, i) => {
    while (open.length > 0) {
      const outer = spans[open.at(-1)!]!;
      if (start + duration <= outer.start + outer.duration) break;
      open.pop();
    }
    const outer = open.at(-1);
    if (outer !== undefined) own[outer] = Math.max(0, own[outer]! - duration);
    open.push(i);
  });
  return spans.map((event, i) => ({ event, own: own[i]! }));
}
