import { resolve } from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { catalog } from './catalog.js';
import { sizes, UsageError, type Size } from './example.js';

/** What the command line asks for. */
export interface Options {
  /** Name of the example. */
  readonly example: string;
  readonly size: Size;
  readonly seed: number;
  /** Directory of the data set; `null` for the default place. */
  readonly data: string | null;
  /** Directory that the result is written into; `null` for none. */
  readonly results: string | null;
}

type RawOptions = Pick<Options, 'size' | 'seed'> & { readonly data?: string; readonly results?: string };

function command(): Command {
  const names = [...catalog].map(([name, { description }]) => `  ${name.padEnd(16)}${description}`);
  return new Command('npm run example --')
    .usage('<name> [options]')
    .description(`Runs an example; its last line is its result as JSON. There are:\n${names.join('\n')}`)
    .addArgument(new Argument('<name>', 'which one').choices([...catalog.keys()]))
    .addOption(new Option('--size <size>', 'seconds, minutes, or as long as it takes').choices(sizes).default('smoke'))
    .option('--seed <n>', 'makes the run repeatable, bit for bit', wholeNumber, 1)
    .option('--data <directory>', 'take the data set from this directory')
    .option('--results <directory>', 'also write the result into this directory, as <name>-<size>.json')
    .helpOption('--help', 'show this text')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

/** Reads the command line; `null` when it asked for help, which is then printed. Throws a UsageError. */
export function parseOptions(args: readonly string[]): Options | null {
  const program = command();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
  }
  const { size, seed, data, results } = program.opts<RawOptions>();
  return { example: program.args[0]!, size, seed, data: path(data), results: path(results) };
}

function path(text: string | undefined): string | null {
  return text === undefined ? null : resolve(text);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number from 0.');
  }
  return value;
}
