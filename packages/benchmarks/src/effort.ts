/** How much measuring a run does. */
export interface Effort {
  readonly name: 'full' | 'quick';
  /** Replaces the workloads' batch size. */
  readonly batchSize?: number;
  /** First steps whose values are compared; a slow peer may do fewer first, but its samples are compared as well. */
  readonly checkSteps: number;
  readonly minimumCheckSteps: number;
  readonly checkMilliseconds: number;
  readonly warmUpMilliseconds: number;
  readonly rounds: number;
  /** A sample is as many steps as take about this long. */
  readonly sampleMilliseconds: number;
  /** A peer whose step takes longer is slow: it joins `slowRounds`, or as many as fit into `slowBudgetMilliseconds`. */
  readonly slowMilliseconds: number;
  readonly slowRounds: number;
  readonly slowBudgetMilliseconds: number;
  /** Rest before each sample, in which the previous library's waiting threads stop spinning. */
  readonly restMilliseconds: number;
}

export const full: Effort = {
  name: 'full',
  checkSteps: 50,
  minimumCheckSteps: 1,
  checkMilliseconds: 20_000,
  warmUpMilliseconds: 1_000,
  rounds: 21,
  sampleMilliseconds: 250,
  slowMilliseconds: 2_000,
  slowRounds: 3,
  slowBudgetMilliseconds: 60_000,
  restMilliseconds: 50,
};

/** For continuous integration: shows that everything runs and agrees; its times mean little. */
export const quick: Effort = {
  name: 'quick',
  batchSize: 4,
  checkSteps: 5,
  minimumCheckSteps: 1,
  checkMilliseconds: 3_000,
  warmUpMilliseconds: 0,
  rounds: 3,
  sampleMilliseconds: 20,
  slowMilliseconds: 2_000,
  slowRounds: 1,
  slowBudgetMilliseconds: 0,
  restMilliseconds: 10,
};

/** The rounds in which a peer takes part: all of them, or, when it is slow, at least one and a few spread evenly. */
export function roundsOf(stepMilliseconds: number, effort: Effort): ReadonlySet<number> {
  const all = Array.from({ length: effort.rounds }, (_, round) => round);
  if (stepMilliseconds <= effort.slowMilliseconds) return new Set(all);
  const affordable = Math.floor(effort.slowBudgetMilliseconds / stepMilliseconds);
  const spacing = effort.rounds / Math.max(1, Math.min(effort.slowRounds, affordable));
  return new Set(all.filter((round) => Math.floor(round / spacing) !== Math.floor((round - 1) / spacing)));
}
