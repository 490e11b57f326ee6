import type { HostArray } from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { BufferPool } from './buffer-pool.js';
import { interruptingOutput, isInterruption } from './output-path.js';
import type { SessionProfile } from './profile/session-profile.js';
import { keyBits, runtimeType } from './runtime-types.js';
import { sessionOptions, silent } from './session-options.js';
import { alwaysTrue, type SessionPlan, type SessionSettings, type SessionSignature } from './session-plan.js';

/** Sums in vector registers depend on where an array starts: a fixed alignment makes equal inputs give equal bits. */
const alignment = 64;

function aligned(array: HostArray): HostArray {
  return array.byteOffset % alignment === 0 ? array : array.slice();
}

const runOptions = { logSeverityLevel: silent } as const;

/** A model that is ready to run. */
export interface Session {
  /** An array per input of the plan → one per output. Runs of one session never overlap. */
  run(inputs: readonly HostArray[]): Promise<HostArray[]>;
  /** Bytes that it holds between runs, besides the model. */
  readonly heldBytes: number;
  /** Ends it; it is not run again. */
  release(): void;
}

/** A session of ONNX Runtime in this thread. */
export class NativeSession implements Session {
  readonly #runtime: typeof OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #signature: SessionSignature;
  readonly #profile: SessionProfile | null;
  /** Donated state comes back as the memory of a later state. */
  readonly #pool: BufferPool;
  /** The runtime's names of the element types. */
  readonly #inputTypes: readonly Tensor.Type[];
  readonly #outputTypes: readonly Tensor.Type[];
  readonly #always: Tensor | null;

  private constructor(
    runtime: typeof OnnxRuntime,
    session: InferenceSession,
    signature: SessionSignature,
    profile: SessionProfile | null,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#signature = signature;
    this.#profile = profile;
    this.#pool = new BufferPool(signature.inputs, signature.outputs);
    this.#inputTypes = signature.inputs.map(runtimeType);
    this.#outputTypes = signature.outputs.map(runtimeType);
    this.#always = session.inputNames.includes(alwaysTrue) ? new runtime.Tensor('bool', [true], []) : null;
  }

  /** Creates a session; `profile` records what it does. */
  static async create(
    runtime: typeof OnnxRuntime,
    plan: SessionPlan,
    settings: SessionSettings,
    profile: SessionProfile | null = null,
  ): Promise<NativeSession> {
    const session = await runtime.InferenceSession.create(plan.model, {
      ...sessionOptions(settings, plan),
      ...profile?.sessionOptions,
      externalData: plan.externalData,
    });
    profile?.attach(session);
    // Not the plan: the model and its weights have served.
    const { inputs, outputs, outputPath } = plan;
    return new NativeSession(runtime, session, { inputs, outputs, outputPath }, profile);
  }

  get heldBytes(): number {
    return this.#pool.bytes;
  }

  async run(inputs: readonly HostArray[]): Promise<HostArray[]> {
    const feeds: Record<string, Tensor> = {};
    const { inputs: types } = this.#signature;
    for (let i = 0; i < types.length; i++) {
      const { name, shape } = types[i]!;
      feeds[name] = this.#tensor(this.#inputTypes[i]!, aligned(inputs[i]!), shape);
    }
    if (this.#always !== null) feeds[alwaysTrue] = this.#always;
    this.#profile?.runBegins();
    const results = this.#signature.outputPath === 'copied' ? await this.#fetch(feeds) : await this.#fill(feeds);
    for (let i = 0; i < types.length; i++) if (types[i]!.donated) this.#pool.give(i, inputs[i]!);
    return results;
  }

  #tensor(type: Tensor.Type, data: HostArray, shape: readonly number[]): Tensor {
    const elements = type === 'int64' && data instanceof Uint32Array ? keyBits(data) : data;
    return new this.#runtime.Tensor(type as 'float32', elements as Float32Array, shape);
  }

  /** Results in arrays that the runtime makes. */
  async #fetch(feeds: Record<string, Tensor>): Promise<HostArray[]> {
    const results = await this.#session.run(feeds, runOptions);
    return this.#signature.outputs.map(({ name, shape, dtype }, i) => {
      const { data } = results[name]!;
      if (!ArrayBuffer.isView(data)) throw new Error(`output ${i} [${shape.join(',')}] is no typed array`);
      return dtype === 'key' ? new Uint32Array(data.buffer, data.byteOffset, 2 * data.length) : data;
    });
  }

  /** Results in arrays of our own. */
  async #fill(feeds: Record<string, Tensor>): Promise<HostArray[]> {
    const interrupted = this.#signature.outputPath === 'interrupted';
    const fetches: Record<string, Tensor | null> = interrupted ? { [interruptingOutput]: null } : {};
    const arrays = this.#signature.outputs.map(({ name, shape }, i) => {
      const array = this.#pool.take(i);
      fetches[name] = this.#tensor(this.#outputTypes[i]!, array, shape);
      return array;
    });
    await this.#session.run(feeds, fetches, runOptions).catch((error: unknown) => {
      if (!interrupted || !isInterruption(error)) throw error;
    });
    return arrays;
  }

  release(): void {
    this.#profile?.end();
    // Releasing fails only for a session that is gone already.
    this.#session.release().catch(() => undefined);
  }
}
