import {
  ArgumentError,
  evalShape,
  formatShape,
  isTensor,
  ShapeError,
  zeros,
  type Tensor,
  type TensorType,
} from '@tesserajs/tensor';
import type { Loss } from '../losses/loss.js';
import { meanLoss } from '../losses/reduce.js';
import { addMean, type Metric, type MetricState } from '../metrics/metric.js';
import type { AnyModel } from '../models/model.js';
import { leavesOf, mapLeaves, type Tensors } from '../structure.js';
import type { BatchData } from './batches.js';
import type { AtOutput, Compiled } from './compiled.js';
import { feed, hostLeaves, isHostTensor, type HostTensor, type HostTensors } from './host-tensor.js';

/** One output of a model, and the loss that is asked of it. */
export interface Output {
  readonly path: string;
  readonly type: TensorType;
  readonly loss: Loss | null;
  readonly lossWeight: number;
}

/** A metric of one output. */
export interface OutputMetric {
  /** Name in the logs. */
  readonly name: string;
  readonly metric: Metric;
  readonly path: string;
  /** Whether examples count by their weights. */
  readonly weighted: boolean;
  /** What it reports where it stands for the loss of its output. */
  readonly loss: Loss | null;
}

/** The arrays of a step. */
export interface StepData {
  readonly inputs: Tensors;
  readonly targets: Tensors;
  readonly weights?: Tensors;
}

/** What training makes small and reports, with the outputs that the model has. */
export interface Objective {
  readonly compiled: Compiled;
  readonly outputs: readonly Output[];
  readonly metrics: readonly OutputMetric[];
}

/** The objective of a model that has its weights, for inputs of these types. Throws for losses of no output. */
export function objectiveOf(operation: string, model: AnyModel, compiled: Compiled, inputs: unknown): Objective {
  checkInputs(operation, model, inputs);
  const types = outputTypes(model, inputs);
  const paths = types.map(({ path }) => path);
  const { losses, lossWeights, metrics, weightedMetrics } = compiled;
  checkPaths(operation, 'loss', losses, paths);
  checkPaths(operation, 'lossWeights', lossWeights, paths);
  checkPaths(operation, 'metrics', metrics, paths);
  checkPaths(operation, 'weightedMetrics', weightedMetrics, paths);
  const outputs = types.map(({ path, leaf }) => ({
    path,
    type: leaf,
    loss: at(losses, path) ?? null,
    lossWeight: at(lossWeights, path) ?? 1,
  }));
  const several = outputs.length > 1;
  const bind = (path: string, metric: Metric, weighted: boolean, loss: Loss | null = null): OutputMetric => {
    const taken = weighted && (at(metrics, path) ?? []).some(({ name }) => name === metric.name);
    const name = taken ? logName('weighted', metric.name) : metric.name;
    return { name: several ? logName(path, name) : name, metric, path, weighted, loss };
  };
  const reported = outputs.flatMap(({ path, loss }) => [
    ...(several && loss !== null ? [bind(path, { name: 'loss', call: loss.call.bind(loss) }, false, loss)] : []),
    ...(at(metrics, path) ?? []).map((metric) => bind(path, metric, false)),
    ...(at(weightedMetrics, path) ?? []).map((metric) => bind(path, metric, true)),
  ]);
  return { compiled, outputs, metrics: reported };
}

/** Throws an ArgumentError when the model takes other inputs than these. */
function checkInputs(operation: string, model: AnyModel, inputs: unknown): void {
  if (model.inputTypes === null) return;
  const [given, taken] = [inputs, model.inputTypes].map((types) => leavesOf(types, isType).map(({ path }) => path));
  if (given!.join() === taken!.join()) return;
  const text = (paths: readonly string[]): string =>
    paths.length === 1 && paths[0] === '' ? 'one' : `${paths.length}: ${(model.inputNames ?? paths).join(', ')}`;
  throw new ArgumentError(
    `${operation}: a batch has ${given!.length} inputs; this model takes ${text(taken!)}` +
      (given!.length === taken!.length ? `, not ${given!.join(', ')}` : ''),
  );
}

function at<T>(list: readonly AtOutput<T>[], path: string): T | undefined {
  return (list.find((own) => own.path === path) ?? list.find((own) => own.path === ''))?.value;
}

/** What the model gives, without computing it. */
function outputTypes(model: AnyModel, inputs: unknown): { readonly leaf: TensorType; readonly path: string }[] {
  const given = evalShape(() => {
    const x = mapLeaves(inputs, isType, ({ shape, dtype }) => zeros(shape, { dtype }));
    return model.apply(x as never);
  });
  return leavesOf(given, isType);
}

function isType(value: unknown): value is TensorType {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value;
}

