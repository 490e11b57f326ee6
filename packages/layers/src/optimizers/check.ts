import { ArgumentError } from '@tesserajs/tensor';

/** Throws an ArgumentError unless a learning rate is a finite number of at least 0. */
export function checkLearningRate(operation: string, learningRate: number): void {
  if (learningRate >= 0 && Number.isFinite(learningRate)) return;
  throw new ArgumentError(`${operation}: learningRate ${learningRate} is not accepted; use a number >= 0`);
}
