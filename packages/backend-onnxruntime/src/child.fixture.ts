import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a program left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface ProcessOptions {
  /** Options of Node. */
  readonly node?: readonly string[];
  /** Kilobytes of addresses that it may use at most. */
  readonly kilobytes?: number | null;
}

/** Runs a file in a process of its own, whose standard error is the runtime's too. */
export async function runFile(file: URL, { node = [], kilobytes = null }: ProcessOptions = {}): Promise<Finished> {
  const program = [process.execPath, ...node, fileURLToPath(file)];
  const limited = ['/bin/sh', '-c', `ulimit -v ${kilobytes}; exec "$0" "$@"`, ...program];
  const [command, ...options] = kilobytes === null ? program : limited;
  const child = spawn(command!, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}
