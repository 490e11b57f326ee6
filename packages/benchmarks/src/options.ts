import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  readonly quick: boolean;
  readonly setupPython: boolean;
  readonly help: boolean;
  /** Empty means all. */
  readonly workloads: readonly string[];
  readonly peers: readonly string[];
  readonly seed: number;
  readonly threads: number;
  readonly out: string;
}

/** A mistake in the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run bench -- [options]

Times Tessera beside what one would use instead, in turn, and checks that all compute the same.

  --quick            small batches and few samples: shows that everything runs and agrees, in less than a minute
  --workload NAME    only this workload (may be repeated)
  --peer NAME        only Tessera and this peer (may be repeated)
  --seed N           seed of the data and the initial weights (default 1)
  --threads N        threads for each library (default: all cores)
  --out FILE         where to write the results as JSON (default: results/latest.json beside the benchmarks)
  --setup-python     first make a Python environment with PyTorch (TESSERA_BENCH_PYTHON names another)
  --help             this text
`;

/** Throws a UsageError for an unknown option, name or number. */
export function parseOptions(
  args: readonly string[],
  known: { workloads: readonly string[]; peers: readonly string[] },
): Options {
  const { values } = parse(args);
  return {
    quick: values.quick ?? false,
    setupPython: values['setup-python'] ?? false,
    help: values.help ?? false,
    workloads: names('workload', values.workload ?? [], known.workloads),
    peers: names('peer', values.peer ?? [], known.peers),
    seed: integer('seed', values.seed ?? '1', 0),
    threads: integer('threads', values.threads ?? String(availableParallelism()), 1),
    // A package script runs in its package; INIT_CWD is where the user typed the command.
    out: values.out === undefined ? defaultOut() : resolve(process.env['INIT_CWD'] ?? '.', values.out),
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ args: string[]; options: typeof optionTypes }>> {
  try {
    return parseArgs({ args: [...args], options: optionTypes });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ', 1)[0] : String(error));
  }
}

const optionTypes = {
  quick: { type: 'boolean' },
  'setup-python': { type: 'boolean' },
  help: { type: 'boolean' },
  workload: { type: 'string', multiple: true },
  peer: { type: 'string', multiple: true },
  seed: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
} as const;

function names(option: string, given: readonly string[], known: readonly string[]): readonly string[] {
  for (const name of given) {
    if (!known.includes(name)) throw new UsageError(`--${option} ${name}: unknown; choose from ${known.join(', ')}`);
  }
  return given;
}

function integer(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum) {
    throw new UsageError(`--${option} ${text}: expected an integer of at least ${minimum}`);
  }
  return value;
}

function defaultOut(): string {
  return fileURLToPath(new URL('../results/latest.json', import.meta.url));
}
