import { nn, referenceBackend, tree, valueAndGrad, withBackend, type Backend, type Tensor } from '@tesserajs/tensor';
import * as runtime from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { blockModels } from './block-models.js';
import { computesInBlocks, probeChannelBlock } from './channel-block.js';
import { deviation, values } from './numbers.fixture.js';
import { profile } from './profile/profile.js';

/** Sum of squares behind two convolutions of 16 and 32 channels, and its gradients. */
const network = valueAndGrad(
  ([k1, b1, k2]: readonly [Tensor, Tensor, Tensor], x: Tensor) =>
    nn
      .conv(nn.conv(x, k1, { padding: 'same' }).add(b1).relu(), k2)
      .square()
      .sum(),
  { argnums: [0, 1] },
);

const parameters = [values('float32', [3, 3, 16, 32]), values('float32', [32]), values('float32', [3, 3, 32, 16], 2)];
const images = values('float32', [2, 17, 18, 16], 3);

function compute(): Promise<readonly Float32Array[]> {
  const results = tree.leaves(network(parameters as never, images)) as Tensor[];
  return Promise.all(results.map((result) => result.data('float32')));
}

function run(backend: Backend): Promise<readonly Float32Array[]> {
  return withBackend(backend, compute);
}

it('finds the block of this processor, and refuses another', async () => {
  const block = await probeChannelBlock(runtime, blockModels());
  expect([8, 16]).toContain(block);
  for (const candidate of blockModels()) {
    expect(await computesInBlocks(runtime, candidate)).toBe(candidate.block === block);
  }
});

it('convolves in blocks as the reference does, and as the standard operator', async () => {
  const expected = await run(referenceBackend);
  for (const convolutions of ['fastest', 'standard'] as const) {
    const actual = await run(onnxruntime({ convolutions }));
    const differences = actual.map((data, i) => deviation(data, expected[i]!, 'float32', { length: 2 * 17 * 18 * 9 }));
    expect(differences.filter((text) => text !== '')).toEqual([]);
  }
});

it('uses direct kernels for images, input gradients and what follows, unless told not to', async () => {
  const reorders = async (convolutions: 'fastest' | 'standard'): Promise<number[]> => {
    const { rows } = await withBackend(onnxruntime({ convolutions }), () => profile(compute));
    return ['ReorderInput', 'ReorderOutput'].map(
      (kernel) => rows.filter(({ kernels }) => kernels.includes(kernel)).length,
    );
  };
  // Two convolutions and their two input gradients; the second convolution reads the blocks of the first.
  expect(await reorders('fastest')).toEqual([3, 4]);
  expect(await reorders('standard')).toEqual([0, 0]);
});

it('gives the same bits on each run', async () => {
  const backend = onnxruntime();
  const bits = async (): Promise<string> =>
    (await run(backend)).map((data) => Buffer.from(data.buffer).toString('base64')).join(' ');
  const first = await bits();
  for (let i = 0; i < 20; i++) expect((await bits()) === first).toBe(true);
});
