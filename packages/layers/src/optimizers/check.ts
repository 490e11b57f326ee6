import { ArgumentError } from '@tesserajs/tensor';
import type { Schedule } from '../schedules/schedule.js';

/** Throws an ArgumentError unless a learning rate is a schedule, or a finite number of at least 0. */
export function checkLearningRate(operation: string, learningRate: number | Schedule): void {
  if (typeof learningRate === 'object' && typeof learningRate.at === 'function') return;
  const rate = learningRate as number;
  if (rate >= 0 && Number.isFinite(rate)) return;
  throw new ArgumentError(`${operation}: learningRate ${rate} is not accepted; use a number >= 0, or a schedule`);
}

/** Throws an ArgumentError unless each option is a finite number of at least 0. */
export function checkNotNegative(operation: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use a number >= 0`);
  }
}

/** Throws an ArgumentError unless each option, a decay, is in [0, 1). */
export function checkDecays(operation: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value >= 0 && value < 1) continue;
    throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use 0 up to, but not including, 1`);
  }
}
