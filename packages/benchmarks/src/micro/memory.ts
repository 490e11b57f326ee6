import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { batchCount, makeInputs, writeInputs } from '../inputs/index.js';
import { parameterSpecs } from '../networks/network.js';
import { PeerProcess } from '../peer-process.js';
import { peers } from '../peers/index.js';
import type { Peer } from '../peers/peer.js';
import { quantile } from '../statistics.js';
import { slope } from '../trend.js';
import { workloads } from '../workloads/index.js';
import type { Workload } from '../workloads/workload.js';

/** A peer that has loaded a workload, and what its memory was then and after each of its runs. */
interface Measured {
  readonly workload: Workload;
  readonly peer: Peer;
  readonly process: PeerProcess;
  readonly loaded: number;
  readonly resident: [steps: number, bytes: number][];
  readonly stepMilliseconds: number[];
}

async function load(workload: Workload, peer: Peer, directory: string): Promise<Measured | string> {
  const result = await PeerProcess.load(peer, {
    command: 'load',
    workload,
    parameterShapes: parameterSpecs(workload.network).map(({ shape }) => shape),
    directory,
    batchCount,
    threads: availableParallelism(),
  });
  if ('reason' in result) return result.reason;
  const { process } = result;
  const memory = process.memory();
  if (memory === null) {
    await process.stop();
    return 'the system does not tell the memory of a process';
  }
  return { workload, peer, process, loaded: memory.resident, resident: [], stepMilliseconds: [] };
}

/** The next steps, by turns with those of the others. */
async function advance({ process, resident, stepMilliseconds }: Measured, steps: number): Promise<void> {
  const { milliseconds } = await process.run(steps);
  stepMilliseconds.push(milliseconds / steps);
  resident.push([(resident.at(-1)?.[0] ?? 0) + steps, process.memory()!.resident]);
}

function row({ workload, peer, process, loaded, resident, stepMilliseconds }: Measured): string {
  const megabytes = ((process.memory()!.peak - loaded) / 1e6).toFixed(0);
  // What a process still sets up in the first half is no growth.
  const growth = slope(resident.slice(resident.length / 2)) / 1000;
  const step = quantile(stepMilliseconds.slice(1), 0.5).toPrecision(3);
  return `${workload.name.padEnd(22)} ${peer.name.padEnd(16)} ${megabytes.padStart(6)} MB ${step.padStart(8)} ms/step ${growth.toFixed(2).padStart(9)} kB/step`;
}

const runs = 10;

/** Memory of training steps beyond what was there once a peer had loaded: at most, and from step to step. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string', multiple: true, default: ['resnet20-train', 'gpt-train', 'gpt-checkpoint-train'] },
      peer: { type: 'string', multiple: true, default: ['tessera', 'pytorch'] },
      steps: { type: 'string', default: '100' },
    },
  });
  const steps = Math.ceil(Number(values.steps) / runs);
  const all: Measured[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  try {
    for (const workload of workloads.filter(({ name }) => values.workload.includes(name))) {
      await writeInputs(directory, makeInputs(workload, 1));
      for (const peer of peers.filter(({ name }) => values.peer.includes(name))) {
        const measured = await load(workload, peer, directory);
        if (typeof measured === 'string') console.log(`${workload.name} ${peer.name}: ${measured}`);
        else all.push(measured);
      }
    }
    for (let run = 0; run < runs; run++) for (const measured of all) await advance(measured, steps);
    console.log(
      `${steps * runs} steps; MB: the most beyond what was there after loading; kB: growth in the second half`,
    );
    for (const measured of all) console.log(row(measured));
  } finally {
    await Promise.all(all.map(({ process }) => process.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

await main();
