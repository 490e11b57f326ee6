import type { HostArray } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '../index.js';
import type { FedBatch } from './batches.js';
import { groupBatches, type BatchGroup } from './groups.js';
import type { HostTensor } from './host-tensor.js';
import { network, points, values } from './toy.fixture.js';

/** Batches of so many examples, whose first element tells which batch it is. */
async function* batchesOf(sizes: readonly number[]): AsyncGenerator<FedBatch, void> {
  for (const [i, size] of sizes.entries()) {
    const column = (data: HostArray, dtype: 'float32' | 'int32'): HostTensor => ({
      data,
      shape: [size],
      dtype,
    });
    yield {
      data: {
        inputs: column(new Float32Array(size).fill(i), 'float32'),
        targets: column(new Int32Array(size).fill(10 * i), 'int32'),
        weights: null,
      },
      examples: size,
      next: i + 1,
    };
  }
}

const inputsOf = ({ data }: BatchGroup): HostTensor => data.inputs as HostTensor;

async function groupsOf(sizes: readonly number[], count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { batches, data, examples, next } of groupBatches(batchesOf(sizes), count)) {
    expect(batches.reduce((sum, batch) => sum + batch.examples, 0)).toBe(examples);
    const [inputs, targets] = [data.inputs as HostTensor, data.targets as HostTensor];
    seen.push([inputs.shape, [...inputs.data], [...targets.data], next]);
  }
  return seen;
}

it('stacks batches of equal shapes, and gives what is left over one by one', async () => {
  expect(await groupsOf([2, 2, 2, 2, 2, 2, 2], 3)).toEqual([
    [[3, 2], [0, 0, 1, 1, 2, 2], [0, 0, 10, 10, 20, 20], 3],
    [[3, 2], [3, 3, 4, 4, 5, 5], [30, 30, 40, 40, 50, 50], 6],
    [[2], [6, 6], [60, 60], 7],
  ]);
  expect(await groupsOf([1, 2, 2, 1], 2)).toEqual([
    [[1], [0], [0], 1],
    [[2, 2], [1, 1, 2, 2], [10, 10, 20, 20], 3],
    [[1], [3], [30], 4],
  ]);
  expect(await groupsOf([2, 1], 1)).toEqual([
    [[2], [0, 0], [0, 0], 1],
    [[1], [1], [10], 2],
  ]);
});

it('keeps the memory of a group while the next two are made', async () => {
  const groups: BatchGroup[] = [];
  for await (const group of groupBatches(batchesOf([1, 1, 1, 1, 1, 1, 1, 1]), 2)) groups.push(group);
  expect(groups.slice(1).map((group) => [...inputsOf(group).data])).toEqual([
    [2, 3],
    [4, 5],
    [6, 7],
  ]);
  expect(inputsOf(groups[0]!).data).toBe(inputsOf(groups[3]!).data);
});

const { x, y } = points(90);
const options = { verbose: 0, epochs: 4, batchSize: 8, seed: 3 } as const;

it.each([2, 4, 50])('trains with the same bits, %i steps per execution', async (stepsPerExecution) => {
  const run = async (more: layers.FitOptions): Promise<unknown> => {
    const model = network({ rate: 0.3 });
    const { history } = await model.fit(x, y, { ...options, validationSplit: 0.1, ...more });
    return [history, await values(model)];
  };
  expect(await run({ stepsPerExecution })).toEqual(await run({}));
});

it('tells callbacks once per execution, and goes on where it was stopped', async () => {
  const expected = network();
  await expected.fit(x, y, options);
  const seen: number[][] = [];
  const model = network();
  const controller = new AbortController();
  await model.fit(x, y, {
    ...options,
    stepsPerExecution: 4,
    signal: controller.signal,
    callbacks: {
      onBatchEnd: (batch, { loss }, { examples, batchLogs }) => {
        seen.push([batch, examples]);
        if (seen.length === 1) expect(batchLogs['loss']).toBeCloseTo(loss!, 6);
        if (seen.length === 7) controller.abort();
      },
    },
  });
  // twelve steps an epoch, of which the last has two examples
  expect(seen).toEqual([
    [3, 32],
    [7, 32],
    [8, 8],
    [9, 8],
    [10, 8],
    [11, 2],
    [3, 32],
  ]);
  const other = network({ seed: 9 });
  other.restore(await model.state());
  await other.fit(x, y, { ...options, stepsPerExecution: 3 });
  expect(await values(other)).toEqual(await values(expected));
});

it('refuses numbers that are no count', async () => {
  await expect(network().fit(x, y, { ...options, stepsPerExecution: 1.5 })).rejects.toThrow(
    'fit: stepsPerExecution 1.5 is not accepted; use a whole number >= 1',
  );
});
