import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const environment = join(packageRoot, '.venv');
const environmentPython = join(
  environment,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);

/** Directory of the Python peers. */
export const pythonPeers: string = join(packageRoot, 'python');

/** The interpreter of the Python peers: TESSERA_BENCH_PYTHON, else that of the environment made here, else none. */
export function findPython(): string | undefined {
  const chosen = process.env['TESSERA_BENCH_PYTHON'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return existsSync(environmentPython) ? environmentPython : undefined;
}

/**
 * Makes the environment of the Python peers, in this package; pip takes its index from PIP_INDEX_URL. On Linux x86-64 the
 * default index has only the CUDA build of torch, 3 GB to download; an index of CPU builds serves a tenth of that.
 * Throws when there is no Python or no index.
 */
export function setupPython(): void {
  const bootstrap = process.platform === 'win32' ? 'python' : 'python3';
  run(bootstrap, ['-m', 'venv', environment], `setup-python: ${bootstrap} with its venv module is needed`);
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', join(pythonPeers, 'requirements.txt')];
  try {
    run(environmentPython, install, 'setup-python: no package index serves torch for this Python');
  } catch (error) {
    // An environment without torch would pass for an installed one.
    rmSync(environment, { recursive: true, force: true });
    throw error;
  }
}

function run(command: string, args: readonly string[], failure: string): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${failure} (${error?.message ?? `exit code ${status}`})`);
}
