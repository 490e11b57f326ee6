import { ones, tensor, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, keras } from '../fixtures/keras.fixture.js';
import * as losses from '../losses.js';
import type { Loss } from './loss.js';
import { toLoss } from './resolve.js';

const cases: [string, Loss][] = [
  ['sparse', losses.sparseCategoricalCrossentropy()],
  ['sparseLogits', losses.sparseCategoricalCrossentropy({ fromLogits: true })],
  ['sparseMany', losses.sparseCategoricalCrossentropy()],
  ['sparseManyLogits', losses.sparseCategoricalCrossentropy({ fromLogits: true })],
  ['categorical', losses.categoricalCrossentropy()],
  ['categoricalLogits', losses.categoricalCrossentropy({ fromLogits: true })],
  ['categoricalSmooth', losses.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 })],
  ['meanSquaredError', losses.meanSquaredError()],
];

// Keras keeps its epsilon of 1e-7 as a float32, and its mean rounds to float32.
it.each(cases)('%s: values and gradient are those of Keras', async (name, loss) => {
  const { targets, predictions, values, gradient } = keras.losses[name]!;
  const y = fromKeras(targets, name.startsWith('sparse') ? 'int32' : 'float64');
  const p = fromKeras(predictions);
  const tolerance = name === 'meanSquaredError' ? 2 ** -23 : 1e-9;
  await expectKeras(loss.call(y, p), values, tolerance);
  const [, slope] = valueAndGrad((p: Tensor) => loss.call(y, p).mean())(p);
  await expectKeras(slope, gradient, tolerance);
});

it('stays finite for predictions that are certain and wrong', async () => {
  const y = tensor(new Int32Array([0]));
  const logits = tensor([[-1000, 1000]]);
  expect(await losses.sparseCategoricalCrossentropy({ fromLogits: true }).call(y, logits).item()).toBe(2000);
  const probabilities = tensor([[0, 1]]);
  expect(await losses.sparseCategoricalCrossentropy().call(y, probabilities).item()).toBeCloseTo(-Math.log(1e-7), 4);
});

it('takes labels with a last axis of 1, of any kind of number', async () => {
  const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
  const logits = tensor([
    [1, 2, 3],
    [3, 1, 1],
  ]);
  const expected = await loss.call(tensor(new Int32Array([2, 0])), logits).data();
  expect(await loss.call(tensor(new Uint8Array([2, 0]), { shape: [2, 1] }), logits).data()).toEqual(expected);
  expect(await loss.call(tensor([2, 0]), logits).data()).toEqual(expected);
  const deep = logits.reshape([1, 2, 3]);
  expect(await loss.call(tensor([[2, 0]]), deep).data()).toEqual(expected);
});

it('lets a last axis of 1 be missing in targets of meanSquaredError', async () => {
  const p = tensor([[1], [2]]);
  expect(
    await losses
      .meanSquaredError()
      .call(tensor([0, 4]), p)
      .array(),
  ).toEqual([1, 4]);
  expect(() => losses.meanSquaredError().call(zeros([2, 3]), p)).toThrow(
    'meanSquaredError: targets [2,3] do not fit predictions [2,1]; shapes must be equal, but for a last axis of 1',
  );
});

it('explains targets that belong to the other cross-entropy', () => {
  expect(() => losses.sparseCategoricalCrossentropy().call(ones([4, 3]), ones([4, 3]))).toThrow(
    'sparseCategoricalCrossentropy: targets [4,3] do not fit predictions [4,3]: they look one-hot; use the loss ' +
      "'categoricalCrossentropy', or class indices of shape [4]",
  );
  expect(() => losses.sparseCategoricalCrossentropy().call(ones([5]), ones([4, 3]))).toThrow(
    'sparseCategoricalCrossentropy: targets [5] do not fit predictions [4,3]: class indices of shape [4]',
  );
  expect(() => losses.categoricalCrossentropy().call(ones([4]), ones([4, 3]))).toThrow(
    'categoricalCrossentropy: targets [4] do not fit predictions [4,3]: they look like class indices; use the ' +
      "loss 'sparseCategoricalCrossentropy', or one-hot targets",
  );
  expect(() => losses.categoricalCrossentropy().call(ones([4, 1]), ones([4, 1]))).toThrow(
    'categoricalCrossentropy: predictions [4,1] have one class; the model must give one value per class',
  );
});

it('finds labels that are no classes', () => {
  const check = (values: number[]): void =>
    losses.sparseCategoricalCrossentropy().checkTargets!(
      { data: new Float32Array(values), shape: [values.length], dtype: 'float32' },
      [2, 3],
    );
  check([0, 1, 2]);
  expect(() => check([0, 3])).toThrow(
    'sparseCategoricalCrossentropy: target 3 at position 1 is no class; the model gives 3 classes: 0 to 2',
  );
  expect(() => check([-1])).toThrow('target -1 at position 0 is no class');
  expect(() => check([NaN])).toThrow('target NaN at position 0 is no class');
  expect(() => check([0.5])).toThrow('target 0.5 at position 0 is no class index; use whole numbers, or another loss');
});

it('finds an output that does not fit fromLogits', () => {
  expect(() => losses.sparseCategoricalCrossentropy().checkActivation!('linear')).toThrow(
    "sparseCategoricalCrossentropy: expects probabilities, but the model ends with activation 'linear'; use " +
      "losses.sparseCategoricalCrossentropy({ fromLogits: true }), or activation: 'softmax' in the last layer",
  );
  expect(() => losses.categoricalCrossentropy({ fromLogits: true }).checkActivation!('softmax')).toThrow(
    'categoricalCrossentropy: the model ends with softmax, but fromLogits is true; drop the activation, or fromLogits',
  );
});

it('knows names and functions', async () => {
  expect(toLoss('meanSquaredError').name).toBe('meanSquaredError');
  expect(() => toLoss('mse' as never)).toThrow(
    'compile: loss "mse" is not known; use one of sparseCategoricalCrossentropy, categoricalCrossentropy, ' +
      'binaryCrossentropy, meanSquaredError, ',
  );
  const absolute = toLoss((targets, predictions) => targets.sub(predictions).abs());
  expect(await absolute.call(tensor([1]), tensor([3])).array()).toEqual([2]);
  expect(() => losses.categoricalCrossentropy({ labelSmoothing: 2 })).toThrow(/labelSmoothing 2 is not accepted/);
});
