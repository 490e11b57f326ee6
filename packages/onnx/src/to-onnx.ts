import {
  formatShape,
  optimizeGraph,
  type OptimizationTarget,
  type CompositeName,
  traceGraphAs,
  tree,
  zeros,
  type Graph,
  type Tensor,
  type TracedGraph,
} from '@tesserajs/tensor';
import { ModelBuildError } from './errors.js';
import { hasLowering, lowerGraph } from './lower-graph.js';
import { compositeOpsets } from './lowering/composites.js';
import { SymbolicBatch } from './lowering/symbolic-batch.js';
import { readWeights } from './weights.js';

/** A model: something that applies itself to tensors, such as those of `@tesserajs/layers`. */
export interface ApplicableModel {
  apply(...inputs: never[]): unknown;
}

type TensorFunction = (...inputs: Tensor[]) => unknown;

function isFunction(value: TensorFunction | ApplicableModel): value is TensorFunction {
  return typeof value === 'function';
}

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /** Names of the inputs. Default `input`, or `input_0`, … for several. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs. Default `output`, or `output_0`, … for several. */
  readonly outputNames?: readonly string[];
  /** `dynamic` (default): axis 0 of all inputs is open and named `batch`. `fixed`: sizes are those of the examples. */
  readonly batch?: 'dynamic' | 'fixed';
  /** Version of the standard operators. Default 21. */
  readonly opset?: number;
  /** Free key-value pairs that tools show. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const defaultOpset = 21;

/** ONNX convolutions are channels-first; composites stay whole where one operator of the version computes them. */
function onnxTarget(opset: number): OptimizationTarget {
  return {
    channels: 'first',
    supports({ primitive }) {
      const name = primitive.name as CompositeName;
      return hasLowering(name) && opset >= (compositeOpsets[name] ?? 0);
    },
  };
}

/** The given names, or `input`, or `input_0`, … for several. */
function numbered(stem: string, count: number, given: readonly string[] | undefined): readonly string[] {
  if (given !== undefined && given.length !== count) {
    const text = given.length === 1 ? `1 ${stem} name` : `${given.length} ${stem} names`;
    throw new ModelBuildError(
      `toOnnx: ${text} (${given.join(', ')}) for ${count} ${stem}${count === 1 ? '' : 's'}; give one each, or none`,
    );
  }
  return given ?? (count === 1 ? [stem] : Array.from({ length: count }, (_, i) => `${stem}_${i}`));
}

/** Reductions take their axes as inputs, and scatters add up, since this version. */
const oldestOpset = 18;

function checkOpset(opset: number | undefined): void {
  if (opset === undefined || opset >= oldestOpset) return;
  throw new ModelBuildError(
    `toOnnx: opset ${opset} has other forms of the operators; use ${oldestOpset} or later (default 21)`,
  );
}

/** Every output must be part of the traced graph. */
function checkOutputs({ graph }: TracedGraph): void {
  if (graph.outputs.length === 0) throw new ModelBuildError('toOnnx: the function returns no tensors');
  const made = new Set<Tensor>([...graph.inputs, ...graph.nodes.flatMap(({ results }) => results)]);
  graph.outputs.forEach((output, i) => {
    if (made.has(output)) return;
    throw new ModelBuildError(
      `toOnnx: output ${i} ${output.dtype} ${formatShape(output.shape)} does not depend on the inputs; ` +
        'return it from your own code',
    );
  });
}

/** Names for the tensors of a model: their paths. */
function weightNames(model: unknown): Map<Tensor, string> {
  const { leaves, paths } = tree.flatten(model);
  return new Map(leaves.map((leaf, i) => [leaf as Tensor, paths[i]!]));
}

function otherBatch(examples: readonly Tensor[], size: number): Tensor[] {
  return examples.map(({ shape, dtype }) => zeros([size, ...shape.slice(1)], { dtype }));
}

/**
 * Writes a function of tensors, or a model, as a stand-alone ONNX model; tensors that it uses from outside become its
 * weights. Throws ModelBuildError for what ONNX cannot hold, and when the batch size cannot be left open.
 *
 * @param functionOrModel - a function of tensors, or an object with `apply`.
 * @param exampleInputs - tensors with the shapes and dtypes of the inputs; their values do not matter.
 *
 * @example
 * ```ts
 * const w = ones([784, 10]);
 * const bytes = await toOnnx((x: Tensor) => x.matmul(w).relu(), [zeros([1, 784])]);
 * ```
 */
export async function toOnnx(
  functionOrModel: TensorFunction | ApplicableModel,
  exampleInputs: readonly Tensor[],
  options: ToOnnxOptions = {},
): Promise<Uint8Array> {
  const f = isFunction(functionOrModel)
    ? functionOrModel
    : (...inputs: Tensor[]): unknown => functionOrModel.apply(...(inputs as never[]));
  const dynamic = (options.batch ?? 'dynamic') === 'dynamic';
  if (dynamic && exampleInputs.some((input) => input.rank === 0)) {
    throw new ModelBuildError("toOnnx: a scalar input has no batch axis; export with { batch: 'fixed' }");
  }
  checkOpset(options.opset);
  // Two sizes that no other dimension is likely to have, so that what equals them is the batch.
  const sizes = { first: 7, second: 13 };
  const trace = (inputs: readonly Tensor[]): TracedGraph => traceGraphAs('toOnnx', f, ...inputs);
  const traced = trace(dynamic ? otherBatch(exampleInputs, sizes.first) : exampleInputs);
  const other = dynamic ? trace(otherBatch(exampleInputs, sizes.second)) : null;
  checkOutputs(traced);

  const read = await readWeights(traced.captured, other?.captured ?? null, weightNames(functionOrModel));
  const target = onnxTarget(options.opset ?? defaultOpset);
  const optimize = (graph: Graph): Graph => optimizeGraph(graph, target);
  const graph = optimize(traced.graph);
  const symbolic = other === null ? null : new SymbolicBatch(graph, optimize(other.graph), sizes);
  const weights = new Map(read.map((weight, i) => [graph.inputs[exampleInputs.length + i]!, weight]));
  const builder = lowerGraph(graph, {
    inputNames: numbered('input', exampleInputs.length, options.inputNames),
    outputNames: numbered('output', graph.outputs.length, options.outputNames),
    weights,
    ...(symbolic === null ? {} : { batch: { sizes: symbolic, symbol: 'batch' } }),
    ...(options.opset === undefined ? {} : { opset: options.opset }),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  });
  return builder.toBytes();
}
