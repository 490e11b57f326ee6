import { expect, it } from 'vitest';
import type { Console } from '../platform/types.js';
import { examplesPerSecond, formatDuration, formatLogs } from './format.js';
import { Report, type ReportPlan } from './report.js';

function recorder(terminal: boolean): { target: Console; lines: string[] } {
  const lines: string[] = [];
  const bar = {
    update: (share: number | null, before: string, after: string) =>
      void lines.push(`[${share?.toFixed(2) ?? '?'}] ${before} | ${after}`),
    stop: () => void lines.push('stop'),
  };
  return {
    lines,
    target: {
      openBar: () => (terminal ? bar : null),
      writeLine: (text) => void lines.push(text),
      yieldToEvents: () => Promise.resolve(),
    },
  };
}

/** Shows two epochs of 60,000 images, of which the second half of the first is seen. */
function show(terminal: boolean, change: Partial<ReportPlan> = {}): string[] {
  const { target, lines } = recorder(terminal);
  let time = 0;
  const plan: ReportPlan = { verbose: 1, epochs: 2, examples: 60_000, batches: 469, unit: 'images', ...change };
  const report = new Report(plan, target, () => time);
  report.epochBegin(0, 30_000);
  time = 4000;
  report.update(352, 45_000, { loss: 0.12345, accuracy: 0.9 });
  time = 8000;
  report.epochEnd(60_000, { loss: 0.1, accuracy: 0.95, valLoss: 0.0005 });
  return lines;
}

it('shows loss, accuracy, speed and the time that is left of all epochs', () => {
  expect(show(true)).toEqual([
    '[0.50] epoch 1/2 | ',
    '[0.75] epoch 1/2 | loss 0.1235  accuracy 0.9000  3,750 images/s  20s left',
    '[1.00] epoch 1/2 | loss 0.1000  accuracy 0.9500  valLoss 5.000e-4  3,750 images/s  8.0s',
    'stop',
  ]);
});

it('writes one line per epoch where there is no terminal, or on request', () => {
  const line = 'epoch 1/2  loss 0.1000  accuracy 0.9500  valLoss 5.000e-4  3,750 images/s  8.0s';
  expect(show(false)).toEqual([line]);
  expect(show(true, { verbose: 2 })).toEqual([line]);
});

it('is silent on request', () => {
  expect(show(true, { verbose: 0 })).toEqual([]);
  expect(show(false, { verbose: 0 })).toEqual([]);
});

it('counts batches, or nothing, when the number of examples is not known', () => {
  expect(show(true, { examples: null })[1]).toMatch(/^\[0\.75\] .* 6\.7s left$/);
  expect(show(true, { examples: null, batches: null })[1]).toBe(
    '[?] epoch 1/2 | loss 0.1235  accuracy 0.9000  3,750 images/s',
  );
});

it('writes notes above the bar', () => {
  const { target, lines } = recorder(true);
  const report = new Report({ verbose: 1, epochs: 1, examples: 1, batches: 1, unit: 'examples' }, target, () => 0);
  report.epochBegin(0, 0);
  report.note('a note');
  expect(lines).toEqual(['[0.00] epoch 1/1 | ', 'stop', 'a note']);
  expect(report.live).toBe(true);
});

it('formats numbers', () => {
  expect(formatLogs({ a: 0, b: 1e-4, c: 123456, d: NaN, e: -0.5 })).toBe(
    'a 0.0000  b 1.000e-4  c 1.235e+5  d NaN  e -0.5000',
  );
  expect(examplesPerSecond(1_234_567, 1000)).toBe('1,234,567');
  expect(examplesPerSecond(1, 0)).toBe('–');
  expect([40, 9940, 12_300, 59_600, 187_000, 3_723_000].map(formatDuration)).toEqual([
    '0.0s',
    '9.9s',
    '12s',
    '1:00',
    '3:07',
    '1:02:03',
  ]);
});
