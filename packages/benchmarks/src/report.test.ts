import { expect, it } from 'vitest';
import { problems, reportWorkload } from './report.js';
import { makeReport, measured, outcomes, workload } from './report.fixture.js';

it('has one row per peer, compared with the subject', () => {
  const { rows } = reportWorkload(workload, outcomes, 'mine', true);
  expect(rows[0]).toEqual({
    peer: 'mine',
    status: 'measured',
    versions: { mine: '1.2.3' },
    threads: 2,
    stepMilliseconds: { count: 3, median: 50, p10: 42, p90: 58 },
    otherLoad: 0.25,
    memoryBytes: 2.5e8,
    samples: [50, 40, 60].map((milliseconds, round) => ({ round, steps: 1, milliseconds, otherLoad: 0.25 * round })),
  });
  expect(rows[1]).toMatchObject({
    ratio: { count: 1, median: 20 },
    target: { atLeast: 10, met: true },
    agreement: { against: 'mine', steps: 2, agrees: true },
  });
  expect(rows[2]).toMatchObject({
    ratio: { count: 3, median: 2 },
    target: { atLeast: 5, met: false },
    agreement: { agrees: false },
  });
  expect(rows.slice(3)).toEqual(outcomes.slice(3));
});

it('compares results with the first peer that ran while the subject is absent, but gives no ratio', () => {
  const { rows } = reportWorkload(
    workload,
    [{ peer: 'mine', status: 'absent', reason: 'why' }, ...outcomes.slice(1, 3)],
    'mine',
    true,
  );
  expect(rows[1]).not.toHaveProperty('agreement');
  expect(rows[2]).toMatchObject({ agreement: { against: 'slow', agrees: false } });
  expect(rows[2]).not.toHaveProperty('ratio');
  expect(rows[2]).not.toHaveProperty('target');
});

it('compares with the subject wherever it stands in the list', () => {
  const { rows } = reportWorkload(
    workload,
    [measured('other', [2], [[1]]), measured('mine', [1], [[1]])],
    'mine',
    true,
  );
  expect(rows[0]).toMatchObject({ ratio: { median: 2 }, agreement: { against: 'mine' } });
  expect(rows[1]).not.toHaveProperty('agreement');
});

it('judges no target when not asked to', () => {
  const { rows } = reportWorkload(workload, outcomes, 'mine', false);
  expect(rows[1]).toHaveProperty('ratio');
  expect(rows[1]).not.toHaveProperty('target');
});

it('survives JSON unchanged', () => {
  const report = makeReport('mine');
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

it('names what must not pass', () => {
  expect(problems(makeReport('mine'))).toEqual([
    'mnist-cnn-train: close: differs from mine in the first 2 steps (4.8e-2)',
    'mnist-cnn-train: broken: failed: run: value 0 is NaN\n  at somewhere',
  ]);
  expect(problems(makeReport('missing', outcomes.slice(3, 4)))).toEqual([
    'mnist-cnn-train: missing: absent: not installed',
  ]);
  const fine = [measured('mine', [1], [[2]]), measured('other', [1], [[2.001]])];
  expect(problems(makeReport('mine', fine))).toEqual([]);
});
