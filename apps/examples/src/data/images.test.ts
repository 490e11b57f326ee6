import { expect, it } from 'vitest';
import { drawings } from './drawings.js';
import { loadImages } from './images.js';

const quiet = { data: null, say: () => undefined };

it('takes all pictures of MNIST, but few for a smoke test', async () => {
  const { train, test } = await loadImages('mnist', { ...quiet, size: 'laptop' });
  expect([train.examples, test.examples]).toEqual([60000, 10000]);
  const few = await loadImages('mnist', { ...quiet, size: 'smoke' });
  const [batch] = few.train.batch(4);
  expect(few.train.examples).toBe(512);
  expect(batch).toMatchObject({
    inputs: { shape: [4, 28, 28, 1], dtype: 'float32' },
    targets: { data: new Int32Array([5, 0, 4, 1]), dtype: 'int32' },
  });
});

it('draws where Fashion-MNIST is not installed, but only for a smoke test', async () => {
  const lines: string[] = [];
  const settings = { data: null, say: (line: string) => lines.push(line) };
  const { train } = await loadImages('fashion', { ...settings, size: 'smoke' }, '/nowhere/fashion');
  const how = 'Debian, Ubuntu: sudo apt install dataset-fashion-mnist; or name its directory with --data';
  expect(train.examples).toBe(512);
  expect(lines).toEqual([`Fashion-MNIST is not in /nowhere/fashion; drawings take its place (${how})`]);
  await expect(loadImages('fashion', { ...settings, size: 'laptop' }, '/nowhere/fashion')).rejects.toThrow(
    `Fashion-MNIST is not in /nowhere/fashion; ${how}`,
  );
});

it('draws pictures in ten classes', () => {
  const { images, labels } = drawings(100, 0);
  expect(images.shape).toEqual([100, 28, 28]);
  expect(new Set(labels.data).size).toBe(10);
  const bright = (image: number): number =>
    images.data.subarray(image * 784, (image + 1) * 784).findIndex((v) => v > 100);
  expect(bright(0)).toBe(bright(10)); // both of class 0
  expect(bright(0)).not.toBe(bright(1));
});
