import {
  formatShape,
  type CompiledFunction,
  optimizeGraph,
  type OptimizationTarget,
  type CompositeName,
  traceGraphAs,
  traceStep,
  tree,
  type Tensor,
  type TracedGraph,
} from '@tesserajs/tensor';
import { inputNames, outputNames } from './argument-names.js';
import { ModelBuildError } from './errors.js';
import { batchPositions, lastArguments, withBatchSize } from './example-arguments.js';
import { hasLowering, lowerGraph } from './lower-graph.js';
import { compositeOpsets } from './lowering/composites.js';
import { batchSizes } from './lowering/batch-rule.js';
import { SymbolicBatch } from './lowering/symbolic-batch.js';
import { splitStep, type GraphPart } from './split-step.js';
import { readWeights, type Weight } from './weights.js';

/** A model: something that applies itself to tensors, such as those of `@tesserajs/layers`. */
export interface ApplicableModel {
  apply(...inputs: never[]): unknown;
}

type AnyFunction = (...args: never) => unknown;

type AnyOptions = ToOnnxOptions & { readonly split?: true };

function isList(value: readonly unknown[] | AnyOptions): value is readonly unknown[] {
  return Array.isArray(value);
}

function isFunction(value: AnyFunction | ApplicableModel): value is AnyFunction {
  return typeof value === 'function';
}

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /**
   * Names of the arguments; a tensor in a tree is named by its path, such as `parameters.layers.0.kernel`. Default `input`,
   * or `input_0`, … for several.
   */
  readonly inputNames?: readonly string[];
  /**
   * Names of the results, like those of arguments. Default `output`, or `output_0`, … for an array of several; where the
   * function returns an object, its keys.
   */
  readonly outputNames?: readonly string[];
  /** `dynamic` (default): axis 0 of the batch is open and named `batch`. `fixed`: sizes are those of the examples. */
  readonly batch?: 'dynamic' | 'fixed';
  /** Positions of the arguments whose tensors hold a batch. Default: all, if all are tensors. */
  readonly batchArgnums?: readonly number[];
  /** Version of the standard operators. Default 21. */
  readonly opset?: number;
  /** Free key-value pairs that tools show. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of `toOnnx` for a training step in two files. */
export interface SplitOptions extends ToOnnxOptions {
  readonly split: true;
}

