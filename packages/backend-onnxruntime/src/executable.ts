import type { CompileGraphOptions, Executable, ExecutableStats, Graph, HostArray } from '@tesserajs/tensor';
import { formatShape } from '@tesserajs/tensor';
import { lowerGraph } from '@tesserajs/onnx';
import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { describeRunError } from './run-error.js';

/** Sums in vector registers depend on where an array starts: a fixed alignment makes equal inputs give equal bits. */
const alignment = 64;

function aligned(array: HostArray): HostArray {
  return array.byteOffset % alignment === 0 ? array : array.slice();
}

/** Only fatal messages: failures come as errors, and the runtime's own lines would only repeat them. */
const silent = 4;

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

/** A graph as one ONNX Runtime session. */
export class OnnxExecutable implements Executable {
  readonly #runtime: typeof OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #graph: Graph;
  /** Null for an input whose value is part of the session. */
  readonly #inputNames: readonly (string | null)[];
  readonly #outputNames: readonly string[];
  readonly #bytes: number;
  #runs = 0;

  private constructor(
    runtime: typeof OnnxRuntime,
    session: InferenceSession,
    graph: Graph,
    inputNames: readonly (string | null)[],
    outputNames: readonly string[],
    bytes: number,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#graph = graph;
    this.#inputNames = inputNames;
    this.#outputNames = outputNames;
    this.#bytes = bytes;
  }

  /** Lowers a graph and creates its session. */
  static async create(
    runtime: typeof OnnxRuntime,
    graph: Graph,
    { freeze = [] }: CompileGraphOptions,
    threads: number,
  ): Promise<OnnxExecutable> {
    const inputNames = graph.inputs.map((_, i) => (freeze[i] == null ? `i${i}` : null));
    const weights = new Map(
      graph.inputs.flatMap((input, i) => (freeze[i] == null ? [] : [[input, { name: `w${i}`, data: freeze[i] }]])),
    );
    // Errors of the runtime name a node by its output.
    const outputNames = graph.outputs.map(({ node }, i) => `${node?.primitive.name ?? 'input'}_o${i}`);
    const model = lowerGraph(graph, {
      target: 'onnxruntime',
      inputNames: inputNames.filter((name) => name !== null),
      outputNames,
      weights,
      externalData: {},
    });
    const bytes = model.toBytes();
    const session = await runtime.InferenceSession.create(bytes, {
      ...sessionOptions(threads, weights.size > 0),
      externalData: model.externalData,
    });
    const outside = model.externalData.reduce((total, { data }) => total + data.byteLength, 0);
    return new OnnxExecutable(runtime, session, graph, inputNames, outputNames, bytes.byteLength + outside);
  }

  get stats(): ExecutableStats {
    return { nodes: this.#graph.nodes.length, runs: this.#runs, bytes: this.#bytes };
  }

  async run(inputs: readonly object[]): Promise<HostArray[]> {
    this.#runs++;
    const feeds: Record<string, Tensor> = {};
    this.#inputNames.forEach((name, i) => {
      if (name === null) return;
      const { dtype, shape } = this.#graph.inputs[i]!;
      feeds[name] = new this.#runtime.Tensor(
        dtype as 'float32',
        aligned(inputs[i] as HostArray) as Float32Array,
        shape,
      );
    });
    const results = await this.#session.run(feeds, { logSeverityLevel: silent }).catch((cause: unknown) => {
      throw new Error(describeRunError(cause), { cause });
    });
    return this.#outputNames.map((name, i) => {
      const { data } = results[name]!;
      if (!ArrayBuffer.isView(data)) {
        throw new Error(`output ${i} ${formatShape(this.#graph.outputs[i]!.shape)} is no typed array`);
      }
      return data;
    });
  }

  dispose(): void {
    // Releasing fails only for a session that is gone already.
    this.#session.release().catch(() => undefined);
  }
}
