import type { Tensor } from '@tesserajs/tensor';

/** A metric that is the mean over examples of a value of each. */
export interface MeanMetric {
  /** Name in logs and saved models. */
  readonly name: string;
  /** The value of each example and position, or a bool for what is a hit or none: [batch, …]. */
  call(targets: Tensor, predictions: Tensor): Tensor;
}

/** Tensors that a metric carries from batch to batch, by name. */
export type MetricState = Readonly<Record<string, Tensor>>;

/**
 * A metric that is no mean of values of examples: its state lives in the compiled step and never leaves the device but
 * to be shown. All functions are pure, and traced. States are float32 and of fixed shapes.
 *
 * @example
 * ```ts
 * const maximumError: metrics.StreamingMetric<{ largest: Tensor }> = {
 *   name: 'maximumError',
 *   init: () => ({ largest: zeros([]) }),
 *   update({ largest }, targets, predictions) {
 *     return { largest: stack([largest, predictions.sub(targets).abs().max()]).max() };
 *   },
 *   result: ({ largest }) => largest,
 * };
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: [maximumError] });
 * ```
 */
export interface StreamingMetric<S extends MetricState = MetricState> {
  /** Name in logs and saved models. */
  readonly name: string;
  /** The state before the first batch. */
  init(): S;
  /** The state after a batch; with `weights`, [batch] or [batch, …], examples count that much. */
  update(state: S, targets: Tensor, predictions: Tensor, weights?: Tensor): S;
  /** What the state says: a scalar. */
  result(state: S): Tensor;
}

/** What training reports besides the loss. */
export type Metric = MeanMetric | StreamingMetric;

/** Values that were averaged over some examples, as one state of two scalars. */
export type MeanState = Readonly<Record<'total' | 'count', Tensor>>;

/** The sum of a batch's values and the number of its examples: positions of an example share its weight. */
export function addMean({ total, count }: MeanState, values: Tensor, weights?: Tensor): MeanState {
  const examples = values.shape[0] ?? 1;
  const floats = values.cast('float32');
  if (weights === undefined) {
    const each = floats.rank <= 1 ? floats : floats.reshape([examples, -1]).mean(1);
    return { total: total.add(each.sum()), count: count.add(examples) };
  }
  const shares = spread(weights.cast('float32'), floats);
  return { total: total.add(floats.mul(shares).sum()), count: count.add(shares.sum()) };
}

/** Weights of examples as weights of values: axes that they lack repeat them. */
export function spread(weights: Tensor, values: Tensor): Tensor {
  const missing = Math.max(0, values.rank - weights.rank);
  return weights.reshape([...weights.shape, ...Array<number>(missing).fill(1)]).broadcastTo(values.shape);
}
