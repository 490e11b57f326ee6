import { compile, tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, keras } from '../fixtures/keras.fixture.js';
import { adam } from './adam.js';
import { stepScalars, type Optimizer, type OptimizerState } from './optimizer.js';
import { toOptimizer } from './resolve.js';
import { sgd } from './sgd.js';

const cases: [string, Optimizer][] = [
  ['adam', adam()],
  ['adamOptions', adam({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 })],
  ['sgd', sgd()],
  ['momentum', sgd({ learningRate: 0.05, momentum: 0.9 })],
  ['nesterov', sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true })],
];

/** How the fixture makes gradients. */
function gradients(params: readonly Tensor[], t: number): Tensor[] {
  return params.map((w) => w.mul(0.1).add(Math.sin(t)));
}

// Keras holds options and the powers of Adam's decays in floats of its own.
it.each(cases)('%s goes where Keras goes in 20 steps', async (name, optimizer) => {
  const { start, path } = keras.optimizers[name]!;
  let params: readonly Tensor[] = start.map((w) => fromKeras(w));
  let state = optimizer.init(params);
  for (const [i, expected] of path.entries()) {
    const scalars = stepScalars(optimizer, optimizer.learningRate, i + 1);
    [params, state] = optimizer.update(params, gradients(params, i + 1), state, scalars);
    for (const [k, w] of params.entries()) await expectKeras(w, expected[k]!, 1e-7);
  }
});

it('gives the same from numbers, from traced numbers and from prepared ones', async () => {
  const optimizer = adam({ learningRate: 0.05 });
  const params = [tensor([1, 2])];
  const state = optimizer.update(params, [tensor([3, -1])], optimizer.init(params), { learningRate: 0.05, step: 1 })[1];
  const grads = [tensor([0.5, 0.25])];
  const prepared = optimizer.update(params, grads, state, stepScalars(optimizer, 0.05, 2))[0];
  const plain = optimizer.update(params, grads, state, { learningRate: 0.05, step: 2 })[0];
  const traced = compile(
    (params: readonly Tensor[], state: OptimizerState, learningRate: number, step: number) =>
      optimizer.update(params, grads, state, { learningRate, step })[0],
  )(params, state, 0.05, 2);
  const expected = (await prepared[0]!.data('float64')) as Float64Array;
  expect(await plain[0]!.data('float64')).toEqual(expected);
  ((await traced[0]!.data('float64')) as Float64Array).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
});

it('keeps what the docstring says it keeps', async () => {
  const optimizer = adam({ beta1: 0.9, beta2: 0.99 });
  const params = [tensor([1])];
  const [, state] = optimizer.update(params, [tensor([2])], optimizer.init(params), { learningRate: 0.1, step: 1 });
  expect(await state['momentum']![0]!.array()).toEqual([2]); // m / (1 − β₁) = (1 − β₁) · 2 / (1 − β₁)
  expect(await state['velocity']![0]!.array()).toEqual([4]);
});

it('refuses options that make no sense', () => {
  expect(() => adam({ learningRate: -1 })).toThrow('adam: learningRate -1 is not accepted; use a number >= 0');
  expect(() => adam({ beta2: 1 })).toThrow('adam: beta2 1 is not accepted; use 0 up to, but not including, 1');
  expect(() => adam({ epsilon: NaN })).toThrow('adam: epsilon NaN is not accepted; use a number >= 0');
  expect(() => sgd({ momentum: 2 })).toThrow('sgd: momentum 2 is not accepted; use 0 to 1');
  expect(() => toOptimizer('adamm' as never)).toThrow(
    'compile: optimizer "adamm" is not known; use one of adam, adamW, sgd',
  );
});
