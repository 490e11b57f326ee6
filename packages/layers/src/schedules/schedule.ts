import type { JsonValue } from '../training/batches.js';

/** A learning rate that follows from the number of steps taken: computed outside the graph, in float64. */
export interface Schedule {
  /** Name in saved training states. */
  readonly name: string;
  /** Options that make an equal schedule. */
  readonly config: Readonly<Record<string, JsonValue>>;
  /** The learning rate after so many steps: that of the first step is `at(0)`. */
  at(steps: number): number;
}

/** The learning rate of one step, counted from 1. */
export function rateAt(learningRate: number | Schedule, step: number): number {
  return typeof learningRate === 'number' ? learningRate : learningRate.at(step - 1);
}
