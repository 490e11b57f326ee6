import { tensor, type Tensor } from '@tesserajs/tensor';
import type { Compiled } from './compiled.js';

/**
 * Sums over the examples of an epoch, as float32 scalars that never leave the device but to be shown: the loss, the
 * number of steps whose running loss was finite, and one per metric. Counts are exact up to 2^24 examples.
 */
export type Totals = readonly Tensor[];

/** What totals say. */
export interface TotalValues {
  readonly logs: Record<string, number>;
  /** The first step whose running loss was not finite; null if there is none. */
  readonly firstBad: number | null;
}

/** Totals from numbers; zeros by default. */
export function startTotals({ metrics }: Compiled, values: readonly number[] = []): Totals {
  return Array.from({ length: 2 + metrics.length }, (_, i) =>
    tensor(new Float32Array([values[i] ?? 0]), { shape: [], copy: false }),
  );
}

/** New totals after a batch; `loss` is its mean. */
export function addTotals(
  { metrics }: Compiled,
  totals: Totals,
  loss: Tensor,
  targets: Tensor,
  predictions: Tensor,
): Totals {
  const examples = predictions.shape[0]!;
  const running = totals[0]!.add(loss.cast('float32').mul(examples));
  const finite = running.sub(running).equal(0).cast('float32'); // ∞ − ∞ and NaN are not 0
  const sums = metrics.map((metric) => {
    const values = metric.call(targets, predictions);
    if (values.rank <= 1) return values.cast('float32').sum();
    return values.cast('float32').reshape([examples, -1]).mean(1).sum();
  });
  return [running, totals[1]!.add(finite), ...sums.map((sum, i) => totals[2 + i]!.add(sum))];
}

/** Reads totals; they become means over `examples`. */
export async function readTotals(
  { metrics }: Compiled,
  totals: Totals,
  examples: number,
  steps: number,
): Promise<TotalValues> {
  const [loss = 0, finite = 0, ...sums] = await totalNumbers(totals);
  const logs: Record<string, number> = { loss: loss / examples };
  metrics.forEach(({ name }, i) => {
    logs[name] = sums[i]! / examples;
  });
  return { logs, firstBad: finite < steps ? finite : null };
}

/** The bare sums. */
export function totalNumbers(totals: Totals): Promise<number[]> {
  return Promise.all(totals.map((total) => total.item()));
}
