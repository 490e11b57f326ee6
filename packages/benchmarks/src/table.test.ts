import { expect, it } from 'vitest';
import { makeReport } from './report.fixture.js';
import { formatTable } from './table.js';

it('prints a line per peer, with the reason where one did not run', () => {
  expect(formatTable(makeReport('mine'))).toBe(`\
workload         peer     threads  ms/step    p10-p90  samples  others  ratio    p10-p90      target   MB      difference  steps
---------------  -------  -------  -------  ---------  -------  ------  -----  ---------  ----------  ---  --------------  -----
mnist-cnn-train  mine           2     50.0  42.0-58.0        3    0.25                                250
mnist-cnn-train  slow           2     1000  1000-1000        1    0.00  20.0x  20.0-20.0    >=10 met  250          4.3e-8      2
mnist-cnn-train  close          2     90.0  82.0-98.0        3    0.25  2.00x  1.60-2.00  >=5 MISSED  250  4.8e-2 DIFFERS      2
mnist-cnn-train  missing  absent: not installed
mnist-cnn-train  broken   failed: run: value 0 is NaN

others: cores kept busy by other programs during the samples (median)
ratio: the peer's time / mine's, round by round (above 1: mine is faster)
MB: the most memory taken, beyond what it was after loading
difference: largest relative difference of the losses or logits in as many of the first steps
versions: mine 1.2.3, slow 1.2.3, close 1.2.3`);
});
