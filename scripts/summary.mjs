// The table of times against their budgets, and the counts that end a test run.
import { readFileSync } from 'node:fs';
import { root } from './pnpm.mjs';

/**
 * Prints the summary of a run and returns its exit code. `results` are the steps, `reports` what package-times.mjs wrote.
 * Being slower than a budget is a warning; on CI, whose machines are known, more than twice a budget is a failure.
 */
export function printSummary(results, reports, seconds) {
  const budgets = JSON.parse(readFileSync(`${root}scripts/budgets.json`, 'utf8'));
  const tests = Object.entries(Object.assign({}, ...reports.map((report) => report.packages)));
  const rows = [
    ...results.map(({ name, state, seconds: took }) => row(name, state, took, budgets.steps[name])),
    ...tests.map(([directory, entry]) =>
      row(`tests of ${directory}`, testCounts(entry), entry.seconds, budgets.tests[directory]),
    ),
    row('everything', '', seconds, budgets.everything),
  ];
  const width = Math.max(...rows.map((one) => one.name.length));
  const states = Math.max(...rows.map((one) => one.state.length));
  console.log(`\n${'part'.padEnd(width)}  ${''.padEnd(states)}    time  budget`);
  for (const one of rows) {
    const budget = one.budget === undefined ? '     -' : `${String(one.budget).padStart(4)} s`;
    console.log(
      `${one.name.padEnd(width)}  ${one.state.padEnd(states)} ${one.seconds.toFixed(1).padStart(6)} s  ${budget}`,
    );
  }

  const late = rows.filter((one) => one.budget !== undefined && one.seconds > one.budget);
  for (const one of late)
    console.log(`warning: ${one.name} took ${one.seconds.toFixed(1)} s, its budget is ${one.budget} s`);
  const tooLate = process.env.CI ? late.filter((one) => one.seconds > 2 * one.budget) : [];
  for (const one of tooLate) console.log(`failed: ${one.name} took more than twice its budget`);

  const { passed, failed } = counts(
    results,
    tests.map(([, entry]) => entry),
    tooLate.length,
  );
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Each test counts, and so does each step that is not itself made of tests. */
function counts(results, tests, tooLate) {
  const isTests = (name) => name === 'tests' || name.endsWith(' tests');
  const failedTests = tests.reduce((sum, entry) => sum + entry.failed, 0);
  const failedSteps = results.filter(({ state }) => state === 'failed' || state === 'not run').map(({ name }) => name);
  // A test step that failed for another reason than its tests, such as a crash, is a failure too.
  const failedTestSteps = failedSteps.filter(isTests).length;
  return {
    passed:
      tests.reduce((sum, entry) => sum + entry.passed, 0) +
      results.filter(({ name, state }) => state === 'passed' && !isTests(name)).length,
    failed: failedSteps.length - failedTestSteps + Math.max(failedTests, failedTestSteps) + tooLate,
  };
}

function testCounts({ passed, failed, skipped }) {
  return [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ');
}

const row = (name, state, seconds, budget) => ({ name, state, seconds, budget });
