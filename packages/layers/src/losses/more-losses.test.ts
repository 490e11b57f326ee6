import { grad, ones, random, tensor, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '../index.js';
import * as losses from '../losses.js';
import { meanLoss } from './reduce.js';

it('the losses of generator and discriminator are the cross-entropies that they stand for', async () => {
  const [real, fake] = [tensor([0.5, -2]), tensor([1.5, 30])];
  const bce = losses.binaryCrossentropy({ fromLogits: true });
  const each = (targets: Tensor, logits: Tensor): Tensor => bce.call(targets.expandDims(1), logits.expandDims(1));
  expect(await losses.ganGenerator(fake).data()).toEqual(await each(ones([2]), fake).data());
  const both = await losses.ganDiscriminator(real, fake).data('float64');
  const expected = await each(ones([2]), real)
    .add(each(zeros([2]), fake))
    .data('float64');
  both.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
});

it('the R1 penalty is the squared slope of each sample, and has a gradient itself', async () => {
  const real = tensor([
    [1, 2],
    [3, -1],
  ]);
  const penalty = (w: Tensor): Tensor => losses.r1Penalty((x) => x.mul(x).matmul(w), real, { weight: 2 });
  const w = tensor([[2], [3]]);
  expect(await penalty(w).array()).toEqual([4 ** 2 + 12 ** 2, 12 ** 2 + 6 ** 2]); // |2 x w|²
  const slope = grad((w: Tensor) => penalty(w).sum())(w);
  expect(await slope.array()).toEqual([[8 * 2 * 10], [8 * 3 * 5]]);
});

it('the perceptual loss compares directions of features, weighted by layer and channel', async () => {
  const features = (x: Tensor): Tensor[] => [x, x.mul(2).slice(null, [0, 1])];
  const [a, b] = [
    tensor([
      [
        [3, 4],
        [0, 5],
      ],
    ]),
    tensor([
      [
        [4, 3],
        [0, 1],
      ],
    ]),
  ];
  const first = 2 * 0.2 ** 2; // of the first of two positions
  const plain = await losses.perceptual({ features }).call(a, b).data('float64');
  expect(plain[0]).toBeCloseTo(first / 2 + first, 6);
  const weights = [tensor([1, 3]), 0.5];
  const weighted = await losses.perceptual({ features, weights }).call(a, b).data('float64');
  expect(weighted[0]).toBeCloseTo((0.04 + 3 * 0.04) / 2 + 0.5 * first, 6);
  const slope = grad((x: Tensor) => losses.perceptual({ features }).call(a, x).sum())(zeros([1, 2, 2]));
  expect((await slope.data()).every((value) => Number.isFinite(Number(value)))).toBe(true);
  expect(() => losses.perceptual({ features, weights: [1] }).call(a, b)).toThrow(
    'perceptual: 1 weights for the features of 2 layers; give one for each',
  );
});

it.each([
  ['circle', losses.circle(), [4], [4, 3]],
  ['triplet', losses.triplet(), [4], [4, 3]],
  ['infoNCE', losses.infoNCE(), [4, 3], [4, 3]],
  ['ctc', losses.ctc(), [2, 3], [2, 6, 5]],
  ['cosineSimilarity', losses.cosineSimilarity(), [4, 3], [4, 3]],
  ['charbonnier', losses.charbonnier(), [4, 3], [4, 3]],
] as const)('%s has a finite gradient where all is equal', async (_, loss, targets, predictions) => {
  const [value, slope] = valueAndGrad((p: Tensor) => loss.call(zeros(targets), p).mean())(zeros(predictions));
  expect(Number.isFinite(await value.item())).toBe(true);
  expect((await slope.data()).every((x) => Number.isFinite(Number(x)))).toBe(true);
});

it('ctc learns what it is asked for', async () => {
  const targets = tensor(new Int32Array([1, 2, 2, 0]), { shape: [1, 4] });
  let logits = random.normal(random.key(0), [1, 8, 3]);
  const step = grad((x: Tensor) => losses.ctc().call(targets, x).sum());
  for (let i = 0; i < 60; i++) logits = logits.sub(step(logits).mul(2));
  const path = (await logits.argmax(-1).data()) as Int32Array;
  const merged = [...path].filter((label, i) => label !== path[i - 1]).filter((label) => label !== 0);
  expect(merged).toEqual([1, 2, 2]);
});

it('leaves ignored classes out of the mean, in training and in evaluation', async () => {
  const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 });
  const targets = tensor(new Int32Array([0, -1, -1, -1]));
  const logits = zeros([4, 3]);
  expect(await meanLoss(loss, targets, logits).item()).toBeCloseTo(Math.log(3), 6);
  expect(await meanLoss(loss, tensor(new Int32Array([-1, -1, -1, -1])), logits).item()).toBe(0);
  const model = layers.sequential([layers.dense({ units: 3, inputShape: [1], kernelInitializer: 'zeros' })]);
  model.compile({ optimizer: 'sgd', loss });
  const { loss: evaluated } = await model.evaluate(ones([4, 1]), targets);
  expect(evaluated).toBeCloseTo(Math.log(3), 6);
});

it('weighs examples, and divides by their number', async () => {
  const loss = losses.meanAbsoluteError();
  const [y, p] = [
    zeros([2, 3]),
    tensor([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  ];
  expect(await meanLoss(loss, y, p, tensor([1, 3])).item()).toBe((1 + 6) / 2);
});

it('explains what does not fit', () => {
  expect(() => losses.binaryCrossentropy().checkActivation!('linear')).toThrow(
    "binaryCrossentropy: expects probabilities, but the model ends with activation 'linear'; use " +
      "losses.binaryCrossentropy({ fromLogits: true }), or activation: 'sigmoid' in the last layer",
  );
  expect(() => {
    losses.binaryCrossentropy().checkTargets!(
      { data: new Float32Array([0, 1, 2]), shape: [3], dtype: 'float32' },
      [3, 1],
    );
  }).toThrow(
    "binaryCrossentropy: target 2 at position 2 is no probability; use 0 to 1, or 'sparseCategoricalCrossentropy' " +
      'for class indices',
  );
  expect(() => losses.huber().call(zeros([2, 3]), zeros([2, 2]))).toThrow(
    'huber: targets [2,3] do not fit predictions [2,2]; shapes must be equal, but for a last axis of 1',
  );
  expect(() => losses.gaussianNLL().call(zeros([2, 3]), zeros([2, 3]))).toThrow(
    'gaussianNLL: targets [2,3] do not fit predictions [2,3]; the model must give mean and variance of each: [2,6]',
  );
  expect(() => losses.ctc().call(zeros([2]), zeros([2, 3]))).toThrow(
    'ctc: targets [2] do not fit predictions [2,3]; they must be class indices [batch, labels], and logits [batch, ' +
      'time, classes]',
  );
  expect(() => losses.circle().call(zeros([3]), zeros([2, 3]))).toThrow(
    'circle: targets [3] do not fit predictions [2,3]; they must be one class per example: [batch]',
  );
  expect(() => losses.huber({ delta: 0 })).toThrow('huber: delta 0 is not accepted; use a number above 0');
});
