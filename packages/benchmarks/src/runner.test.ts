import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { quick } from './effort.js';
import type { Peer } from './peers/peer.js';
import { runWorkload } from './runner.js';
import { mnistMlpTrain } from './workloads/mnist-mlp.js';

const effort = { ...quick, checkSteps: 2, rounds: 3, sampleMilliseconds: 2, slowMilliseconds: 50, restMilliseconds: 0 };
const settings = { effort, seed: 1, threads: 1, progress: () => undefined };

/** A peer in a few lines: `run` is the body that makes the reply to a run request. */
function fake(name: string, run: string, load = `({ event: 'ready', versions: { ${name}: '1' }, threads: 1 })`): Peer {
  const program = `
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      const { steps } = request;
      const reply = request.command === 'load' ? ${load} : (() => { ${run} })();
      console.log(JSON.stringify(reply));
    });`;
  return { name, command: () => ({ file: process.execPath, args: ['-e', program] }) };
}

const ran = (milliseconds: number): string =>
  `return { event: 'ran', milliseconds: ${milliseconds} * steps, cpuMilliseconds: 1e9, values: [1] };`;

it('runs the peers in turn, round by round, after each has warmed up', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tessera-bench-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const log = join(directory, 'log');
  const logging = (name: string, milliseconds: number): Peer =>
    fake(name, `require('fs').appendFileSync(${JSON.stringify(log)}, '${name}' + steps + ' '); ${ran(milliseconds)}`);
  const outcomes = await runWorkload(mnistMlpTrain, [logging('a', 1), logging('b', 2), logging('slow', 100)], settings);
  expect(await readFile(log, 'utf8')).toBe('a1 a1 b1 b1 slow1 slow1 a2 b1 slow1 a2 b1 a2 b1 ');
  expect(outcomes[0]).toEqual({
    peer: 'a',
    status: 'measured',
    versions: { a: '1' },
    threads: 1,
    checks: [[1], [1]],
    samples: [0, 1, 2].map((round) => ({ round, steps: 2, milliseconds: 2, otherLoad: 0 })),
    memoryBytes: process.platform === 'linux' ? (expect.any(Number) as number) : null,
  });
  expect(outcomes[2]).toMatchObject({ samples: [{ round: 0, steps: 1, milliseconds: 100 }] });
});

it('compares fewer steps of a slow peer, but at least the minimum', async () => {
  const patience = { ...effort, checkSteps: 5, minimumCheckSteps: 2, checkMilliseconds: 100 };
  const peers = [fake('quick', ran(1)), fake('slow', ran(30)), fake('slower', ran(200))];
  const outcomes = await runWorkload(mnistMlpTrain, peers, { ...settings, effort: patience });
  expect(outcomes.map((outcome) => outcome.status === 'measured' && outcome.checks.length)).toEqual([5, 4, 3]);
});

it('goes on without the peers that are absent or fail', async () => {
  const absent: Peer = { name: 'gone', command: () => ({ absent: 'not here' }) };
  const unable = fake('unable', '', `({ event: 'absent', reason: 'no kernel' })`);
  const throwing = fake('throwing', `return { event: 'failed', error: 'value 0 is NaN' };`);
  const dying = fake('dying', `console.log('native noise'); process.stderr.write('out of memory'); process.exit(3);`);
  const late = fake(
    'late',
    `globalThis.calls = (globalThis.calls ?? 0) + 1; if (calls > 3) process.exit(4); ${ran(2)}`,
  );
  const nowhere: Peer = { name: 'nowhere', command: () => ({ file: join(tmpdir(), 'no-such-program'), args: [] }) };
  const noisy = fake('noisy', `console.log('Hello from a library'); ${ran(2)}`);
  const outcomes = await runWorkload(mnistMlpTrain, [absent, unable, throwing, dying, late, nowhere, noisy], settings);
  expect(outcomes.slice(0, 5)).toEqual([
    { peer: 'gone', status: 'absent', reason: 'not here' },
    { peer: 'unable', status: 'absent', reason: 'no kernel' },
    { peer: 'throwing', status: 'failed', reason: 'throwing: run: value 0 is NaN' },
    {
      peer: 'dying',
      status: 'failed',
      reason: 'dying: run: process ended with exit code 3:\nnative noise\nout of memory',
    },
    { peer: 'late', status: 'failed', reason: 'late: run: process ended with exit code 4' },
  ]);
  expect(outcomes[5]).toMatchObject({
    peer: 'nowhere',
    status: 'failed',
    reason: expect.stringContaining('cannot start') as string,
  });
  expect(outcomes[6]).toMatchObject({ peer: 'noisy', status: 'measured' });
});
