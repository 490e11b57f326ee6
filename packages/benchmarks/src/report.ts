import { type Agreement, compareSteps } from './agreement.js';
import type { Machine } from './machine.js';
import type { Outcome } from './runner.js';
import { pairedRatio, perStep, quantile, type Sample, summarize, type Summary } from './statistics.js';
import type { Workload } from './workloads/workload.js';

/** One peer's row. */
export type Row = AbsentRow | MeasuredRow;

export interface AbsentRow {
  readonly peer: string;
  readonly status: 'absent' | 'failed';
  readonly reason: string;
}

export interface MeasuredRow {
  readonly peer: string;
  readonly status: 'measured';
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly stepMilliseconds: Summary;
  /** Median of the samples' `otherLoad`: well above 0, the times are not this peer's alone. */
  readonly otherLoad: number;
  /** This peer's time divided by the subject's, round by round: above 1, the subject is faster. */
  readonly ratio?: Summary;
  readonly target?: { readonly atLeast: number; readonly met: boolean };
  readonly agreement?: Agreement;
  /** The most memory that it took, beyond what it took once it had loaded; null where the system does not tell. */
  readonly memoryBytes: number | null;
  readonly samples: readonly Sample[];
}

export interface WorkloadReport {
  readonly workload: Workload;
  readonly rows: readonly Row[];
}

/** The JSON that a run writes. `format` grows by one when a reader of the old one would misread it. */
export interface Report {
  readonly format: 1;
  readonly date: string;
  readonly effort: string;
  readonly seed: number;
  readonly threads: number;
  readonly commit: string;
  readonly machine: Machine;
  readonly subject: string;
  readonly workloads: readonly WorkloadReport[];
}

/**
 * Turns what the peers did into rows. Results are compared with the subject's, or, while it is absent, with those of
 * the first peer that ran. Targets are judged only when `judge` is set: on the workload's own batch size.
 */
export function reportWorkload(
  workload: Workload,
  outcomes: readonly Outcome[],
  subject: string,
  judge: boolean,
): WorkloadReport {
  const measured = outcomes.filter((outcome) => outcome.status === 'measured');
  const base = measured.find(({ peer }) => peer === subject);
  const reference = base ?? measured[0];
  const rows = outcomes.map((outcome): Row => {
    if (outcome.status !== 'measured') return outcome;
    const { peer, status, versions, threads, checks, samples, memoryBytes } = outcome;
    const ratio = base === undefined || outcome === base ? undefined : pairedRatio(base.samples, samples);
    const atLeast = workload.targets[peer];
    return {
      peer,
      status,
      versions,
      threads,
      stepMilliseconds: summarize(samples.map(perStep)),
      otherLoad: quantile(
        samples.map(({ otherLoad }) => otherLoad),
        0.5,
      ),
      ...(ratio === undefined ? {} : { ratio }),
      ...(ratio === undefined || atLeast === undefined || !judge
        ? {}
        : { target: { atLeast, met: ratio.median >= atLeast } }),
      ...(reference === undefined || outcome === reference
        ? {}
        : { agreement: compareSteps(reference.peer, reference.checks, checks) }),
      memoryBytes,
      samples,
    };
  });
  return { workload, rows };
}

/** Why the run as a whole must not pass: the subject did not run, a peer broke, or two computed different things. */
export function problems({ subject, workloads }: Report): string[] {
  return workloads.flatMap(({ workload, rows }) =>
    rows.flatMap((row) => {
      const where = `${workload.name}: ${row.peer}`;
      if (row.status !== 'measured') {
        return row.status === 'failed' || row.peer === subject ? [`${where}: ${row.status}: ${row.reason}`] : [];
      }
      const { agreement } = row;
      if (agreement === undefined || agreement.agrees) return [];
      const difference = agreement.maxRelativeDifference?.toExponential(1) ?? 'no comparable value';
      return [`${where}: differs from ${agreement.against} in the first ${agreement.steps} steps (${difference})`];
    }),
  );
}
