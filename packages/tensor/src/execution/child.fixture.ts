import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

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
console.log(JSON.stringify(await (await server.ssrLoadModule(program)).default()));
await server.close();
`;

/** Runs a module that exports a function in a process of its own, and gives what the function resolves to. */
export async function runModule(module: URL, nodeOptions: readonly string[]): Promise<unknown> {
  const options = [...nodeOptions, '--input-type=module', '--eval', loader, root, fileURLToPath(module)];
  const child = spawn(process.execPath, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
