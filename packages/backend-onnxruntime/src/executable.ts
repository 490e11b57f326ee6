import { lowerGraph } from '@tesserajs/onnx';
import {
  legalizeDTypes,
  subgraphsOf,
  type CompileGraphOptions,
  type Executable,
  type ExecutableStats,
  type Graph,
  type HostArray,
  type Node,
} from '@tesserajs/tensor';
import { interruptingOutput, type OutputPath } from './output-path.js';
import { operationOf, runError } from './run-error.js';
import { keyBits } from './runtime-types.js';
import type { Session } from './session.js';
import { alwaysTrue, type SessionPlan } from './session-plan.js';
import { hasKernels } from './supports.js';
import { workingBytes } from './working-memory.js';

/** How a graph becomes a model. */
export interface PlanOptions extends CompileGraphOptions {
  /** How results get into typed arrays. */
  readonly outputPath: OutputPath;
  /** How many channels lie together in direct convolutions; null: they are not used. */
  readonly channelBlock: number | null;
  /** What the names of ONNX nodes begin with, where they are recorded. */
  readonly nodeScope?: (operations: readonly Node[]) => string;
}

/** The positions of the inputs that each run is fed; the others are part of the model. */
function fedInputs({ inputs }: Graph, { freeze = [] }: CompileGraphOptions): number[] {
  return inputs.flatMap((_, i) => (freeze[i] == null ? [i] : []));
}

/** Whether a graph, or one inside it, computes values again. */
function recomputes({ nodes }: Graph): boolean {
  return nodes.some(
    ({ primitive, attributes }) => primitive.name === 'recompute' || subgraphsOf(attributes).some(recomputes),
  );
}

/** Lowers a graph to what a session is made of. */
export function planSession(graph: Graph, options: PlanOptions): SessionPlan {
  const { freeze = [], donate, outputPath, channelBlock, nodeScope } = options;
  const inputs = fedInputs(graph, options).map((i) => {
    const { dtype, shape } = graph.inputs[i]!;
    return { name: `i${i}`, dtype, shape, donated: donate[i] === true };
  });
  // Errors of the runtime name a node by its output.
  const outputs = graph.outputs.map(({ node, dtype, shape }, i) => {
    return { name: `${node === null ? 'input' : operationOf(node)}_o${i}`, dtype, shape };
  });
  const weights = new Map(
    graph.inputs.flatMap((input, i) => {
      const data = freeze[i];
      if (data == null) return [];
      return [[input, { name: `w${i}`, data: input.dtype === 'key' ? keyBits(data.slice()) : data }]];
    }),
  );
  const model = lowerGraph(legalizeDTypes(graph, hasKernels), {
    target: 'onnxruntime',
    inputNames: inputs.map(({ name }) => name),
    outputNames: outputs.map(({ name }) => name),
    ...(outputPath === 'interrupted' ? { sequenceOutput: interruptingOutput } : {}),
    weights,
    alwaysTrue,
    externalData: {},
    channelBlock,
    ...(nodeScope === undefined ? {} : { nodeScope }),
  });
  const { externalData } = model;
  return {
    model: model.toBytes(),
    externalData,
    hasWeights: weights.size > 0,
    recomputes: recomputes(graph),
    inputs,
    outputs,
    outputPath,
  };
}

/** A graph as one ONNX Runtime session. */
export class OnnxExecutable implements Executable {
  readonly #session: Session;
  readonly #nodes: number;
  /** Positions of the inputs that the session is fed; null: all. */
  readonly #fed: readonly number[] | null;
  readonly #bytes: number;
  #runs = 0;

  constructor(session: Session, graph: Graph, options: CompileGraphOptions, { model, externalData }: SessionPlan) {
    this.#session = session;
    this.#nodes = graph.nodes.length;
    const fed = fedInputs(graph, options);
    this.#fed = fed.length === graph.inputs.length ? null : fed;
    const constants = externalData.reduce((total, { data }) => total + data.byteLength, 0);
    this.#bytes = model.byteLength + constants + workingBytes(graph);
  }

  /** `bytes`: the model with its weights, the memory for values on the way, which a session keeps, and spare results. */
  get stats(): ExecutableStats {
    return { nodes: this.#nodes, runs: this.#runs, bytes: this.#bytes + this.#session.heldBytes };
  }

  run(inputs: readonly object[]): Promise<HostArray[]> {
    this.#runs++;
    const arrays = inputs as readonly HostArray[];
    return this.#session.run(this.#fed === null ? arrays : this.#fed.map((i) => arrays[i]!)).catch((error: unknown) => {
      throw runError(error);
    });
  }

  dispose(): void {
    this.#session.release();
  }
}
