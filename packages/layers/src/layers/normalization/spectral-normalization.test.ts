import { linalg, ones, random } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import {
  expectKeras,
  fromKeras,
  readFixture,
  type KerasArray,
  type KerasLayerCase,
} from '../../fixtures/keras.fixture.js';
import { applyModule } from '../../module/apply-module.js';
import { setWeights } from '../../module/weights.js';
import { testLayer } from '../contract.fixture.js';
import { conv2d } from '../convolution/conv.js';
import { dense, type Dense } from '../dense.js';
import { dropout } from '../regularization/dropout.js';
import { spectralNormalization } from './spectral-normalization.js';

const { spectral } = readFixture<{ spectral: Record<string, KerasLayerCase & { vectorU: KerasArray }> }>(
  'keras-normalization',
);

// With so many iterations the singular vectors are exact, and the norm changes as if they stayed the same: only then
// is its gradient, which takes them as given, that of central differences.
describe('spectralNormalization', () => {
  testLayer({
    make: () => spectralNormalization({ layer: dense({ units: 2, activation: 'tanh' }), powerIterations: 100 }),
    inputShape: [2, 3],
    outputShape: [2, 2],
    weights: { 'layer.kernel': [3, 2], 'layer.bias': [2], vectorU: [1, 2] },
  });
});

it.each([
  ['dense', () => spectralNormalization({ layer: dense({ units: 3 }) })],
  ['conv', () => spectralNormalization({ layer: conv2d({ filters: 3, kernelSize: 2 }), powerIterations: 3 })],
] as const)('steps as Keras does: %s', async (name, make) => {
  const { x, weights, y, vectorU } = spectral[name]!;
  const layer = make();
  layer.build([null, ...x.shape.slice(1)]);
  const [kernel, u, bias] = weights.map((weight) => fromKeras(weight));
  setWeights(layer, [kernel!, bias!, u!]);
  const [own, next] = applyModule(layer, fromKeras(x), { training: true });
  await expectKeras(own, y);
  await expectKeras(next.vectorU!, vectorU);
});

it('comes to a kernel of spectral norm 1', async () => {
  const inner = dense({ units: 4, useBias: false });
  let layer = spectralNormalization({ layer: inner });
  layer.build([null, 4]);
  for (let i = 0; i < 60; i++) layer = applyModule(layer, ones([1, 4]), { training: true })[1];
  const inputs = random.normal(random.key(2), [4, 4]);
  const effective = linalg.solve(inputs, layer.apply(inputs));
  expect(await linalg.norm(effective, undefined, { ord: 2 }).item()).toBeCloseTo(1, 4);
});

it('leaves the state while frozen, and a kernel of zeros', async () => {
  const layer = spectralNormalization({ layer: dense({ units: 2, kernelInitializer: 'zeros' }), trainable: false });
  layer.build([null, 2]);
  const [y, next] = applyModule(layer, ones([1, 2]), { training: true });
  expect(next).toBe(layer);
  expect(await y.array()).toEqual([[0, 0]]);
  expect((layer.layer as Dense).kernel!.shape).toEqual([2, 2]);
});

it('refuses layers without a kernel', () => {
  expect(() => spectralNormalization({ layer: dropout({ rate: 0.5 }) }).build([null, 2])).toThrow(
    'spectralNormalization: dropout has no kernel and no embeddings; wrap a layer that has, such as dense or conv2d',
  );
  expect(() => spectralNormalization({ layer: 'dense' as never })).toThrow(
    'spectralNormalization: layer must be a layer, such as dense({ units: 8 })',
  );
});
