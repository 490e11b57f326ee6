import { parseOptions } from './command-line.js';
import { UsageError } from './example.js';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) return;
  // What computes takes a moment to load; a mistake in the command line does not have to wait for it.
  const { runExample } = await import('./run-example.js');
  await runExample(options);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nnpm run example -- --help lists examples and options\n`);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
});
