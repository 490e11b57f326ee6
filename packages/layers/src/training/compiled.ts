import type { Loss } from '../losses/loss.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { JsonValue } from './batches.js';
import type { NamedConfig } from './training-state.js';

/** One for all outputs of a model, or one for each, in a list or record as the model gives them. */
export type PerOutput<T> = T | readonly PerOutput<T>[] | { readonly [name: string]: PerOutput<T> };

/** Something at the path of an output; '' stands for all of them. */
export interface AtOutput<T> {
  readonly path: string;
  readonly value: T;
}

/** What `model.compile` was given. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly losses: readonly AtOutput<Loss>[];
  readonly lossWeights: readonly AtOutput<number>[];
  readonly metrics: readonly AtOutput<readonly Metric[]>[];
  readonly weightedMetrics: readonly AtOutput<readonly Metric[]>[];
}

/** The losses with their options, for comparing. */
export function lossConfig({ losses, lossWeights }: Compiled): NamedConfig {
  const [first] = losses;
  const plain = ({ name, config }: Loss): NamedConfig => ({ name, config });
  if (losses.length === 1 && first!.path === '' && lossWeights.length === 0) return plain(first!.value);
  const config: Record<string, JsonValue> = {};
  for (const { path, value } of losses) config[path] = { ...plain(value) };
  for (const { path, value } of lossWeights) config[`weight ${path}`] = value;
  return { name: 'outputs', config };
}
