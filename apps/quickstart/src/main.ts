import { parseOptions } from './command-line/options.js';
import { exitCodeOf, firstLine, InterruptedError, UsageError } from './errors.js';

const args = process.argv.slice(2);

/** Prints what ended the program, in one line unless the stack is asked for. */
function report(error: unknown): void {
  if (error instanceof InterruptedError) {
    process.stderr.write(`${error.message}\n`);
    return;
  }
  const stack = args.includes('--debug') && error instanceof Error ? error.stack : undefined;
  process.stderr.write(`quickstart: ${stack ?? firstLine(error)}\n`);
  if (error instanceof UsageError) process.stderr.write('npm start -- --help lists the options\n');
}

async function main(): Promise<void> {
  const options = parseOptions(args);
  if (options === null) return;
  // What trains takes a moment to load; a mistake in the command line does not have to wait for it.
  const { run } = await import('./run.js');
  await run(options);
}

main().catch((error: unknown) => {
  report(error);
  process.exitCode = exitCodeOf(error);
});
