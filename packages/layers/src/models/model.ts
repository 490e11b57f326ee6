import { ArgumentError, random, type Shape, type Tensor, type TensorType } from '@tesserajs/tensor';
import { isTraced, Layer, unbuilt, type BuildOptions, type LayerOptions } from '../layers/layer.js';
import { toLoss, type LossName } from '../losses/resolve.js';
import type { Loss, LossFunction } from '../losses/loss.js';
import type { Metric } from '../metrics/metric.js';
import { toMetric, type MetricName } from '../metrics/resolve.js';
import { buildLayers } from '../module/abstract.js';
import type { Context } from '../module/context.js';
import { modulePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import { namedWeights, type Weight } from '../module/weights.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { toOptimizer, type OptimizerName } from '../optimizers/resolve.js';
import { exampleShapes, isShape, leavesOf, mapLeaves, shapesOf, type SymbolicShapes } from '../structure.js';
import { isBatchSource, type BatchSource } from '../training/batches.js';
import type { AtOutput, PerOutput } from '../training/compiled.js';
import type { History } from '../training/callbacks.js';
import { evaluateModel } from '../training/evaluate.js';
import { fitModel } from '../training/fit.js';
import { isArrayData, isArrays, type Arrays } from '../training/host-tensor.js';
import { predictOnBatch, testOnBatch, trainOnBatch } from '../training/on-batch.js';
import type { BatchedOptions, EvaluateOptions, FitOptions, TrainOnBatchOptions } from '../training/options.js';
import { predictModel } from '../training/predict.js';
import { restoreTraining, trainingState } from '../training/snapshot.js';
import { runtimeOf } from '../training/runtime.js';
import type { TrainingState } from '../training/training-state.js';
import { probeModel, type Probe, type ProbeOptions } from '../inspection/probe.js';
import { formatSummary, summarize, type ModelSummary } from '../inspection/summary.js';

/** Any model, whatever it takes and gives. */
export type AnyModel = Model<never, unknown>;

/** Options of models. */
export interface ModelOptions extends LayerOptions {
  /** Decides the first weights, together with each layer's path. Default 0. */
  readonly seed?: number;
}

/** What `model.compile` takes. */
export interface CompileOptions {
  /** An optimizer, or the name of one with its default options. */
  readonly optimizer: Optimizer | OptimizerName;
  /**
   * A loss, the name of one with its default options, or a function (targets, predictions) → loss per example. For
   * several outputs one for all of them, or a list or record like them: `{ price: 'meanSquaredError', kind: … }`; an
   * output without a loss is not trained on. The logs then hold the loss of each output, too: `priceLoss`, `kindLoss`.
   */
  readonly loss: PerOutput<Loss | LossFunction | LossName>;
  /** How much the loss of each output counts, in a list or record like the outputs. Default 1 each. */
  readonly lossWeights?: PerOutput<number>;
  /**
   * Metrics, names of some with their default options, or functions (targets, predictions) → value per example; for
   * several outputs also a list or record of such lists.
   */
  readonly metrics?: PerOutput<readonly (Metric | LossFunction | MetricName)[]>;
  /** Metrics in which examples count by `sampleWeight` and `classWeight`. */
  readonly weightedMetrics?: PerOutput<readonly (Metric | LossFunction | MetricName)[]>;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** Where the text goes; null writes nothing. Default `console.log`. */
  readonly print?: ((text: string) => void) | null;
}

/**
 * A module that can be trained, evaluated, summarized and saved. Extend it and write `call`, or use `sequential`.
 */
export abstract class Model<Input = Tensor, Output = Tensor> extends Layer<Input, Output> {
  /** Decides the first weights. */
  readonly seed: number;
  /** Types of the inputs, in their structure, once they are known. */
  inputTypes: unknown = null;

  constructor(factory: string, options: ModelOptions = {}) {
    super(factory, options);
    const { seed = 0 } = options;
    if (!Number.isSafeInteger(seed))
      throw new ArgumentError(`${this.name}: seed ${seed} is not accepted; use a whole number`);
    this.seed = seed;
  }

  /** True when all layers have their weights. */
  override get built(): boolean {
    return [...modulePaths(this).keys()].every(
      (module) => module === this || !(module instanceof Layer) || module.built,
    );
  }

  /** The tensors of the model in order, with their paths. */
  get weights(): Weight[] {
    return namedWeights(this);
  }

  /** The name of the activation that makes the output, where it is known. */
  get outputActivation(): string | null {
    return null;
  }

  /**
   * Gives all layers their weights, for inputs of a shape with the batch axis: `model.build([null, 28, 28, 1])`; for
   * several inputs, of a list or record of shapes. Layers that have weights keep them. Throws a ShapeError naming the
   * layer that does not take what it gets.
   */
  override build(inputShape: SymbolicShapes<Input>, options: BuildOptions = { key: random.key(this.seed) }): void {
    const examples = exampleShapes<Input>(`${this.name}: build`, inputShape);
    const types = mapLeaves(examples, isShape, (shape): TensorType => ({ shape: shape as Shape, dtype: 'float32' }));
    buildLayers(this, types, options);
    this.inputTypes = types;
    this.inputShape = isShape(examples) ? examples.slice(1) : null;
  }

  /** Sets how the model learns. A new optimizer begins without memory of earlier steps. */
  compile({ optimizer, loss, lossWeights = {}, metrics = [], weightedMetrics = [] }: CompileOptions): void {
    const runtime = runtimeOf(this);
    if (runtime.training) throw new ArgumentError(`compile: ${this.name} is being trained; wait for fit to end`);
    runtime.compiled = {
      optimizer: toOptimizer(optimizer),
      losses: eachOutput(loss, isLoss, toLoss),
      lossWeights: eachOutput(lossWeights, isNumber, (weight) => weight),
      metrics: eachOutput(metrics, isMetrics, (list) => list.map(toMetric)),
      weightedMetrics: eachOutput(weightedMetrics, isMetrics, (list) => list.map(toMetric)),
    };
    runtime.optimizer = null;
    runtime.position = null;
    runtime.resume = false;
  }

  /**
   * Trains on arrays (examples along axis 0) or on a batch source. Resolves to the history of losses and metrics; the
   * model then holds the trained weights. Shows a progress bar on standard error.
   *
   * Throws a NotCompiledError before `compile`; a ShapeError or ArgumentError for data that does not fit; a
   * NonFiniteLossError, naming epoch and step, when the loss becomes NaN or infinite.
   *
   * @example
   * ```ts
   * const model = sequential([dense({ units: 1, inputShape: [2] })]);
   * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
   * const { history } = await model.fit(ones([8, 2]), zeros([8, 1]), { epochs: 3, batchSize: 4, verbose: 0 });
   * history['loss']!.length; // → 3
   * ```
   */
  fit(x: Arrays, y: Arrays, options?: FitOptions): Promise<History>;
  fit(source: BatchSource, options?: FitOptions): Promise<History>;
  fit(x: Arrays | BatchSource, yOrOptions?: Arrays | FitOptions, options?: FitOptions): Promise<History> {
    const [y, own] = splitArguments<FitOptions>(x, yOrOptions, options);
    return fitModel(this, x, y, own);
  }

  /** Means of the loss and the metrics over arrays or a batch source, by name. */
  evaluate(x: Arrays, y: Arrays, options?: EvaluateOptions): Promise<Record<string, number>>;
  evaluate(source: BatchSource, options?: EvaluateOptions): Promise<Record<string, number>>;
  evaluate(
    x: Arrays | BatchSource,
    yOrOptions?: Arrays | EvaluateOptions,
    options?: EvaluateOptions,
  ): Promise<Record<string, number>> {
    const [y, own] = splitArguments<EvaluateOptions>(x, yOrOptions, options);
    return evaluateModel(this, x, y, own);
  }

  /**
   * What the model gives for each example, batch by batch: [examples, …]. Weights are prepared once, for all calls until
   * they change; weights that change from call to call are not.
   */
  predict(x: Arrays | BatchSource, options: BatchedOptions = {}): Promise<Output> {
    return predictModel(this, x, options) as Promise<Output>;
  }

  /**
   * Trains on one batch, for loops of your own. Resolves to its loss and metrics, by name (those of this batch alone,
   * where Keras goes on with those before). The model then holds the new weights; the optimizer remembers. Throws as
   * `fit` does.
   *
   * @example
   * ```ts
   * const model = sequential([dense({ units: 1, inputShape: [2] })]);
   * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
   * const { loss } = await model.trainOnBatch(ones([8, 2]), zeros([8, 1]));
   * ```
   */
  trainOnBatch(x: Arrays, y: Arrays, options: TrainOnBatchOptions = {}): Promise<Record<string, number>> {
    return trainOnBatch(this, x, y, options);
  }

  /** Loss and metrics of one batch, by name; the model stays as it is. */
  testOnBatch(
    x: Arrays,
    y: Arrays,
    options: Pick<EvaluateOptions, 'sampleWeight'> = {},
  ): Promise<Record<string, number>> {
    return testOnBatch(this, x, y, options);
  }

  /** What the model gives for one batch: [batch, …]. */
  predictOnBatch(x: Arrays): Promise<Output> {
    return predictOnBatch(this, x) as Promise<Output>;
  }

  /**
   * Everything that going on with training needs: weights, optimizer, place in the data, sums of the epoch. During
   * `fit` it is taken between two steps. Throws an ArgumentError before the first `fit`.
   */
  state(): Promise<TrainingState> {
    return trainingState(this);
  }

  /**
   * Takes up a state that `state` told: the next `fit`, with the same data and options, goes on there, bit for bit.
   * Throws a FormatError when it belongs to another model or optimizer.
   */
  restore(state: TrainingState): void {
    restoreTraining(this, state);
  }

  /** Number of values in the weights; `trainable` counts only those that training changes. */
  countParams({ trainable = false }: { readonly trainable?: boolean } = {}): number {
    return this.weights.reduce((sum, weight) => sum + (trainable && !weight.trainable ? 0 : weight.tensor.size), 0);
  }

  /**
   * Runs the model and tells what each of its parts gives, and with `gradients` how a scalar of the outputs depends on
   * it: shape, mean, standard deviation, range, shares of zeros and NaN; the values themselves on demand.
   *
   * @example
   * ```ts
   * const model = sequential([dense({ units: 8, activation: 'relu' }), dense({ units: 1 })], { inputShape: [3] });
   * const { layers, weights } = await model.probe(ones([4, 3]), { gradients: (y) => y.square().mean() });
   * layers[0]!.output.shape; // → [4, 8]
   * weights[2]!.gradient!.shape; // → [8, 1]
   * ```
   */
  probe(x: Input, options: ProbeOptions<Output> = {}): Promise<Probe> {
    if (!this.built) this.build(shapesOf(x, true));
    return probeModel(this, x, options);
  }

  /** The rows and sums of `summary` as data. */
  summaryRows(): ModelSummary {
    return summarize(this);
  }

  /** A table of the layers with their output shapes and numbers of parameters; prints it, and returns it as text. */
  summary({ print = console.log }: SummaryOptions = {}): string {
    const text = formatSummary(summarize(this));
    print?.(text);
    return text;
  }

  /** Names of the inputs, in the order of `inputTypes`, where the model gives them. */
  get inputNames(): readonly string[] | null {
    return null;
  }

  /** The parts that a summary lists: by default the modules in the model's own fields. */
  get parts(): readonly AnyModule[] {
    return [...modulePaths(this)]
      .filter(([module, path]) => module !== this && !path.includes('.'))
      .map(([module]) => module);
  }

  protected override buildFrom(x: Input, ctx: Context | undefined): void {
    if (ctx !== undefined) return; // the layers inside see for themselves
    if (isTraced(x)) throw unbuilt(this);
    this.build(shapesOf(x, true));
  }
}

/** The name of the activation that makes a module's output, where it is known. */
export function activationOf(module: AnyModule | undefined): string | null {
  if (module instanceof Model) return module.outputActivation;
  return module !== undefined && 'activation' in module && typeof module.activation === 'string'
    ? module.activation
    : null;
}

/** The second argument is data where the first is; a batch source brings its own. */
function splitArguments<O extends object>(
  x: Arrays | BatchSource,
  second: Arrays | O | undefined,
  third: O | undefined,
): [Arrays | undefined, O] {
  const isData = isBatchSource(x) ? isArrayData(second) : isArrays(second);
  return isData ? [second as Arrays, third ?? ({} as O)] : [undefined, third ?? (second as O | undefined) ?? ({} as O)];
}

function eachOutput<T, V>(
  structure: PerOutput<T>,
  isOne: (value: unknown) => value is T,
  resolve: (value: T) => V,
): AtOutput<V>[] {
  return leavesOf(structure, isOne).map(({ leaf, path }) => ({ path, value: resolve(leaf) }));
}

function isLoss(value: unknown): value is Loss | LossFunction | LossName {
  return isOption(value, 'call');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isMetrics(value: unknown): value is readonly (Metric | LossFunction | MetricName)[] {
  return Array.isArray(value) && value.every((part) => isOption(part, 'call', 'update'));
}

function isOption(value: unknown, ...functions: readonly string[]): boolean {
  if (typeof value === 'string' || typeof value === 'function') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    functions.some((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}