function checkPaths(
  operation: string,
  option: string,
  given: readonly AtOutput<unknown>[],
  paths: readonly string[],
): void {
  const unknown = given.find(({ path }) => path !== '' && !paths.includes(path));
  if (unknown === undefined) return;
  const names = paths.length === 1 && paths[0] === '' ? 'one output without a name' : `the outputs ${paths.join(', ')}`;
  throw new ArgumentError(
    `${operation}: compile's ${option} names the output ${unknown.path}, but the model has ${names}`,
  );
}

/** `a` and `loss` make `aLoss`; the outputs of a list are `output0`, `output1`, … */
function logName(path: string, name: string): string {
  const words = (/^\d/.test(path) ? `output${path}` : path).split('.');
  return [...words, name].map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
}

/** Tensors over the arrays of a batch. */
export function feedStep({ inputs, targets, weights }: BatchData): StepData {
  const data = { inputs: feed(inputs), targets: feed(targets!) };
  return weights === null ? data : { ...data, weights: feed(weights) };
}

/** The parts of a structure at the outputs' paths; one part alone stands for all of them. */
function tensorAt(structure: Tensors | undefined, path: string): Tensor | undefined {
  if (isTensor(structure)) return structure;
  return leavesOf(structure, isTensor).find((part) => part.path === path)?.leaf;
}

/** The loss of a batch: means of the outputs' losses, by their weights. */
export function lossOf({ outputs }: Objective, data: StepData, predictions: Tensors): Tensor {
  const parts = outputs.flatMap(({ path, loss, lossWeight }) => {
    if (loss === null) return [];
    const mean = meanAt(path, loss, data, predictions);
    return [lossWeight === 1 ? mean : mean.mul(lossWeight)];
  });
  return parts.reduce((sum, part) => sum.add(part));
}

/** The mean of the loss of one output. */
function meanAt(path: string, loss: Loss, { targets, weights }: StepData, predictions: Tensors): Tensor {
  const [target, prediction] = [tensorAt(targets, path)!, tensorAt(predictions, path)!];
  const own = tensorAt(weights, path);
  if (own === undefined) return meanLoss(loss, target, prediction);
  const { shape } = loss.call(target, prediction);
  const given = own.shape.at(-1) === 1 && own.rank === shape.length + 1 ? own.squeeze(-1) : own;
  if (given.rank <= shape.length && given.shape.every((n, i) => n === shape[i])) {
    return meanLoss(loss, target, prediction, given);
  }
  throw new ShapeError(
    `${loss.name}: sample weights ${formatShape(own.shape)} do not fit the losses of the examples, ` +
      `${formatShape(shape)}; give one weight per example`,
  );
}

/** The state of a metric after a batch. */
export function updateMetric(
  { metric, path, loss, weighted }: OutputMetric,
  state: MetricState,
  data: StepData,
  predictions: Tensors,
): MetricState {
  const [target, prediction] = [tensorAt(data.targets, path)!, tensorAt(predictions, path)!];
  if (loss !== null) {
    const examples = prediction.shape[0]!;
    const sum = meanAt(path, loss, data, predictions).cast('float32').mul(examples);
    return { total: state['total']!.add(sum), count: state['count']!.add(examples) };
  }
  const own = weighted ? tensorAt(data.weights, path) : undefined;
  if (!('call' in metric)) return metric.update(state, target, prediction, own);
  return addMean(state, metric.call(target, prediction), own);
}

/** Host tensors of a batch by output. Throws an ArgumentError naming targets that are missing or too many. */
export function targetsByOutput(
  operation: string,
  { outputs, metrics }: Objective,
  targets: HostTensors,
): (HostTensor | null)[] {
  if (isHostTensor(targets)) {
    if (outputs.length === 1) return [targets];
    throw new ArgumentError(
      `${operation}: the model has the outputs ${outputs.map(({ path }) => path).join(', ')}; the targets must be a ` +
        'list or record like them',
    );
  }
  const given = hostLeaves(targets);
  const known = new Set(outputs.map(({ path }) => path));
  const extra = given.find(({ path }) => !known.has(path));
  if (extra !== undefined) {
    throw new ArgumentError(
      `${operation}: the targets hold ${extra.path}, but the model ` +
        (known.has('') ? 'has one output: give one array' : `has the outputs ${[...known].join(', ')}`),
    );
  }
  return outputs.map(({ path, loss }) => {
    const own = given.find((part) => part.path === path)?.leaf ?? null;
    if (own !== null || (loss === null && !metrics.some((metric) => metric.path === path))) return own;
    throw new ArgumentError(`${operation}: the targets of the output ${path} are missing`);
  });
}