/** A training step as two models. */
export interface SplitModels {
  /** From parameters, state and batch to `gradients.…`, and those results that follow from the batch without them. */
  readonly gradient: Uint8Array;
  /** From parameters, state and `gradients.…` to the other results. */
  readonly update: Uint8Array;
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

/** Reductions take their axes as inputs, and scatters add up, since this version. */
const oldestOpset = 18;

function checkOpset(opset: number | undefined): void {
  if (opset === undefined || opset >= oldestOpset) return;
  throw new ModelBuildError(
    `toOnnx: opset ${opset} has other forms of the operators; use ${oldestOpset} or later (default 21)`,
  );
}

/** Every output must be part of the traced graph. */
function checkOutputs({ graph }: TracedGraph, names: readonly string[]): void {
  if (names.length === 0) throw new ModelBuildError('toOnnx: the function returns no tensors');
  const made = new Set<Tensor>([...graph.inputs, ...graph.nodes.flatMap(({ results }) => results)]);
  names.forEach((name, i) => {
    const { dtype, shape } = graph.outputs[i]!;
    if (made.has(graph.outputs[i]!)) return;
    throw new ModelBuildError(
      `toOnnx: ${name} ${dtype} ${formatShape(shape)} does not depend on the inputs; return it from your own code`,
    );
  });
}

/** Names for the tensors of a model: their paths. */
function weightNames(model: unknown): Map<Tensor, string> {
  const { leaves, paths } = tree.flatten(model);
  return new Map(leaves.map((leaf, i) => [leaf as Tensor, paths[i]!]));
}

/** Writes a part, given for one batch size or for all of `batchSizes`. */
function write(
  [part, ...others]: readonly GraphPart[],
  weights: readonly Weight[],
  options: ToOnnxOptions,
): Uint8Array {
  const { opset, metadata } = options;
  const target = onnxTarget(opset ?? defaultOpset);
  const [graph, second, third] = [part!, ...others].map((one) => optimizeGraph(one.graph, target));
  const sizes = second === undefined || third === undefined ? null : new SymbolicBatch([graph!, second, third]);
  const captured = part!.inputs.flatMap((name, i) =>
    typeof name === 'number' ? [[graph!.inputs[i]!, weights[name]!] as const] : [],
  );
  const builder = lowerGraph(graph!, {
    inputNames: part!.inputs.filter((name) => typeof name === 'string'),
    outputNames: part!.outputs,
    weights: new Map(captured),
    ...(sizes === null ? {} : { batch: { sizes, symbol: 'batch' } }),
    ...(opset === undefined ? {} : { opset }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  return builder.toBytes();
}

/** The result of a step, without its gradients. */
function stepResult({ definition, paths }: TracedGraph['result']): Pick<TracedGraph['result'], 'definition' | 'paths'> {
  const own = definition.kind === 'array' ? definition.children[0]! : definition;
  return { definition: own, paths: paths.filter((path) => path.split('.', 1)[0] === '0').map((path) => path.slice(2)) };
}

/**
 * Writes a function of trees of tensors, such as a training step, or a model, as a stand-alone ONNX model. Tensors that it
 * uses from outside become its weights; numbers among the arguments are scalar inputs, and random keys int64 inputs.
 * Throws ModelBuildError for what ONNX cannot hold, and when the batch size cannot be left open.
 *
 * With `split`, a training step becomes two models: one that computes the gradients which the step takes by `grad` or
 * `valueAndGrad`, and one that goes on from them, for accumulation and for several workers.
 *
 * @param functionOrModel - a function, which may be compiled, or an object with `apply`.
 * @param exampleArguments - tensors, or trees of them, with the shapes and dtypes of the arguments; their values do not
 * matter. A compiled function that was called needs none.
 *
 * @example
 * ```ts
 * const w = ones([784, 10]);
 * const bytes = await toOnnx((x: Tensor) => x.matmul(w).relu(), [zeros([1, 784])]);
 * ```
 */
export async function toOnnx<A extends readonly unknown[]>(
  functionOrModel: ((...args: A) => unknown) | ApplicableModel,
  exampleArguments: readonly [...A],
  options: SplitOptions,
): Promise<SplitModels>;
export async function toOnnx<A extends readonly unknown[]>(
  functionOrModel: ((...args: A) => unknown) | ApplicableModel,
  exampleArguments: readonly [...A],
  options?: ToOnnxOptions,
): Promise<Uint8Array>;
export async function toOnnx(step: CompiledFunction<never, unknown>, options: SplitOptions): Promise<SplitModels>;
export async function toOnnx(step: CompiledFunction<never, unknown>, options?: ToOnnxOptions): Promise<Uint8Array>;
export async function toOnnx(
  functionOrModel: AnyFunction | ApplicableModel,
  examplesOrOptions: readonly unknown[] | AnyOptions = {},
  furtherOptions: AnyOptions = {},
): Promise<Uint8Array | SplitModels> {
  const hasExamples = isList(examplesOrOptions);
  const exampleArguments = hasExamples ? examplesOrOptions : lastArguments(functionOrModel);
  const options = hasExamples ? furtherOptions : examplesOrOptions;
  const f = isFunction(functionOrModel)
    ? functionOrModel
    : (...inputs: never[]): unknown => functionOrModel.apply(...inputs);
  const { batch = 'dynamic', split = false } = options;
  checkOpset(options.opset);
  const positions = batch === 'fixed' && !split ? [] : batchPositions(exampleArguments, options.batchArgnums);
  const trace = (args: readonly unknown[]): TracedGraph =>
    split ? traceStep('toOnnx', f, ...args) : traceGraphAs('toOnnx', f, ...args);
  const traces =
    batch === 'fixed'
      ? [trace(exampleArguments)]
      : batchSizes.map((size) => trace(withBatchSize(exampleArguments, positions, size)));
  const [traced, ...others] = traces as [TracedGraph, ...TracedGraph[]];
  const names = {
    inputs: inputNames(traced.inputPaths, exampleArguments.length, options.inputNames),
    outputs: outputNames(split ? stepResult(traced.result) : traced.result, options.outputNames),
  };
  checkOutputs(traced, names.outputs);
  const weights = await readWeights(
    traced.captured,
    others.map(({ captured }) => captured),
    weightNames(functionOrModel),
  );
  if (!split) {
    const inputs = [...names.inputs, ...traced.captured.keys()];
    const parts = traces.map(({ graph }): GraphPart => ({ graph, inputs, outputs: names.outputs }));
    return write(parts, weights, options);
  }
  const isBatch = (input: number): boolean => positions.includes(Number.parseInt(traced.inputPaths[input] ?? ''));
  const parts = traces.map((one) => splitStep(one, names, isBatch));
  return {
    gradient: write(
      parts.map(({ gradient }) => gradient),
      weights,
      options,
    ),
    update: write(
      parts.map(({ update }) => update),
      weights,
      options,
    ),
  };
}
