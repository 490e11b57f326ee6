import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgumentError,
  bytesPerElement,
  debug,
  evaluate,
  getBackend,
  isTensor,
  setBackend,
  tensor,
  tree,
  withBackend,
  type Node,
  type Tensor,
} from '@tesserajs/tensor';
import { createBackend, settingsOf } from '../backend.js';
import { chromeTrace } from './chrome-trace.js';
import { ownTimes, type Span } from './kernel-events.js';
import { makeRows, type ProfileRow, type Work } from './report.js';
import { SessionProfiles } from './session-profile.js';
import { formatTable } from './table.js';

/** Options of `profile`. */
export interface ProfileOptions {
  /** Calls of the function beforehand that do not count: they trace, compile and fill caches. Default 0. */
  readonly warmUp?: number;
  /** Calls that count. Default 1. */
  readonly calls?: number;
}

/** What `profile` measured. `String(profile)` is a table for people, `JSON.stringify(profile)` one for programs. */
export interface Profile {
  /** What equal calls of one operation took together, the longest first. */
  readonly rows: readonly ProfileRow[];
  /** Milliseconds from the first call that counts until its last result was there. */
  readonly milliseconds: number;
  /** Milliseconds of them in operations: the rest is JavaScript, and the way into the runtime and back. */
  readonly inOperations: number;
  /** The table with at most so many rows. Default 40. */
  table(limit?: number): string;
  /** The text of a trace file for chrome://tracing or https://ui.perfetto.dev: every kernel on a time line. */
  chromeTrace(): string;
  toString(): string;
  toJSON(): Pick<Profile, 'milliseconds' | 'inOperations' | 'rows'>;
}

/** An operation that the reference backend ran. */
interface ReferenceSpan extends Span {
  readonly node: Node;
}

function bytesOf({ operands, results }: Node): number {
  return [...operands, ...results].reduce((sum, { size, dtype }) => sum + size * bytesPerElement(dtype), 0);
}

function referenceWork(spans: ReferenceSpan[]): Work[] {
  // Observed when they end: what is inside comes first.
  spans.sort((a, b) => a.start - b.start || b.duration - a.duration);
  return ownTimes(spans).map(({ event: { node, name, start, duration }, own }) => ({
    operations: [node],
    name,
    kernel: 'reference',
    start,
    duration,
    own,
    bytes: bytesOf(node),
  }));
}

async function nativeWork(sessions: SessionProfiles): Promise<Work[]> {
  const work = sessions.all.map(async (session) =>
    ownTimes(await session.events()).map(({ event, own }) => ({
      ...event,
      own,
      operations: session.operationsOf(event),
    })),
  );
  return (await Promise.all(work)).flat();
}

function checkCount(option: string, count: number, least: number): void {
  if (Number.isInteger(count) && count >= least) return;
  throw new ArgumentError(`profile: ${option} is ${count}; use a whole number >= ${least}`);
}

/** Waits for the tensors in a result; other results need nothing. */
async function settle(result: unknown): Promise<void> {
  if (result === undefined) return;
  const tensors = tree.leaves(result).filter((leaf): leaf is Tensor => isTensor(leaf));
  if (tensors.length > 0) await evaluate(...tensors);
}

function makeProfile(work: readonly Work[], begin: number, milliseconds: number): Profile {
  const rows = makeRows(work);
  const inOperations = rows.reduce((sum, row) => sum + row.milliseconds, 0);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const summary = `profile: ${milliseconds.toFixed(1)} ms, ${inOperations.toFixed(1)} ms in ${calls} calls of operations`;
  const table = (limit = 40): string => `${summary}\n${formatTable(rows, limit)}`;
  return {
    rows,
    milliseconds,
    inOperations,
    table,
    chromeTrace: () => chromeTrace(work, begin),
    toString: () => table(),
    toJSON: () => ({ milliseconds, inOperations, rows }),
  };
}

/**
 * Runs a function, evaluates the tensors that it returns, and measures each operation on the way: on ONNX Runtime by its
 * own profiler, with the settings of the `onnxruntime` backend that is set, else its defaults; and on the reference
 * backend, where tiny graphs and operations without a kernel run. Operations are named by what the program called, with
 * its line where the function was traced inside. Measuring costs a little time itself.
 *
 * Until the promise resolves, other code of the process is measured too. Throws an ArgumentError for counts that make no
 * sense, and what the function throws.
 *
 * @example
 * ```ts
 * const w = ones([64, 32]);
 * const report = await profile(() => ones([128, 64]).matmul(w).relu(), { warmUp: 2, calls: 10 });
 * const table = String(report);
 * const trace = report.chromeTrace(); // a file for https://ui.perfetto.dev
 * report.rows.find(({ operation }) => operation === 'matmul')!.calls; // → 10
 * ```
 */
export async function profile(f: () => unknown, { warmUp = 0, calls = 1 }: ProfileOptions = {}): Promise<Profile> {
  checkCount('warmUp', warmUp, 0);
  checkCount('calls', calls, 1);
  // Before anything is awaited: a backend that is chosen for this call alone is gone afterwards.
  const settings = settingsOf(getBackend());
  const folder = await mkdtemp(join(tmpdir(), 'tessera-profile-'));
  const sessions = new SessionProfiles(folder);
  const before = getBackend();
  const backend = createBackend(settings, sessions);
  let spans: ReferenceSpan[] = [];
  try {
    const restores = [
      debug.traceOrigins(),
      debug.observe((node) => {
        const start = performance.now();
        return () => {
          spans.push({ node, name: node.primitive.name, start, duration: performance.now() - start });
        };
      }),
    ];
    let begin: number;
    let milliseconds: number;
    try {
      setBackend(backend);
      for (let i = 0; i < warmUp; i++) await settle(await f());
      spans = [];
      begin = performance.now();
      for (let i = 0; i < calls; i++) await settle(await f());
      milliseconds = performance.now() - begin;
    } finally {
      setBackend(before);
      for (const undo of restores) undo();
      sessions.stop();
    }
    // Runs take turns: after this one, those that nobody waited for have ended.
    await withBackend(backend, () => tensor([0]).neg().data());
    const work = [...(await nativeWork(sessions)), ...referenceWork(spans)];
    return makeProfile(
      work.filter(({ start }) => start >= begin),
      begin,
      milliseconds,
    );
  } finally {
    for (const session of sessions.all) session.end();
    await rm(folder, { recursive: true, force: true });
  }
}
