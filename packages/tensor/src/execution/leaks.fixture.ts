import { setTimeout as pause } from 'node:timers/promises';
import { compile, evaluate, executablesCreated, grad, memory, setBackend, type Tensor } from '../index.js';
import { pattern } from '../values.fixture.js';
import { fakeBackend } from './fake-backend.fixture.js';
import { referenceBackend } from './reference.js';

/** What a loop left behind per step, over its second half. */
export interface Growth {
  readonly rss: number;
  readonly liveBytes: number;
  readonly liveTensors: number;
  /** Executables that the second half created. */
  readonly executables: number;
}

const steps = 10_000;

function loss(w: Tensor, x: Tensor): Tensor {
  return x.matmul(w).tanh().square().mean();
}

function update(w: Tensor, x: Tensor): Tensor {
  return w.sub(grad(loss)(w, x).mul(0.01));
}

const start = (): Tensor => pattern([4, 3], 1);
const batches = [pattern([8, 4], 2), pattern([5, 4], 3)] as const;

/** Each loop gives the function that takes its step number `i`. */
const loops: Readonly<Record<string, () => (i: number) => Promise<unknown>>> = {
  compiled: () => {
    const step = compile((w: Tensor, x: Tensor) => [update(w, x), loss(w, x)] as const);
    let w = start();
    return async () => {
      const [next, value] = step(w, batches[0]);
      w = next;
      await value.item();
    };
  },
  donated: () => {
    const step = compile(update, { donate: [0] });
    let w = start();
    return async () => evaluate((w = step(w, batches[0])));
  },
  uncompiled: () => {
    let w = start();
    return async () => evaluate((w = update(w, batches[0])));
  },
  'only the loss is read': () => {
    let w = start();
    return async () => {
      const value = loss(w, batches[0]);
      w = update(w, batches[0]);
      await value.item();
    };
  },
  'alternating shapes': () => {
    const step = compile(update);
    let w = start();
    return async (i) => evaluate((w = step(w, batches[i % 2]!)));
  },
  'losses thrown away': () => {
    const step = compile((w: Tensor, x: Tensor) => [update(w, x), loss(w, x)] as const);
    let w = start();
    return async (i) => {
      [w] = step(w, batches[0]);
      loss(w, batches[0]);
      if (i % 10 === 0) await evaluate(w);
    };
  },
  'errors in the loop': () => {
    const backend = fakeBackend({ failingRuns: Array.from({ length: steps / 10 }, (_, i) => i * 10 + 3) });
    const step = compile(update);
    let w = start();
    return async (i) => {
      setBackend(backend);
      const next = step(
        w,
        batches[1].mul(
          pattern([5, 4], 4)
            .add(i % 3)
            .tanh(),
        ),
      );
      await evaluate(next).then(
        () => (w = next),
        () => undefined,
      );
      try {
        w.matmul(w);
      } catch {
        // a ShapeError per step
      }
      setBackend(referenceBackend);
    };
  },
};

async function collected(): Promise<{ rss: number; liveBytes: number; liveTensors: number; executables: number }> {
  for (let round = 0; round < 4; round++) {
    (globalThis as { gc?: () => void }).gc!();
    await pause(2); // finalizers run between tasks
  }
  const { liveBytes, liveTensors } = memory();
  return { rss: process.memoryUsage().rss, liveBytes, liveTensors, executables: executablesCreated() };
}

/** Runs every loop and reports what the last half of its steps left behind. */
export default async function measure(): Promise<Record<string, Growth>> {
  const growth: Record<string, Growth> = {};
  for (const [name, loop] of Object.entries(loops)) {
    const step = loop();
    const half = steps / 2;
    for (let i = 0; i < half; i++) await step(i);
    const before = await collected();
    for (let i = half; i < steps; i++) await step(i);
    const after = await collected();
    growth[name] = {
      rss: (after.rss - before.rss) / half,
      liveBytes: (after.liveBytes - before.liveBytes) / half,
      liveTensors: (after.liveTensors - before.liveTensors) / half,
      executables: after.executables - before.executables,
    };
  }
  return growth;
}
