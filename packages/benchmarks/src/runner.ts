import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { parameterSpecs } from './networks/network.js';
import { type Effort, roundsOf } from './effort.js';
import { batchCount, makeInputs, writeInputs } from './inputs/index.js';
import { busyMilliseconds } from './machine.js';
import { PeerProcess } from './peer-process.js';
import type { Peer } from './peers/peer.js';
import type { LoadRequest } from './protocol.js';
import type { Sample } from './statistics.js';
import type { Workload } from './workloads/workload.js';

export interface RunSettings {
  readonly effort: Effort;
  readonly seed: number;
  readonly threads: number;
  readonly progress: (line: string) => void;
}

/** What one peer did with one workload. */
export type Outcome =
  | { readonly peer: string; readonly status: 'absent' | 'failed'; readonly reason: string }
  | {
      readonly peer: string;
      readonly status: 'measured';
      readonly versions: Readonly<Record<string, string>>;
      readonly threads: number;
      /** Values of each of the first steps. */
      readonly checks: readonly (readonly number[])[];
      readonly samples: readonly Sample[];
      /** The most memory that it took, beyond what it took once it had loaded; null where the system does not tell. */
      readonly memoryBytes: number | null;
    };

/** A peer that is loaded and warm. */
interface Contender {
  readonly peer: string;
  readonly process: PeerProcess;
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly checks: (readonly number[])[];
  /** Too slow to warm up: its samples are single steps that directly follow the compared ones, and are compared too. */
  readonly unwarmed: boolean;
  readonly stepsPerSample: number;
  readonly rounds: ReadonlySet<number>;
  readonly samples: Sample[];
  /** What it took once it had loaded. */
  readonly residentBytes: number | null;
}

/** Runs one workload: each peer loads and warms up in a process of its own, then all take turns, round by round. */
export async function runWorkload(
  workload: Workload,
  peers: readonly Peer[],
  settings: RunSettings,
): Promise<Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  const outcomes = new Map<string, Outcome>();
  const contenders: Contender[] = [];
  const memory = new Map<string, number | null>();
  const fail = (peer: string, error: unknown): void => {
    outcomes.set(peer, { peer, status: 'failed', reason: error instanceof Error ? error.message : String(error) });
  };
  try {
    await writeInputs(directory, makeInputs(workload, settings.seed));
    const request: LoadRequest = {
      command: 'load',
      workload,
      parameterShapes: parameterSpecs(workload.network).map(({ shape }) => shape),
      directory,
      batchCount,
      threads: settings.threads,
    };
    for (const peer of peers) {
      settings.progress(`${workload.name}: ${peer.name}: loading and warming up`);
      try {
        const contender = await enter(peer, request, settings.effort);
        if ('reason' in contender)
          outcomes.set(peer.name, { peer: peer.name, status: 'absent', reason: contender.reason });
        else contenders.push(contender);
      } catch (error) {
        fail(peer.name, error);
      }
    }
    for (let round = 0; round < settings.effort.rounds; round++) {
      settings.progress(`${workload.name}: round ${round + 1} of ${settings.effort.rounds}`);
      for (const contender of contenders) {
        if (!contender.rounds.has(round) || outcomes.has(contender.peer)) continue;
        try {
          await rest(settings.effort.restMilliseconds);
          const steps = contender.stepsPerSample;
          const busyBefore = busyMilliseconds();
          const { milliseconds, cpuMilliseconds, values } = await contender.process.run(steps);
          const others = busyMilliseconds() - busyBefore - cpuMilliseconds;
          if (contender.unwarmed && contender.checks.length < settings.effort.checkSteps) contender.checks.push(values);
          contender.samples.push({ round, steps, milliseconds, otherLoad: Math.max(0, others / milliseconds) });
        } catch (error) {
          fail(contender.peer, error);
        }
      }
    }
    for (const { peer, process, residentBytes } of contenders) {
      const peak = process.memory()?.peak ?? null;
      memory.set(peer, peak === null || residentBytes === null ? null : peak - residentBytes);
    }
  } finally {
    await Promise.all(contenders.map(({ process }) => process.stop()));
    await rm(directory, { recursive: true, force: true });
  }
  for (const { peer, versions, threads, checks, samples } of contenders) {
    if (outcomes.has(peer)) continue;
    const memoryBytes = memory.get(peer) ?? null;
    outcomes.set(peer, { peer, status: 'measured', versions, threads, checks, samples, memoryBytes });
  }
  return peers.flatMap(({ name }) => outcomes.get(name) ?? []);
}

async function enter(
  peer: Peer,
  request: LoadRequest,
  effort: Effort,
): Promise<Contender | { readonly reason: string }> {
  const loaded = await PeerProcess.load(peer, request);
  if ('reason' in loaded) return loaded;
  const { process, ready } = loaded;
  const residentBytes = process.memory()?.resident ?? null;
  try {
    const checks: (readonly number[])[] = [];
    let elapsed = 0;
    let stepMilliseconds = 0;
    const run = async (steps: number): Promise<readonly number[]> => {
      const { milliseconds, values } = await process.run(steps);
      elapsed += milliseconds;
      stepMilliseconds = milliseconds / steps;
      return values;
    };
    while (checks.length < effort.checkSteps) {
      if (checks.length >= effort.minimumCheckSteps && elapsed >= effort.checkMilliseconds) break;
      checks.push(await run(1));
    }
    const unwarmed = stepMilliseconds > effort.slowMilliseconds;
    elapsed = 0;
    while (!unwarmed && elapsed < effort.warmUpMilliseconds) {
      await run(stepsFor(stepMilliseconds, effort));
    }
    return {
      peer: peer.name,
      process,
      versions: ready.versions,
      threads: ready.threads,
      checks,
      unwarmed,
      stepsPerSample: unwarmed ? 1 : stepsFor(stepMilliseconds, effort),
      rounds: roundsOf(stepMilliseconds, effort),
      samples: [],
      residentBytes,
    };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

function stepsFor(stepMilliseconds: number, effort: Effort): number {
  return Math.max(1, Math.round(effort.sampleMilliseconds / Math.max(stepMilliseconds, 0.01)));
}
