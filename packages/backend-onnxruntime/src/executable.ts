import type { CompileGraphOptions, Executable, ExecutableStats, Graph, HostArray, TensorType } from '@tesserajs/tensor';
import { formatShape, legalizeDTypes } from '@tesserajs/tensor';
import { lowerGraph } from '@tesserajs/onnx';
import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { BufferPool } from './buffer-pool.js';
import { interruptingOutput, isInterruption, type OutputPath } from './output-path.js';
import type { SessionProfile } from './profile/session-profile.js';
import { describeRunError } from './run-error.js';
import { hasKernels } from './supports.js';

/** Sums in vector registers depend on where an array starts: a fixed alignment makes equal inputs give equal bits. */
const alignment = 64;

function aligned(array: HostArray): HostArray {
  return array.byteOffset % alignment === 0 ? array : array.slice();
}

/** An input of graphs that recompute values. */
const alwaysTrue = 'always_true';

/** Only fatal messages: failures come as errors, and the runtime's own lines would only repeat them. */
const silent = 4 as const;

function sessionOptions(threads: number, hasWeights: boolean): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The graph is optimized before it gets here: higher levels gain nothing when it runs, except that weights which are
    // part of it are laid out for the kernels, and convolutions then take the blocked ones.
    graphOptimizationLevel: hasWeights ? 'all' : 'basic',
    logSeverityLevel: silent,
    extra: {
      session: {
        // Denormal numbers are four times slower and carry no information in training.
        set_denormal_as_zero: '1',
        // Threads of several sessions that spin for long take each other's cores.
        intra_op: { spin_duration_us: '50' },
      },
    },
  };
}

const runOptions = { logSeverityLevel: silent } as const;

function throwRunError(cause: unknown): never {
  throw new Error(describeRunError(cause), { cause });
}

/** How an executable is made. */
export interface OnnxExecutableOptions extends CompileGraphOptions {
  readonly threads: number;
  /** How results get into typed arrays. */
  readonly outputs: OutputPath;
  /** Records what the session does; null: nothing does. */
  readonly profile: SessionProfile | null;
}

/** A graph as one ONNX Runtime session. */
export class OnnxExecutable implements Executable {
  readonly #runtime: typeof OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #graph: Graph;
  /** Null for an input whose value is part of the session. */
  readonly #inputNames: readonly (string | null)[];
  readonly #outputNames: readonly string[];
  readonly #options: OnnxExecutableOptions;
  /** Size of the model with its weights, for which the session has at least as much memory. */
  readonly #bytes: number;
  /** Donated state comes back as the memory of a later state. */
  readonly #pool: BufferPool;
  #runs = 0;

  private constructor(
    runtime: typeof OnnxRuntime,
    session: InferenceSession,
    graph: Graph,
    names: { readonly inputs: readonly (string | null)[]; readonly outputs: readonly string[] },
    options: OnnxExecutableOptions,
    bytes: number,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#graph = graph;
    this.#inputNames = names.inputs;
    this.#outputNames = names.outputs;
    this.#options = options;
    this.#bytes = bytes;
    this.#pool = new BufferPool(graph.inputs.filter((_, i) => options.donate[i] === true));
  }

  /** Lowers a graph and creates its session. */
  static async create(
    runtime: typeof OnnxRuntime,
    graph: Graph,
    options: OnnxExecutableOptions,
  ): Promise<OnnxExecutable> {
    const { freeze = [], threads, profile } = options;
    const inputs = graph.inputs.map((_, i) => (freeze[i] == null ? `i${i}` : null));
    const weights = new Map(
      graph.inputs.flatMap((input, i) => (freeze[i] == null ? [] : [[input, { name: `w${i}`, data: freeze[i] }]])),
    );
    // Errors of the runtime name a node by its output.
    const outputs = graph.outputs.map(({ node }, i) => `${node?.primitive.name ?? 'input'}_o${i}`);
    const model = lowerGraph(legalizeDTypes(graph, hasKernels), {
      target: 'onnxruntime',
      inputNames: inputs.filter((name) => name !== null),
      outputNames: outputs,
      ...(options.outputs === 'interrupted' ? { sequenceOutput: interruptingOutput } : {}),
      weights,
      alwaysTrue,
      externalData: {},
      ...(profile === null ? {} : { nodeScope: profile.scope }),
    });
    const bytes = model.toBytes();
    const session = await runtime.InferenceSession.create(bytes, {
      ...sessionOptions(threads, weights.size > 0),
      ...profile?.sessionOptions,
      externalData: model.externalData,
    });
    profile?.attach(session);
    const outside = model.externalData.reduce((total, { data }) => total + data.byteLength, 0);
    return new OnnxExecutable(runtime, session, graph, { inputs, outputs }, options, bytes.byteLength + outside);
  }

  get stats(): ExecutableStats {
    return { nodes: this.#graph.nodes.length, runs: this.#runs, bytes: this.#bytes };
  }

  async run(inputs: readonly object[]): Promise<HostArray[]> {
    this.#runs++;
    const feeds: Record<string, Tensor> = {};
    this.#inputNames.forEach((name, i) => {
      if (name !== null) feeds[name] = this.#tensor(this.#graph.inputs[i]!, aligned(inputs[i] as HostArray));
    });
    if (this.#session.inputNames.includes(alwaysTrue)) {
      feeds[alwaysTrue] = new this.#runtime.Tensor('bool', [true], []);
    }
    this.#options.profile?.runBegins();
    const results = this.#options.outputs === 'copied' ? await this.#fetch(feeds) : await this.#fill(feeds);
    inputs.forEach((buffer, i) => {
      if (this.#options.donate[i] === true) this.#pool.give(this.#graph.inputs[i]!, buffer as HostArray);
    });
    return results;
  }

  #tensor({ dtype, shape }: TensorType, data: HostArray): Tensor {
    // The binding has no bfloat16, and another array for float16 in each version of Node: both come and go as bits.
    const type = dtype === 'float16' || dtype === 'bfloat16' ? 'uint16' : dtype;
    return new this.#runtime.Tensor(type as 'float32', data as Float32Array, shape);
  }

  /** Results in arrays that the runtime makes. */
  async #fetch(feeds: Record<string, Tensor>): Promise<HostArray[]> {
    const results = await this.#session.run(feeds, runOptions).catch(throwRunError);
    return this.#outputNames.map((name, i) => {
      const { data } = results[name]!;
      if (!ArrayBuffer.isView(data)) {
        throw new Error(`output ${i} ${formatShape(this.#graph.outputs[i]!.shape)} is no typed array`);
      }
      return data;
    });
  }

  /** Results in arrays of our own. */
  async #fill(feeds: Record<string, Tensor>): Promise<HostArray[]> {
    const interrupted = this.#options.outputs === 'interrupted';
    const arrays = this.#graph.outputs.map((output) => this.#pool.take(output));
    const fetches: Record<string, Tensor | null> = interrupted ? { [interruptingOutput]: null } : {};
    arrays.forEach((array, i) => {
      fetches[this.#outputNames[i]!] = this.#tensor(this.#graph.outputs[i]!, array);
    });
    await this.#session.run(feeds, fetches, runOptions).catch((error: unknown) => {
      if (!interrupted || !isInterruption(error)) throwRunError(error);
    });
    return arrays;
  }

  dispose(): void {
    this.#options.profile?.end();
    // Releasing fails only for a session that is gone already.
    this.#session.release().catch(() => undefined);
  }
}
