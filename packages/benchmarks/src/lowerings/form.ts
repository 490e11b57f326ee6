import { hasLowering, lowerGraph, ModelBuilder, type GraphBuilder, type LowerGraphOptions } from '@tesserajs/onnx';
import {
  compile,
  evaluate,
  optimizeGraph,
  random,
  referenceBackend,
  tensor,
  traceGraph,
  withBackend,
  type Node,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';

/** What a form computes on. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int64' | 'key';
  readonly data: Float32Array | BigInt64Array;
}

/** The type of an input in ONNX. */
function elementType({ dtype }: Input): 'float32' | 'int64' {
  return dtype === 'key' ? 'int64' : dtype;
}

/** The input as Tessera has it; of keys there is one, `random.key(0)`, whose bits are 0. */
function tensorOf({ dtype, data, shape }: Input): Tensor {
  return dtype === 'key' ? random.key(0) : tensor(data, { shape });
}

/** A form that is ready to run. */
export interface Runnable {
  /** Computes, and reads as little of the results as possible. */
  run(): Promise<unknown>;
  /** The results, each in full. */
  results(): Promise<readonly ArrayLike<number>[]>;
  release(): Promise<void>;
}

/** One way to compute something. */
export type Form = (inputs: readonly Input[], threads: number) => Promise<Runnable>;

/** The session options of the backend for graphs without weights. */
function createSession(builder: ModelBuilder, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(builder.toBytes(), {
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 4,
    extra: { session: { set_denormal_as_zero: '1', intra_op: { spin_duration_us: '50' } } },
  });
}

/** Runs models that `write` writes: one with all results, and one with an element of each, so that no copies are timed. */
async function onRuntime(
  inputs: readonly Input[],
  threads: number,
  write: (first: boolean) => ModelBuilder,
): Promise<Runnable> {
  const feeds = Object.fromEntries(
    inputs.map((input, i) => [`x${i}`, new RuntimeTensor(elementType(input), input.data, input.shape)]),
  );
  const session = await createSession(write(true), threads);
  return {
    run: () => session.run(feeds),
    async results() {
      const whole = await createSession(write(false), threads);
      const results = await whole.run(feeds);
      await whole.release();
      return whole.outputNames.map((name) => results[name]!.data as Float32Array);
    },
    release: () => session.release(),
  };
}

function firstElement(graph: GraphBuilder, value: string): string {
  const flat = graph.node('Reshape', [value, graph.constant('int64', [-1])]);
  return graph.node('Slice', [flat, graph.constant('int64', [0]), graph.constant('int64', [1])]);
}

/** A form written in operators: gets the names of its inputs and returns those of its results, all float32. */
export function operators(
  write: (graph: GraphBuilder, ...inputs: string[]) => readonly string[] | string,
  opset?: number,
): Form {
  return (inputs, threads) =>
    onRuntime(inputs, threads, (first) => {
      const builder = new ModelBuilder(opset === undefined ? {} : { opset });
      const { graph } = builder;
      const results = write(graph, ...inputs.map((input, i) => graph.input(`x${i}`, elementType(input), input.shape)));
      [results].flat().forEach((value, i) => {
        graph.output(first ? firstElement(graph, value) : value, 'float32', undefined, `y${i}`);
      });
      return builder;
    });
}

const target = {
  channels: 'first',
  supports: ({ primitive }: Node) => hasLowering(primitive.name as PrimitiveName),
} as const;

/** A function of Tessera, as it is written for ONNX Runtime. */
export function lowered(
  f: (...inputs: Tensor[]) => Tensor,
  options: Pick<LowerGraphOptions, 'channelBlock'> = {},
): Form {
  return (inputs, threads) =>
    onRuntime(inputs, threads, (first) => {
      const part = (...x: Tensor[]): Tensor =>
        first
          ? f(...x)
              .reshape([-1])
              .slice([0, 1])
          : f(...x);
      const { graph } = traceGraph(part, ...inputs.map(tensorOf));
      const inputNames = inputs.map((_, i) => `x${i}`);
      return lowerGraph(optimizeGraph(graph, target), { target: 'onnxruntime', inputNames, ...options });
    });
}

/** A function of Tessera on the reference backend. */
export function onReference(f: (...inputs: Tensor[]) => Tensor): Form {
  return (inputs) => {
    const tensors = inputs.map(tensorOf);
    const compiled = compile(f);
    const run = async (): Promise<Tensor> => {
      const result = withBackend(referenceBackend, () => compiled(...tensors));
      await evaluate(result);
      return result;
    };
    return Promise.resolve({
      run,
      results: async () => [(await (await run()).data()) as ArrayLike<number>],
      release: () => Promise.resolve(),
    });
  };
}
