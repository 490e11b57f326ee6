import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a program left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Loads a module from the packages' sources, as the tests do. */
const loader = `
import { createViteServer } from 'vitest/node';
const [root, program] = process.argv.slice(-2);
const server = await createViteServer({
  root,
  configFile: root + 'vitest.config.ts',
  logLevel: 'silent',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
await (await server.ssrLoadModule(program)).default();
await server.close();
`;

/** Runs a module that exports a function in a process of its own, whose standard error is the runtime's too. */
export async function runProgram(source: string, nodeOptions: readonly string[] = []): Promise<Finished> {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-onnxruntime-'));
  try {
    const program = join(directory, 'program.ts');
    writeFileSync(program, source);
    const options = [...nodeOptions, '--input-type=module', '--eval', loader, root, program];
    const child = spawn(process.execPath, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
