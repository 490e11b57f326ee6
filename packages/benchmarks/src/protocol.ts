import { createInterface } from 'node:readline';
import type { Workload } from './workloads/workload.js';

/** The runner writes one request per line to a peer's stdin; the peer answers each with one line on stdout. */
export type Request =
  | {
      readonly command: 'load';
      readonly workload: Workload;
      /** Shapes of the tensors in parameters.f32. */
      readonly parameterShapes: readonly (readonly number[])[];
      /** Holds images.f32, labels.i32 and parameters.f32. */
      readonly directory: string;
      readonly batchCount: number;
      readonly threads: number;
    }
  | { readonly command: 'run'; readonly steps: number };

export type LoadRequest = Extract<Request, { command: 'load' }>;

/** What a peer says about itself once it has loaded a workload. */
export interface Ready {
  readonly event: 'ready';
  /** Versions of what does the work: `{ torch: '2.15.0' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Threads it computes with, which may be fewer than it was offered. */
  readonly threads: number;
}

/** The peer cannot take part in this workload here, and why. */
export interface Absent {
  readonly event: 'absent';
  readonly reason: string;
}

/** `values` of a single step are its loss (train) or its logits (predict); those of a longer run are not compared. */
export interface Ran {
  readonly event: 'ran';
  readonly milliseconds: number;
  /** Processor time that the peer used in that time, over all its threads. */
  readonly cpuMilliseconds: number;
  readonly values: readonly number[];
}

export interface Failed {
  readonly event: 'failed';
  readonly error: string;
}

export type Reply = Ready | Absent | Ran | Failed;

/** A loaded workload of one library. */
export interface Session {
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  /** Runs the next steps to completion, with what they give read back to the host. */
  run(steps: number): Promise<ArrayLike<number>>;
}

/** Thrown by `prepare` to say that the peer cannot take part. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError';
}

/** The main loop of a peer that is a Node program. */
export function serve(prepare: (request: LoadRequest) => Promise<Session>): void {
  // Libraries greet the user on stdout, which belongs to the protocol.
  console.log = console.info = console.error;
  let session: Session | undefined;
  const answer = async (request: Request): Promise<Reply> => {
    if (request.command === 'load') {
      session = await prepare(request);
      return { event: 'ready', versions: session.versions, threads: session.threads };
    }
    if (session === undefined) throw new Error('run: nothing is loaded');
    const [start, cpuStart] = [performance.now(), process.cpuUsage()];
    const values = await session.run(request.steps);
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(cpuStart);
    return { event: 'ran', milliseconds, cpuMilliseconds: (user + system) / 1000, values: finite(values) };
  };
  const respond = async (line: string): Promise<void> => {
    let reply: Reply;
    try {
      reply = await answer(JSON.parse(line) as Request);
    } catch (error) {
      if (error instanceof AbsentError) reply = { event: 'absent', reason: error.message };
      else reply = { event: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  };
  createInterface({ input: process.stdin })
    .on('line', (line) => void respond(line))
    .on('close', () => process.exit(0));
}

function finite(values: ArrayLike<number>): number[] {
  const list = Array.from(values);
  const bad = list.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) throw new Error(`run: value ${bad} is ${list[bad]}`);
  return list;
}
