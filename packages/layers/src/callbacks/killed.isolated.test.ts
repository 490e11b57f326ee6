import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import * as layers from '../index.js';
import { network, points, values } from '../training/toy.fixture.js';

const disk = vi.hoisted(() => ({ calls: 0, killAt: Infinity }));

/** The file system of a process that is killed in its n-th call: half of that write is done, and nothing after it. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const alive = (): boolean => ++disk.calls < disk.killAt;
  const guard = <A extends unknown[], R>(call: (...args: A) => Promise<R>): ((...args: A) => Promise<R>) => {
    return (...args) => (alive() ? call(...args) : Promise.reject(new Error('killed')));
  };
  return {
    ...real,
    rename: guard((from: string, to: string) => real.rename(from, to)),
    rm: guard((path: string, options: object) => real.rm(path, options)),
    open: guard(async (path: string, flags: string) => {
      const file = await real.open(path, flags);
      return {
        async writeFile(data: Uint8Array) {
          if (alive()) return file.writeFile(data);
          await file.writeFile(data.subarray(0, data.length >> 1));
          throw new Error('killed');
        },
        sync: guard(() => file.sync()),
        close: () => file.close(),
      };
    }),
  };
});

const { x, y } = points(60);

it('goes on bit for bit after the end of the process at each write, sync and rename', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-killed-'));
  const train = async (file: string, saveFrequency: 'epoch' | number): Promise<unknown> => {
    const model = network();
    const callbacks = [
      layers.callbacks.backupAndRestore(file, { saveFrequency, deleteCheckpoint: false }),
      layers.callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, minDelta: 0.05 }),
    ];
    const { history } = await model.fit(x, y, { verbose: 0, batchSize: 20, epochs: 2, callbacks });
    return [history, await values(model)];
  };
  for (const frequency of ['epoch', 2] as const) {
    disk.killAt = Infinity;
    disk.calls = 0;
    const expected = await train(join(folder, `whole-${frequency}`), frequency);
    const calls = disk.calls;
    expect(calls).toBeGreaterThanOrEqual(8);
    for (let at = 1; at <= calls; at++) {
      const file = join(folder, `${frequency}-${at}`);
      [disk.calls, disk.killAt] = [0, at];
      await expect(train(file, frequency)).rejects.toThrow('killed');
      disk.killAt = Infinity;
      expect(await train(file, frequency)).toEqual(expected);
    }
  }
  await rm(folder, { recursive: true });
}, 60_000);
