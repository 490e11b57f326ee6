import { valueAndGrad, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, readFixture, type KerasArray } from '../fixtures/keras.fixture.js';
import * as losses from '../losses.js';
import type { Loss, LossFunction } from './loss.js';
import { meanLoss } from './reduce.js';

interface Case {
  readonly targets: KerasArray;
  readonly predictions: KerasArray;
  readonly values: KerasArray;
  readonly mean: number;
  readonly gradient: KerasArray;
}
const keras = readFixture<{ readonly losses: Record<string, Case> }>('keras-losses').losses;

/** A function of three tensors, which lie along axis 0. */
const ofThree =
  (f: (a: Tensor, b: Tensor, c: Tensor, targets: Tensor) => Tensor): LossFunction =>
  (targets, x) =>
    f(x.at(0), x.at(1), x.at(2), targets);

const cases: Record<string, Loss | LossFunction> = {
  meanAbsoluteError: losses.meanAbsoluteError(),
  meanAbsolutePercentageError: losses.meanAbsolutePercentageError(),
  meanSquaredLogarithmicError: losses.meanSquaredLogarithmicError(),
  huber: losses.huber({ delta: 0.7 }),
  logCosh: losses.logCosh(),
  poisson: losses.poisson(),
  cosineSimilarity: losses.cosineSimilarity(),
  hinge: losses.hinge(),
  hingeBinary: losses.hinge(),
  squaredHinge: losses.squaredHinge(),
  categoricalHinge: losses.categoricalHinge(),
  klDivergence: losses.klDivergence(),
  binaryCrossentropy: losses.binaryCrossentropy(),
  binaryLogits: losses.binaryCrossentropy({ fromLogits: true, labelSmoothing: 0.1 }),
  binaryFocal: losses.binaryFocalCrossentropy(),
  binaryFocalLogits: losses.binaryFocalCrossentropy({
    fromLogits: true,
    gamma: 1.5,
    alpha: 0.3,
    applyClassBalancing: true,
    labelSmoothing: 0.1,
  }),
  categoricalFocal: losses.categoricalFocalCrossentropy(),
  categoricalFocalLogits: losses.categoricalFocalCrossentropy({
    fromLogits: true,
    gamma: 1.5,
    alpha: 0.3,
    labelSmoothing: 0.1,
  }),
  generalized: losses.categoricalGeneralizedCrossEntropy({ q: 0.3 }),
  dice: losses.dice(),
  diceAxis: losses.dice({ axis: 1 }),
  tversky: losses.tversky({ alpha: 0.3, beta: 0.7 }),
  circle: losses.circle({ gamma: 8, margin: 0.3 }),
  circleDiagonal: losses.circle({ gamma: 8, removeDiagonal: false }),
  ignoreClass: losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: 255 }),
  ctcKeras: losses.ctc(),
  ctc: losses.ctc(),
  smoothL1: losses.smoothL1({ beta: 0.6 }),
  charbonnier: losses.charbonnier({ epsilon: 0.1 }),
  gaussianNLL: losses.gaussianNLL(),
  gaussianNLLFull: losses.gaussianNLL({ full: true }),
  triplet: losses.triplet({ margin: 0.7 }),
  infoNCE: losses.infoNCE({ temperature: 0.2 }),
  infoNCESymmetric: losses.infoNCE({ temperature: 0.2, symmetric: true }),
  tripletMargin: ofThree((a, b, c) => losses.tripletMargin(a, b, c, { margin: 0.8 })),
  tripletMarginSwap: ofThree((a, b, c) => losses.tripletMargin(a, b, c, { swap: true })),
  cosineEmbedding: ofThree((a, b, _, labels) => losses.cosineEmbedding(a, b, labels, { margin: 0.1 })),
  marginRanking: ofThree((a, b, _, labels) => losses.marginRanking(a, b, labels, { margin: 0.3 })),
};

it('has a case for each of the fixture', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(keras));
});

// Keras keeps its epsilon of 1e-7 as a float32.
it.each(Object.entries(cases))('%s: values, mean and gradient are those of the peer', async (name, given) => {
  const { targets, predictions, values, mean, gradient } = keras[name]!;
  const loss = typeof given === 'function' ? { name, config: {}, call: given } : given;
  const y = fromKeras(targets);
  const p = fromKeras(predictions);
  await expectKeras(loss.call(y, p), values, 2e-8);
  const [value, slope] = valueAndGrad((x: Tensor) => meanLoss(loss, y, x))(p);
  await expectKeras(value, { shape: [], data: [mean] }, 2e-7);
  await expectKeras(slope, gradient, 2e-7);
});
