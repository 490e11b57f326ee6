import { quantile } from '../statistics.js';

/** Processor milliseconds of this process: other programs on the machine do not count. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds per call, from as many calls as take `sampleMilliseconds`. */
async function sample(run: () => unknown, sampleMilliseconds: number): Promise<number> {
  const start = processorMilliseconds();
  let calls = 0;
  let elapsed: number;
  do {
    await run();
    calls++;
    elapsed = processorMilliseconds() - start;
  } while (elapsed < sampleMilliseconds);
  return elapsed / calls;
}

/** Median milliseconds per call of functions that take turns, after each has warmed up. */
export async function takeTurns(
  runs: readonly (() => unknown)[],
  rounds: number,
  sampleMilliseconds: number,
): Promise<number[]> {
  const samples = runs.map((): number[] => []);
  for (const run of runs) for (let i = 0; i < 3; i++) await run();
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) samples[i]!.push(await sample(run, sampleMilliseconds));
  }
  return samples.map((milliseconds) => quantile(milliseconds, 0.5));
}
