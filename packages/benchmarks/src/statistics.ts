/** Median and spread of a set of measurements. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/**
 * Linear interpolation between closest ranks, as NumPy's default.
 * @throws RangeError when there are no values or `fraction` lies outside [0, 1].
 */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError('quantile: no values');
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`quantile: fraction ${fraction} is not within [0, 1]`);
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.ceil(position)] as number;
  return low + (high - low) * (position - below);
}

/** Median, 10th and 90th percentile. */
export function summarize(values: readonly number[]): Summary {
  const [median, p10, p90] = [0.5, 0.1, 0.9].map((fraction) => quantile(values, fraction)) as [number, number, number];
  return { count: values.length, median, p10, p90 };
}

/** One timed run of some steps in one round of the interleaving. */
export interface Sample {
  readonly round: number;
  readonly steps: number;
  readonly milliseconds: number;
  /** Processor cores that everything else on the machine kept busy meanwhile. */
  readonly otherLoad: number;
}

/** Milliseconds per step of a sample. */
export function perStep(sample: Sample): number {
  return sample.milliseconds / sample.steps;
}

/**
 * How many times longer the peer took than the subject, per round in which both ran:
 * neighbours in time share the machine's load, so their ratio varies less than either duration.
 */
export function pairedRatio(subject: readonly Sample[], peer: readonly Sample[]): Summary | undefined {
  const byRound = new Map(subject.map((sample) => [sample.round, perStep(sample)]));
  const ratios = peer.flatMap((sample) => {
    const base = byRound.get(sample.round);
    return base === undefined ? [] : [perStep(sample) / base];
  });
  return ratios.length === 0 ? undefined : summarize(ratios);
}
