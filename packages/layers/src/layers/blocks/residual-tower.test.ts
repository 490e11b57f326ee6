import { compile, grad, random, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as initializers from '../../initializers.js';
import { model, type Functional } from '../../models/functional.js';
import { input } from '../../models/input.js';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import { sequential } from '../../models/sequential.js';
import { applyModule } from '../../module/apply-module.js';
import { activation } from '../activation/activation.js';
import { conv2d } from '../convolution/conv.js';
import { dense } from '../dense.js';
import { flatten } from '../reshaping/flatten.js';
import type { Layer } from '../layer.js';
import { batchNormalization } from '../normalization/batch-normalization.js';
import { residualBlock } from './residual-block.js';

/** The network of AlphaGo Zero. Source: Silver et al., "Mastering the game of Go without human knowledge" (2017). */
function alphaGoZero(
  blocks: number,
  { filters = 256, size = 19 } = {},
): Functional<Tensor, { policy: Tensor; value: Tensor }> {
  const normalized = (x: SymbolicTensor, channels: number, kernelSize: number): SymbolicTensor => {
    const y = conv2d({ filters: channels, kernelSize, padding: 'same', useBias: false }).apply(x);
    return activation({ activation: 'relu' }).apply(batchNormalization().apply(y));
  };
  const board = input({ shape: [size, size, 17] });
  let tower = normalized(board, filters, 3);
  for (let i = 0; i < blocks; i++) tower = residualBlock({ filters }).apply(tower);
  const policy = dense({ units: size ** 2 + 1 }).apply(flatten().apply(normalized(tower, 2, 1)));
  const hidden = dense({ units: 256, activation: 'relu' }).apply(flatten().apply(normalized(tower, 1, 1)));
  const value = dense({ units: 1, activation: 'tanh' }).apply(hidden);
  return model({ inputs: board, outputs: { policy, value } });
}

it.each([
  [39, 46_441_317],
  [19, 22_827_877],
])('has the parameters of AlphaGo Zero with %i blocks', (blocks, parameters) => {
  expect(alphaGoZero(blocks).countParams({ trainable: true })).toBe(parameters);
});

it('gives a policy and a value', async () => {
  const network = alphaGoZero(2, { filters: 4, size: 5 });
  const { policy, value } = network.apply(random.normal(random.key(0), [3, 5, 5, 17]));
  expect([policy.shape, value.shape]).toEqual([
    [3, 26],
    [3, 1],
  ]);
  for (const v of await value.data('float32')) expect(Math.abs(v)).toBeLessThan(1);
});

const depth = 104;
const width = 4;

/** By how much the norm of a gradient grows on its way from the end of a tower to its beginning. */
async function gradientGrowth(block: () => Layer): Promise<number> {
  const tower = sequential(Array.from({ length: depth }, block), { inputShape: [4, 4, width], seed: 3 });
  const [x, cotangent] = [1, 2].map((seed) => random.normal(random.key(seed), [4, 4, 4, width])) as [Tensor, Tensor];
  const growth = compile((own: Tensor) => {
    const through = grad((images: Tensor) => applyModule(tower, images, { training: true })[0].mul(cotangent).sum());
    return through(own).square().sum().div(cotangent.square().sum()).sqrt();
  });
  return growth(x).item();
}

function withoutSkip(): Layer {
  const half = (): Layer[] => [
    conv2d({ filters: width, kernelSize: 3, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }),
    batchNormalization(),
    activation({ activation: 'relu' }),
  ];
  return sequential([...half(), ...half()]);
}

it('passes gradients through 104 blocks, which the same layers without skip connections do not', async () => {
  const lastGammaInitializer = initializers.constant({ value: 0.1 });
  const skipped = await gradientGrowth(() => residualBlock({ filters: width, lastGammaInitializer }));
  expect(skipped).toBeGreaterThan(0.1);
  expect(skipped).toBeLessThan(10);
  const plain = await gradientGrowth(withoutSkip);
  expect(Math.abs(Math.log10(plain))).toBeGreaterThan(3);
}, 60_000);
