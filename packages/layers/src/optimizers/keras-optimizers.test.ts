import { readFileSync } from 'node:fs';
import { arange, sin, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, type KerasArray } from '../fixtures/keras.fixture.js';
import * as optimizers from '../optimizers.js';
import * as schedules from '../schedules.js';
import type { Schedule } from '../schedules.js';

interface Fixture {
  readonly kept: readonly number[];
  readonly optimizers: Record<string, { start: KerasArray[]; path: KerasArray[][] }>;
  readonly schedules: Record<string, number[]>;
}
const keras: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/keras-optimizers.fixture.json', import.meta.url), 'utf8'),
) as Fixture;

const rate = { learningRate: 0.05 };
const cases: Record<string, optimizers.Optimizer> = {
  amsgrad: optimizers.adam({ ...rate, beta2: 0.6, amsgrad: true }),
  adamW: optimizers.adamW(rate),
  adamax: optimizers.adamax(rate),
  nadam: optimizers.nadam(rate),
  adagrad: optimizers.adagrad(rate),
  adadelta: optimizers.adadelta({ learningRate: 0.5 }),
  rmsprop: optimizers.rmsprop(rate),
  rmspropCentered: optimizers.rmsprop({ ...rate, rho: 0.8, momentum: 0.7, centered: true }),
  ftrl: optimizers.ftrl(rate),
  ftrlOptions: optimizers.ftrl({
    ...rate,
    learningRatePower: -0.6,
    l1RegularizationStrength: 0.02,
    l2RegularizationStrength: 0.03,
    l2ShrinkageRegularizationStrength: 0.01,
    beta: 0.1,
  }),
  lion: optimizers.lion(rate),
  lamb: optimizers.lamb(rate),
  muon: optimizers.muon(rate),
  muonOptions: optimizers.muon({
    ...rate,
    nesterov: false,
    nsSteps: 3,
    momentum: 0.8,
    rmsRate: null,
    adamWeightDecay: 0,
  }),
  adafactor: optimizers.adafactor(rate),
  adafactorOptions: optimizers.adafactor({
    learningRate: 2,
    relativeStep: false,
    clipThreshold: 0.5,
    beta2Decay: -0.5,
  }),
  scheduleFreeAdamW: optimizers.scheduleFreeAdamW({ ...rate, warmupSteps: 4, weightDecay: 0.01 }),
  weightDecay: optimizers.sgd({ ...rate, momentum: 0.9, weightDecay: 0.1 }),
  clipNorm: optimizers.sgd({ ...rate, clipNorm: 0.5 }),
  clipValue: optimizers.sgd({ ...rate, clipValue: 0.5 }),
  globalClipNorm: optimizers.sgd({ ...rate, globalClipNorm: 0.5 }),
  accumulation: optimizers.adam({ ...rate, gradientAccumulationSteps: 3, globalClipNorm: 0.5 }),
  ema: optimizers.adam({ ...rate, useEma: true, emaMomentum: 0.8, emaOverwriteFrequency: 3 }),
  emaAccumulation: optimizers.sgd({
    ...rate,
    useEma: true,
    emaMomentum: 0.8,
    emaOverwriteFrequency: 2,
    gradientAccumulationSteps: 2,
  }),
  schedule: optimizers.adam({ learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 15 }) }),
};

/** How the fixture makes gradients. */
function gradients(params: readonly Tensor[], t: number): Tensor[] {
  return params.map((w) =>
    w.mul(0.1).add(sin(arange(w.size, undefined, undefined, { dtype: 'float64' }).reshape(w.shape).add(t))),
  );
}

it('has a case for each of the fixture', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(keras.optimizers));
});

// Keras holds options and the powers of decays in floats of its own.
it.each(Object.entries(cases))('%s goes where Keras goes in 20 steps', async (name, optimizer) => {
  const { start, path } = keras.optimizers[name]!;
  let params: readonly Tensor[] = start.map((w) => fromKeras(w));
  let state = optimizer.init(params);
  for (let t = 1; t <= 20; t++) {
    const scalars = optimizers.stepScalars(optimizer, optimizer.learningRate, t);
    [params, state] = optimizer.update(params, gradients(params, t), state, scalars);
    const expected = path[keras.kept.indexOf(t)];
    for (const [k, w] of (expected === undefined ? [] : params).entries()) await expectKeras(w, expected![k]!, 2e-7);
  }
});

const times = { initialLearningRate: 0.1, decaySteps: 7, decayRate: 0.9 };
const rates: Record<string, Schedule> = {
  exponential: schedules.exponentialDecay(times),
  exponentialStaircase: schedules.exponentialDecay({ ...times, staircase: true }),
  piecewise: schedules.piecewiseConstantDecay({ boundaries: [5, 11, 12], values: [0.4, 0.3, 0.2, 0.1] }),
  polynomial: schedules.polynomialDecay({
    initialLearningRate: 0.1,
    decaySteps: 13,
    endLearningRate: 0.01,
    power: 1.7,
  }),
  polynomialCycle: schedules.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 9, cycle: true }),
  inverseTime: schedules.inverseTimeDecay(times),
  inverseTimeStaircase: schedules.inverseTimeDecay({ ...times, staircase: true }),
  cosine: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 21, alpha: 0.1 }),
  cosineWarmup: schedules.cosineDecay({
    initialLearningRate: 0.01,
    decaySteps: 20,
    warmupTarget: 0.1,
    warmupSteps: 6,
  }),
  restarts: schedules.cosineDecayRestarts({
    initialLearningRate: 0.1,
    firstDecaySteps: 6.5,
    tMul: 1.5,
    mMul: 0.8,
    alpha: 0.1,
  }),
  restartsEven: schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 6.5, tMul: 1, mMul: 0.9 }),
};

it.each(Object.entries(rates))('%s: the learning rates are those of Keras', (name, schedule) => {
  const expected = keras.schedules[name]!;
  expect(expected.length).toBe(40);
  expected.forEach((value, steps) => expect(schedule.at(steps)).toBeCloseTo(value, 7));
});
