import type { AnyLayer } from '../layers/layer.js';
import { misfit } from './fields.js';

/**
 * Most runs of layers in one run of a model. Models that hold the same model twice, and so on, would run without end
 * although their file is short.
 */
const most = 100_000;

const counts = new WeakMap<AnyLayer, number>();

/** Notes how many layers run in one run of a layer from a file. */
export function noteRuns(layer: AnyLayer, runs: number): void {
  counts.set(layer, runs);
}

/** `runs` and those of one more layer. Throws a FormatError for too many. */
export function addRuns(path: string, runs: number, layer: AnyLayer): number {
  const sum = runs + (counts.get(layer) ?? 1);
  if (sum > most) throw misfit(path, `a model in which at most ${most} layers run`, sum);
  return sum;
}
