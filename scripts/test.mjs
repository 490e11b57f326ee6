// `npm test`: installs, builds and checks everything, or the packages asked for, and prints what each part took.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { pnpmCommand, root, run } from './pnpm.mjs';
import { runSteps, tool } from './steps.mjs';
import { printSummary } from './summary.mjs';
import { affectedPackages, packages, packagesNamed } from './workspace.mjs';

const usage = `usage: npm test -- [--filter <package>]... [--affected]
  --filter <package>  only this package: tensor, layers, quickstart, docs, ...
  --affected          only the packages that differ from the base branch, and those that depend on them`;

/** Runs the tests. Returns the exit code. */
export async function runTests(options) {
  let values;
  try {
    values = parseArgs({
      args: options,
      options: {
        filter: { type: 'string', multiple: true },
        affected: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
    if (values.filter) packagesNamed(values.filter);
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    return 2;
  }
  if (values.help) {
    console.log(usage);
    return 0;
  }

  const start = performance.now();
  const installed = await run(pnpmCommand('install', '--frozen-lockfile'));
  const install = {
    name: 'install',
    state: installed === 0 ? 'passed' : 'failed',
    seconds: (performance.now() - start) / 1000,
  };
  if (installed !== 0) return printSummary([install], [], install.seconds);

  const whole = !values.filter && !values.affected;
  const selected = values.filter ? packagesNamed(values.filter) : values.affected ? affectedPackages() : packages();
  if (values.affected) console.log(`affected: ${selected.map((one) => one.name).join(', ') || 'no package'}`);

  const reports = `${root}node_modules/.cache/test-times`;
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!process.env.CI && !existsSync(chromium)) {
    console.log(`The documentation is not opened in a browser: there is no ${chromium}; CHROMIUM can name another.`);
  }

  const steps = testSteps(selected, { whole, repository: !values.filter, reports });
  const results = [install, ...(await runSteps(steps, Math.min(2, availableParallelism())))];
  const times = results
    .map(({ name }) => `${reports}/${reportName(name)}`)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return printSummary(results, times, (performance.now() - start) / 1000);
}

const reporter = './scripts/package-times.mjs';
const reportName = (step) => `${step.replaceAll(' ', '-')}.json`;

/** The steps for the selected packages; `repository` adds the checks that concern all of them together. */
function testSteps(selected, { whole, repository, reports }) {
  const docs = selected.some((one) => one.directory === 'docs');
  const code = selected.filter((one) => one.directory !== 'docs');
  const published = code.filter((one) => !one.manifest.private);
  const filters = (list) => list.map((one) => `--filter=${one.name}`);
  const turbo = (task, list) =>
    pnpmCommand('exec', 'turbo', 'run', task, '--output-logs=errors-only', ...filters(list));
  const nothing = (list, what) => (list.length === 0 ? `no ${what} among the packages asked for` : undefined);

  const vitest = (name, projects, directories = []) => ({
    name,
    command: tool(
      'vitest',
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      `--reporter=${reporter}`,
      ...directories,
    ),
    variables: { TESSERA_PACKAGE_TIMES: `${reports}/${reportName(name)}` },
  });

  const lintTargets = whole ? ['.'] : selected.map((one) => one.directory);
  return [
    { name: 'build', command: turbo('build', code), skip: nothing(code, 'code') },
    {
      name: 'docs build',
      command: turbo('build', [{ name: 'docs' }]),
      after: ['build'],
      skip: docs ? undefined : 'docs are not affected',
    },
    {
      ...vitest('tests', ['packages', 'isolated'], whole ? [] : code.map((one) => `${one.directory}/`)),
      after: ['build'],
      skip: nothing(code, 'code'),
    },
    { name: 'lint', command: tool('eslint', '--cache', '--max-warnings=0', ...lintTargets), after: ['build'] },
    { name: 'types', command: tool('tsc', '--build'), after: ['build'] },
    {
      name: 'package files',
      command: turbo('check:pkg', published),
      after: ['build'],
      skip: nothing(published, 'published package'),
    },
    ...(repository
      ? [
          { ...vitest('repository tests', ['repository']), after: ['types'] },
          { name: 'unused code', command: tool('knip'), after: ['build'] },
          { name: 'bundle sizes', command: tool('size-limit'), after: ['types'] },
        ]
      : []),
    { name: 'dependencies', command: [process.execPath, ['scripts/check-dependencies.mjs']] },
    {
      ...vitest('docs tests', ['docs']),
      after: ['docs build', 'types'],
      skip: docs ? undefined : 'docs are not affected',
    },
  ];
}
