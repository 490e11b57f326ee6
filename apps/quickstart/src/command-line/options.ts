import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.js';
import { backendNames, defaultSettings, type BackendName, type Settings } from './settings.js';

/** What the command line asks for. */
export interface Options {
  /** The settings that were given; the others have their defaults, or those of the training that is resumed. */
  readonly given: Partial<Settings>;
  /** Absolute path of the directory for everything that is written. */
  readonly out: string;
  readonly resume: boolean;
  /** Whether errors are shown with their stacks. */
  readonly debug: boolean;
}

/** The directory that `--out` names unless it is given. */
export const defaultOut = 'quickstart-out';

/** Where paths in the command line start: npm runs a script in its package, and tells where it was typed. */
export function workingDirectory(): string {
  const byNpm = process.env['npm_lifecycle_event'] === 'start' ? process.env['INIT_CWD'] : undefined;
  return byNpm ?? process.cwd();
}

interface RawOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly fashion?: boolean;
  readonly data?: string;
  readonly out: string;
  readonly seed?: number;
  readonly backend?: BackendName;
  readonly resume?: boolean;
  readonly debug?: boolean;
}

function command(): Command {
  const { epochs, batchSize, seed, backend } = defaultSettings;
  return new Command('npm start --')
    .usage('[options]')
    .description(
      'Trains a small convolutional network on 60,000 handwritten digits, tests it on 10,000 others, saves it as ' +
        'safetensors and ONNX, and writes a report.',
    )
    .option('--epochs <n>', `times that the network sees each image (default: ${epochs})`, wholeNumber(1))
    .option('--batch-size <n>', `images in one training step (default: ${batchSize})`, wholeNumber(1))
    .option('--fashion', 'clothes instead of digits: Fashion-MNIST, if it is on this machine')
    .option('--data <directory>', 'take the images from this directory: four idx files, plain or .gz', path)
    .option('--out <directory>', 'directory for everything that is written', path, defaultOut)
    .option('--seed <n>', `makes the run repeatable, bit for bit (default: ${seed})`, wholeNumber(0))
    .option('--backend <name>', `${backendNames.join(' or ')}, which is slow (default: ${backend})`, backendName)
    .option('--resume', 'go on where an interrupted training stopped')
    .option('--debug', 'show the stack of an error')
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
    throw new UsageError(usageMessage(error, args));
  }
  const { out, resume = false, debug = false, ...settings } = program.opts<RawOptions>();
  const data = settings.data === undefined ? {} : { data: resolve(workingDirectory(), settings.data) };
  return { given: { ...settings, ...data }, out: resolve(workingDirectory(), out), resume, debug };
}

function usageMessage(error: CommanderError, args: readonly string[]): string {
  if (error.code === 'commander.excessArguments') {
    const stray = args.find((arg) => !arg.startsWith('-')) ?? '';
    return `unexpected argument '${stray}': options follow two dashes, as in npm start -- --epochs 2`;
  }
  return error.message.replace(/^error: /, '').replaceAll('\n', ' ');
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    }
    return value;
  };
}

function backendName(text: string): BackendName {
  const name = backendNames.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`It must be ${backendNames.join(' or ')}.`);
  return name;
}

function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
