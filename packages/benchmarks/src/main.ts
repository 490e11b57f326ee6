import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { full, quick } from './effort.js';
import { describeCommit, describeMachine } from './machine.js';
import { type Options, parseOptions, usage, UsageError } from './options.js';
import { peers, subject } from './peers/index.js';
import { setupPython } from './python.js';
import { problems, type Report, reportWorkload, type WorkloadReport } from './report.js';
import { runWorkload } from './runner.js';
import { formatTable } from './table.js';
import { workloads } from './workloads/index.js';

async function measure(options: Options): Promise<Report> {
  const effort = options.quick ? quick : full;
  const { seed, threads } = options;
  const chosen = peers.filter(
    ({ name }) => name === subject || options.peers.length === 0 || options.peers.includes(name),
  );
  const context = {
    format: 1,
    date: new Date().toISOString(),
    effort: effort.name,
    seed,
    threads,
    commit: describeCommit(),
    machine: describeMachine(),
    subject,
  } as const;
  const reports: WorkloadReport[] = [];
  for (const listed of workloads) {
    if (options.workloads.length > 0 && !options.workloads.includes(listed.name)) continue;
    const workload = { ...listed, batchSize: effort.batchSize ?? listed.batchSize };
    const outcomes = await runWorkload(workload, chosen, { effort, seed, threads, progress });
    reports.push(reportWorkload(workload, outcomes, subject, !options.quick));
  }
  progress('');
  return { ...context, workloads: reports };
}

/** One changing line on a terminal, nothing in a log. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

async function writeReport(file: string, report: Report): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(report, undefined, 2)}\n`);
  await rename(temporary, file);
}

async function main(): Promise<number> {
  const known = { workloads: workloads.map(({ name }) => name), peers: peers.map(({ name }) => name) };
  const options = parseOptions(process.argv.slice(2), known);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.setupPython) setupPython();
  const report = await measure(options);
  await writeReport(options.out, report);
  const { machine } = report;
  process.stdout.write(
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load}, ${machine.system}, Node ${machine.node}\n` +
      `commit ${report.commit}\n\n${formatTable(report)}\n\n${options.out}\n`,
  );
  const found = problems(report);
  for (const problem of found) process.stderr.write(`bench: ${problem}\n`);
  return found.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
