import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runSteps } from '../scripts/steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const script = (name: string): string => fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));

function command(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, options, { cwd: root, encoding: 'utf8' });
}

it('refuses an older Node with one line', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });`;
  const { status, stderr } = command('--import', `data:text/javascript,${older}`, script('run.mjs'), 'start');
  expect(status).toBe(1);
  expect(stderr).toBe('Tessera needs Node 20.19 or newer; this is Node 20.18.3. See https://nodejs.org\n');
});

it('refuses an unknown command and an unknown package', () => {
  expect(command(script('run.mjs'), 'begin')).toMatchObject({
    status: 2,
    stderr: 'usage: node scripts/run.mjs start|test|example|bench [options]; got "begin"\n',
  });
  const { status, stderr } = command(script('run.mjs'), 'test', '--filter', 'tenser');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^--filter: no package "tenser"; there are .*\btensor\b/);
});

it.skipIf(process.platform === 'win32')('passes one Ctrl-C on once, waits, and returns the exit code', async () => {
  const program = `
    let count = 0;
    process.on('SIGINT', () => {
      count += 1;
      setTimeout(() => { console.log('interrupted', count); process.exit(7); }, 200);
    });
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const forward = `
    import { forward } from ${JSON.stringify(new URL('../scripts/program.mjs', import.meta.url))};
    process.exitCode = await forward(process.execPath, ['--eval', ${JSON.stringify(program)}]);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', forward]);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    // The terminal signals the whole process group, and npm its child again.
    if (chunk.includes('ready')) for (const signal of ['SIGINT', 'SIGINT'] as const) child.kill(signal);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(printed).toBe('ready\ninterrupted 1\n');
  expect(code).toBe(7);
});

it('runs steps in order of need, and none that needs a failed one', async () => {
  const node = (code: string): [string, string[]] => [process.execPath, ['--eval', code]];
  const results = await runSteps(
    [
      { name: 'passes', command: node('') },
      { name: 'fails', command: node('process.exit(3)'), after: ['passes'] },
      { name: 'needs the failed one', command: node(''), after: ['fails'] },
      { name: 'is skipped', command: node('process.exit(1)'), skip: 'no reason' },
      { name: 'needs the skipped one', command: node(''), after: ['is skipped'] },
    ],
    2,
  );
  expect(results.map(({ name, state }) => [name, state])).toEqual([
    ['passes', 'passed'],
    ['fails', 'failed'],
    ['needs the failed one', 'not run'],
    ['is skipped', 'skipped'],
    ['needs the skipped one', 'passed'],
  ]);
});
