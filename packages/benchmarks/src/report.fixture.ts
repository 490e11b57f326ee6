import type { Report } from './report.js';
import { reportWorkload } from './report.js';
import type { Outcome } from './runner.js';
import { mnistCnnTrain } from './workloads/mnist-cnn.js';

/** A measured outcome whose rounds took these times, in steps of one. */
export function measured(
  peer: string,
  milliseconds: readonly number[],
  checks: readonly (readonly number[])[],
): Outcome {
  const samples = milliseconds.map((value, round) => ({
    round,
    steps: 1,
    milliseconds: value,
    otherLoad: 0.25 * round,
  }));
  return { peer, status: 'measured', versions: { [peer]: '1.2.3' }, threads: 2, checks, samples, memoryBytes: 2.5e8 };
}

export const workload = { ...mnistCnnTrain, targets: { slow: 10, close: 5 } };

export const outcomes: readonly Outcome[] = [
  measured('mine', [50, 40, 60], [[2.3], [2.1]]),
  measured('slow', [1000], [[2.3000001], [2.1]]),
  measured('close', [100, 80, 90], [[2.3], [2.2]]),
  { peer: 'missing', status: 'absent', reason: 'not installed' },
  { peer: 'broken', status: 'failed', reason: 'run: value 0 is NaN\n  at somewhere' },
];

/** The report of a run of these outcomes. */
export function makeReport(subject: string, list: readonly Outcome[] = outcomes): Report {
  return {
    format: 1,
    date: '2026-01-01T00:00:00.000Z',
    effort: 'full',
    seed: 1,
    threads: 2,
    commit: 'abc',
    machine: { cpu: 'A CPU', cores: 2, memoryGigabytes: 8, system: 'linux', node: '20.0.0', load: 0 },
    subject,
    workloads: [reportWorkload(workload, list, subject, true)],
  };
}
