import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { originOf, type Node } from '@tesserajs/tensor';
import type { InferenceSession } from 'onnxruntime-node';
import { readKernelEvents, type KernelEvent } from './kernel-events.js';

/** The start of an ONNX node's name that `scope` gave; a fused node has it after a word of the runtime's. */
const scopePattern = /\w+\.\d+(?:\(\w+\))?(?=\/)/;

/** What is recorded of one session. */
export class SessionProfile {
  /** Options of the session, added to its others. */
  readonly sessionOptions: Pick<InferenceSession.SessionOptions, 'enableProfiling' | 'profileFilePrefix'>;
  readonly #folder: string;
  readonly #prefix: string;
  readonly #operations = new Map<string, readonly Node[]>();
  readonly #runStarts: number[] = [];
  #session: InferenceSession | null = null;

  constructor(folder: string, index: number) {
    this.#folder = folder;
    this.#prefix = `session-${index}-`;
    this.sessionOptions = { enableProfiling: true, profileFilePrefix: join(folder, this.#prefix) };
  }

  /** A name for the ONNX nodes that compute some operations: `mul.12(mean)` for a `mul` that the user called `mean` for. */
  readonly scope = (operations: readonly Node[]): string => {
    const [main] = operations;
    const { name } = main!.primitive;
    const operation = originOf(main!)?.operation ?? name;
    const scope = `${name}.${this.#operations.size}${operation === name ? '' : `(${operation})`}`;
    this.#operations.set(scope, operations);
    return scope;
  };

  attach(session: InferenceSession): void {
    this.#session = session;
  }

  /** Notes that a run is asked for now. */
  runBegins(): void {
    this.#runStarts.push(performance.now());
  }

  /** Ends profiling, before the session is released. */
  end(): void {
    this.#session?.endProfiling();
    this.#session = null;
  }

  /** The kernels that ran, in the order in which they began. */
  async events(): Promise<KernelEvent[]> {
    this.end();
    const file = (await readdir(this.#folder)).find((name) => name.startsWith(this.#prefix));
    return file === undefined
      ? []
      : readKernelEvents(await readFile(join(this.#folder, file), 'utf8'), this.#runStarts);
  }

  /** What a kernel computes; null for kernels that the runtime added by itself. */
  operationsOf({ name }: KernelEvent): readonly Node[] | null {
    return this.#operations.get(scopePattern.exec(name)?.[0] ?? '') ?? null;
  }
}

/** What is recorded of all sessions of a backend. */
export class SessionProfiles {
  readonly all: SessionProfile[] = [];
  readonly #folder: string;
  #recording = true;

  /** `folder`: where the runtime may write. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins to record a session that is about to be created; null after `stop`. */
  begin(): SessionProfile | null {
    if (!this.#recording) return null;
    const profile = new SessionProfile(this.#folder, this.all.length);
    this.all.push(profile);
    return profile;
  }

  /** Sessions that are created from now on are not recorded. */
  stop(): void {
    this.#recording = false;
  }
}
