import { expect, it } from 'vitest';
import { arrayEpochs, splitLast } from './array-epochs.js';
import type { BatchData, FedBatch } from './batches.js';
import type { HostTensor } from './host-tensor.js';
import { epochOrder } from './permutation.js';

/** Example i is [i, i + 0.5, …]. */
function rows(count: number, size = 2): HostTensor {
  const data = Float32Array.from({ length: count * size }, (_, i) => Math.floor(i / size) + (i % size) / 100);
  return { data, shape: [count, size], dtype: 'float32' };
}

const arrays = (inputs: HostTensor, targets: HostTensor | null = null): BatchData => ({
  inputs,
  targets,
  weights: null,
});
const only = (data: unknown): HostTensor => data as HostTensor;

async function collect(batches: AsyncGenerator<FedBatch>): Promise<number[][]> {
  const list: number[][] = [];
  for await (const { data } of batches)
    list.push(Array.from(only(data.inputs).data as Float32Array).filter(Number.isInteger));
  return list;
}

it('gives all examples in order, the last batch smaller', async () => {
  const epochs = arrayEpochs('fit', arrays(rows(7)), { batchSize: 3, shuffleSeed: null });
  expect([epochs.batches, epochs.examples]).toEqual([3, 7]);
  expect(await collect(epochs.epoch(0, null))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(await collect(epochs.epoch(4, 1))).toEqual([[3, 4, 5], [6]]);
  expect(await collect(epochs.epoch(4, 3))).toEqual([]);
});

it.each([2, 40])('copies whole examples of %i values, and targets with them', async (size) => {
  const labels: HostTensor = { data: Uint8Array.from({ length: 9 }, (_, i) => i), shape: [9], dtype: 'uint8' };
  const epochs = arrayEpochs('fit', arrays(rows(9, size), labels), { batchSize: 4, shuffleSeed: 3 });
  const seen: number[] = [];
  for await (const { data, examples } of epochs.epoch(1, null)) {
    const [inputs, targets] = [only(data.inputs), only(data.targets)];
    expect(inputs.shape).toEqual([examples, size]);
    Array.from(targets.data as Uint8Array).forEach((label, i) => {
      const example = inputs.data.slice(i * size, (i + 1) * size);
      expect(example).toEqual(rows(9, size).data.slice(label * size, (label + 1) * size));
      seen.push(label);
    });
  }
  expect(seen).toEqual([...(await epochOrder(9, 3, 1))]);
  expect([...seen].sort((a, b) => a - b)).toEqual([...labels.data]);
});

it('leaves a shuffled batch as it is until three more are asked for, and then uses its memory again', async () => {
  const batches = arrayEpochs('fit', arrays(rows(12)), { batchSize: 2, shuffleSeed: 1 }).epoch(0, null);
  const take = async (): Promise<HostTensor> => ((await batches.next()).value as FedBatch).data.inputs as HostTensor;
  const first = await take();
  const values = [...first.data];
  await take();
  await take();
  expect([...first.data]).toEqual(values);
  expect((await take()).data).toBe(first.data);
});

it('copies nothing where the order stays', async () => {
  const all = rows(5);
  const batches = arrayEpochs('predict', arrays(all), { batchSize: 2, shuffleSeed: null }).epoch(0, null);
  for await (const { data } of batches) expect(only(data.inputs).data.buffer).toBe(all.data.buffer);
});

it('orders each epoch by seed and number, all orders being about as likely', async () => {
  const order = async (seed: number, epoch: number): Promise<string> => String(await epochOrder(3, seed, epoch));
  expect(await order(1, 2)).toBe(await order(1, 2));
  const counts = new Map<string, number>();
  const rounds = 1200;
  for (let i = 0; i < rounds; i++) {
    const text = await order(i % 40, Math.floor(i / 40));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  // Five standard deviations of a count with probability 1/6.
  const spread = 5 * Math.sqrt((rounds * 5) / 36);
  for (const count of counts.values()) expect(Math.abs(count - rounds / 6)).toBeLessThan(spread);
});

it('splits as Keras does: the first ⌊examples · (1 − share)⌋ are trained on', () => {
  const sizes = (share: number): (number | undefined)[] =>
    splitLast(arrays(rows(7)), share).map(({ inputs }) => only(inputs).shape[0]);
  expect(sizes(0.5)).toEqual([3, 4]);
  expect(sizes(0.01)).toEqual([6, 1]);
  const [first, last] = splitLast(arrays(rows(4)), 0.25).map(({ inputs }) => only(inputs));
  expect([first!.data.length, Number(last!.data[0])]).toEqual([6, 3]);
});
