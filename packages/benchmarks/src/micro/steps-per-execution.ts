import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import * as layers from '@tesserajs/layers';
import { setBackend } from '@tesserajs/tensor';
import { quantile } from '../statistics.js';

const rounds = 9;
const counts = [1, 8, 32] as const;

interface Network {
  readonly name: string;
  readonly layers: () => layers.Layer[];
  readonly inputShape: readonly number[];
  readonly batchSize: number;
}

const relu = (units: number): layers.Layer => layers.dense({ units, activation: 'relu' });
const output = (): layers.Layer => layers.dense({ units: 10 });

const networks: readonly Network[] = [
  { name: '20-32-10', layers: () => [relu(32), output()], inputShape: [20], batchSize: 32 },
  {
    name: '20-32-10, dropout',
    layers: () => [relu(32), layers.dropout({ rate: 0.2 }), output()],
    inputShape: [20],
    batchSize: 32,
  },
  {
    name: 'conv8-dense32-10',
    layers: () => [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d(),
      layers.flatten(),
      relu(32),
      output(),
    ],
    inputShape: [16, 16, 3],
    batchSize: 32,
  },
  { name: '784-512-512-10', layers: () => [relu(512), relu(512), output()], inputShape: [784], batchSize: 128 },
];

const steps = 64;

function makeModel({ layers: make, inputShape }: Network): layers.Model {
  const model = layers.sequential(make(), { inputShape: [...inputShape], seed: 1 });
  model.compile({ optimizer: 'adam', loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  return model;
}

/** Milliseconds a step in epochs of `fit`, by the number of steps that one call of the runtime takes. */
async function measure(network: Network): Promise<void> {
  const { name, inputShape, batchSize } = network;
  const examples = steps * batchSize;
  const size = inputShape.reduce((product, axis) => product * axis, 1);
  const x = { data: Float32Array.from({ length: examples * size }, (_, i) => Math.sin(7 * i)) };
  const y = { data: Int32Array.from({ length: examples }, (_, i) => i % 10), shape: [examples] };
  const runs = counts.map((stepsPerExecution) => ({
    stepsPerExecution,
    model: makeModel(network),
    samples: [] as number[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { stepsPerExecution, model, samples } of runs) {
      const start = performance.now();
      await model.fit({ ...x, shape: [examples, ...inputShape] }, y, { batchSize, stepsPerExecution, verbose: 0 });
      if (round > 1) samples.push((performance.now() - start) / steps);
    }
  }
  const medians = runs.map(({ samples }) => quantile(samples, 0.5));
  const columns = counts.map(
    (count, i) => `${count}: ${medians[i]!.toFixed(2)} ms (${(medians[0]! / medians[i]!).toFixed(2)}x)`,
  );
  console.log(`${name.padEnd(20)} ${columns.join('   ')}`);
}

setBackend(onnxruntime());
for (const network of networks) await measure(network);
