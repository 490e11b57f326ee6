import { expect, it } from 'vitest';
import { makeReports, noise, parts, reportLength, vocabulary } from './reports.js';

it('the hours follow from part, severity and age, up to noise; the same seed makes the same reports', async () => {
  const count = 2000;
  const { inputs, targets } = await makeReports(count, 1);
  expect(await makeReports(count, 1)).toEqual({ inputs, targets });
  expect((await makeReports(count, 2)).targets.part.data).not.toEqual(targets.part.data);

  const tokens = [...inputs.text.data];
  expect(Math.min(...tokens)).toBe(0);
  expect(Math.max(...tokens)).toBe(vocabulary - 1);

  // The numbers of the severities are those of three words in a row, of which each report has exactly one.
  const shares = [0, 1, 2].map((severity) => {
    const token = vocabulary - 13 + severity;
    return tokens.filter((word) => word === token).length;
  });
  expect(shares.reduce((sum, share) => sum + share)).toBe(count);
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const words = tokens.slice(i * reportLength, (i + 1) * reportLength);
    const severity = words.map((word) => word - (vocabulary - 13)).find((n) => n >= 0 && n < 3)!;
    const age = inputs.table.data[3 * i]!;
    squares += (targets.hours.data[i]! - 1 - targets.part.data[i]! - severity * (1 + 0.5 * age)) ** 2;
  }
  // The mean of count squares of normal numbers has a relative standard deviation of sqrt(2 / count): five of these.
  expect(Math.abs(squares / count / noise ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(new Set(targets.part.data).size).toBe(parts.length);
});
