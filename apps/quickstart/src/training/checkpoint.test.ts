import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as layers from '@tesserajs/layers';
import { saveTensors, tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { defaultSettings } from '../command-line/settings.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.js';

const directory = temporaryDirectory();

async function sample(): Promise<Checkpoint> {
  const model = layers.sequential([layers.dense({ units: 1, inputShape: [2] })]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await model.fit(tensor([[1, 2]]), tensor([[3]]), { verbose: 0 });
  return {
    settings: { ...defaultSettings, seed: 7, data: '/images' },
    record: {
      curve: [{ epochs: 1, loss: 0.5, accuracy: 0.25 }],
      epochs: [{ loss: 0.5, accuracy: 0.25, testLoss: 0.4, testAccuracy: 0.3 }],
      stepMilliseconds: [12.5],
      seconds: 1.5,
    },
    state: await model.state(),
  };
}

async function values(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, unknown>> {
  const entries = Object.entries(tensors).map(async ([name, value]) => [name, await value.array()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

it('comes back as it was', async () => {
  const file = join(directory, 'whole');
  const checkpoint = await sample();
  await writeCheckpoint(file, checkpoint);
  const read = await readCheckpoint(file);
  expect([read!.settings, read!.record]).toEqual([checkpoint.settings, checkpoint.record]);
  expect(read!.state.position).toEqual(checkpoint.state.position);
  expect(await values(read!.state.tensors)).toEqual(await values(checkpoint.state.tensors));
});

it('may be absent', async () => {
  expect(await readCheckpoint(join(directory, 'absent'))).toBeNull();
});

it('is refused when it cannot be read, is truncated, or is another file', async () => {
  const taken = join(directory, 'taken');
  mkdirSync(taken);
  await expect(readCheckpoint(taken)).rejects.toThrow(`cannot read ${taken}: a directory is in the way`);

  const file = join(directory, 'truncated');
  await writeCheckpoint(file, await sample());
  writeFileSync(file, readFileSync(file).subarray(0, -5));
  await expect(readCheckpoint(file)).rejects.toThrow(new RegExp(`^${file}: .*; start anew without --resume$`));

  const other = join(directory, 'other');
  writeFileSync(other, await saveTensors({ x: tensor([1]) }));
  await expect(readCheckpoint(other)).rejects.toThrow(`${other}: training state: the file holds tensors`);

  const { state } = await sample();
  const foreign = join(directory, 'foreign');
  writeFileSync(foreign, await layers.saveTrainingState(state));
  await expect(readCheckpoint(foreign)).rejects.toThrow(
    `${foreign}: it is not a checkpoint of the quickstart; start anew without --resume`,
  );
});

it.each([
  ['settings', { seed: -1 }, {}],
  ['record of the training', {}, { stepMilliseconds: ['x'] }],
  ['record of the training', {}, { curve: [{}] }],
  ['record of the training', {}, { epochs: null }],
])('is refused when its %s are damaged', async (what, settings, record) => {
  const file = join(directory, 'damaged');
  const checkpoint = await sample();
  const damaged = {
    ...checkpoint,
    settings: { ...checkpoint.settings, ...settings },
    record: { ...checkpoint.record, ...record } as Checkpoint['record'],
  };
  await writeCheckpoint(file, damaged);
  await expect(readCheckpoint(file)).rejects.toThrow(new RegExp(`: its ${what} (is|are) damaged; start anew`));
});
