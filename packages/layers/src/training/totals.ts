import { tensor, zeros, type Tensor } from '@tesserajs/tensor';
import type { Metric, MetricState } from '../metrics/metric.js';
import { tensorsOf, type Tensors } from '../structure.js';
import { updateMetric, type Objective, type OutputMetric, type StepData } from './objective.js';

/**
 * What an epoch has come to, as tensors that never leave the device but to be shown: the sum of the loss over examples,
 * the number of steps whose running loss was finite, and the states of the metrics, one after the other. Sums are
 * float32: counts are exact up to 2^24 examples.
 */
export type Totals = readonly Tensor[];

/** What totals say. */
export interface TotalValues {
  readonly logs: Record<string, number>;
  /** The first step whose running loss was not finite; null if there is none. */
  readonly firstBad: number | null;
}

const scalar = (): Tensor => zeros([]);

/** The state of a metric before the first batch. */
function startOf(metric: Metric): MetricState {
  return 'call' in metric ? { total: scalar(), count: scalar() } : metric.init();
}

/** The states of metrics within totals. */
function statesOf(metrics: readonly OutputMetric[], totals: Totals): MetricState[] {
  let next = 2;
  return metrics.map(({ metric }) =>
    Object.fromEntries(Object.keys(startOf(metric)).map((key) => [key, totals[next++]!])),
  );
}

/** Number of the numbers in totals. */
export function totalSize({ metrics }: Objective): number {
  const sizes = metrics.flatMap(({ metric }) => Object.values(startOf(metric)).map((state) => state.size));
  return sizes.reduce((sum, size) => sum + size, 2);
}

/** Totals from numbers, as `totalNumbers` gives them; by default those before the first batch. */
export async function startTotals({ metrics }: Objective, values: readonly number[] = []): Promise<Totals> {
  const fresh = [scalar(), scalar(), ...metrics.flatMap(({ metric }) => Object.values(startOf(metric)))];
  let next = 0;
  return Promise.all(
    fresh.map(async (start) => {
      const own = values.slice(next, (next += start.size));
      const data = own.length === 0 ? await start.data('float32') : new Float32Array(own);
      return tensor(data, { shape: start.shape, copy: false });
    }),
  );
}

/** New totals after a batch; `loss` is its mean. */
export function addTotals(
  { metrics }: Objective,
  totals: Totals,
  loss: Tensor,
  data: StepData,
  predictions: Tensors,
): Totals {
  const examples = tensorsOf(predictions)[0]!.shape[0]!;
  const running = totals[0]!.add(loss.cast('float32').mul(examples));
  const finite = running.sub(running).equal(0).cast('float32'); // ∞ − ∞ and NaN are not 0
  const states = statesOf(metrics, totals).flatMap((state, i) => {
    const next = updateMetric(metrics[i]!, state, data, predictions);
    return Object.keys(state).map((key) => next[key]!.cast('float32'));
  });
  return [running, totals[1]!.add(finite), ...states];
}

/** Reads totals; the loss becomes a mean over `examples`. */
export async function readTotals(
  { metrics }: Objective,
  totals: Totals,
  examples: number,
  steps: number,
): Promise<TotalValues> {
  const [loss, finite, ...values] = await Promise.all([
    totals[0]!.item(),
    totals[1]!.item(),
    ...statesOf(metrics, totals).map((state, i) => valueOf(metrics[i]!.metric, state)),
  ]);
  const logs: Record<string, number> = { loss: loss / examples };
  metrics.forEach(({ name }, i) => {
    logs[name] = values[i]!;
  });
  return { logs, firstBad: finite < steps ? finite : null };
}

async function valueOf(metric: Metric, state: MetricState): Promise<number> {
  if (!('call' in metric)) return metric.result(state).item();
  const [total, count] = await Promise.all([state['total']!.item(), state['count']!.item()]);
  return total / count;
}

/** Means of the batch between two readings of totals: the loss and the metrics that are means. */
export function batchMeans(
  { metrics }: Objective,
  before: readonly number[],
  after: readonly number[],
  examples: number,
): Record<string, number> {
  const logs: Record<string, number> = { loss: (after[0]! - before[0]!) / examples };
  let place = 2;
  for (const { name, metric } of metrics) {
    if ('call' in metric) {
      logs[name] = (after[place]! - before[place]!) / (after[place + 1]! - before[place + 1]!);
    }
    place += Object.values(startOf(metric)).reduce((sum, state) => sum + state.size, 0);
  }
  return logs;
}

/** The bare numbers, one after the other. */
export async function totalNumbers(totals: Totals): Promise<number[]> {
  const lists = await Promise.all(totals.map((total) => total.data('float32')));
  return lists.flatMap((list) => [...list]);
}
