import { monitorEventLoopDelay } from 'node:perf_hooks';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import * as layers from '@tesserajs/layers';
import { random, setBackend } from '@tesserajs/tensor';

const seconds = Number(process.argv[2] ?? 30);
const resolution = 1;

/** Milliseconds by which callbacks are late while `work` goes on: median, 99th percentile, longest. */
async function delays(name: string, work: () => Promise<string>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const note = await work();
  histogram.disable();
  const [median, late, longest] = [histogram.percentile(50), histogram.percentile(99), histogram.max].map(
    (nanoseconds) => nanoseconds / 1e6 - resolution,
  ) as [number, number, number];
  console.log(
    `${name.padEnd(6)} p50 ${median.toFixed(2)} ms, p99 ${late.toFixed(2)} ms, longest ${longest.toFixed(1)} ms${note}`,
  );
  return late;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Trains 784-512-512-10 with Adam on batches of 128 until the time is over. */
async function train(worker: boolean): Promise<() => Promise<string>> {
  setBackend(onnxruntime({ worker }));
  const hidden = { units: 512, activation: 'relu' } as const;
  const model = layers.sequential([layers.dense(hidden), layers.dense(hidden), layers.dense({ units: 10 })], {
    inputShape: [784],
  });
  model.compile({ optimizer: 'adam', loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  const batchSize = 128;
  const images = await random.normal(random.key(0), [batchSize * 10, 784]).data('float32');
  const labels = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  let steps = 0;
  function* batches(until: number): Generator<layers.Batch> {
    for (; performance.now() < until; steps++) {
      const start = (steps % 10) * batchSize;
      yield {
        inputs: {
          data: images.subarray(start * 784, (start + batchSize) * 784),
          shape: [batchSize, 784],
          dtype: 'float32',
        },
        targets: { data: labels, shape: [batchSize], dtype: 'int32' },
      };
    }
  }
  const fit = (milliseconds: number): Promise<unknown> =>
    model.fit({ [Symbol.iterator]: () => batches(performance.now() + milliseconds) }, { epochs: 1, verbose: 0 });
  await fit(1000);
  return async () => {
    steps = 0;
    const start = performance.now();
    await fit(seconds * 1000);
    return `, ${((performance.now() - start) / steps).toFixed(2)} ms a step`;
  };
}

/** How late the event loop is while a network trains in its own thread, or in a worker. */
async function main(): Promise<void> {
  const idle = await delays('idle', async () => {
    await rest(seconds * 500);
    return '';
  });
  for (const worker of [false, true]) {
    const late = await delays(worker ? 'worker' : 'thread', await train(worker));
    await rest(200);
    console.log(`       p99 is ${(late - idle).toFixed(2)} ms above idle${worker ? '; aim: below 5 ms' : ''}`);
  }
}

await main();
