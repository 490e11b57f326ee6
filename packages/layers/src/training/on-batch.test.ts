import { expect, it } from 'vitest';
import * as layers from '../index.js';
import { network, points, values } from './toy.fixture.js';

const { x, y } = points(48);
const part = (i: number): [x: layers.ArrayData, y: layers.ArrayData] => [
  x.slice([i * 16, (i + 1) * 16]),
  y.slice([i * 16, (i + 1) * 16]),
];

it('takes the steps that fit takes', async () => {
  const model = network();
  const expected = network();
  const { history } = await expected.fit(x, y, { batchSize: 16, shuffle: false, verbose: 0 });
  const logs = [];
  for (const i of [0, 1, 2]) logs.push(await model.trainOnBatch(...part(i)));
  expect(await values(model)).toEqual(await values(expected));
  expect(logs.reduce((sum, { loss }) => sum + loss! / 3, 0)).toBeCloseTo(history['loss']![0]!, 6);
  expect(logs.reduce((sum, { accuracy }) => sum + accuracy! / 3, 0)).toBeCloseTo(history['accuracy']![0]!, 6);
  // The optimizer remembers, in both ways.
  await model.fit(...part(0), { verbose: 0, shuffle: false });
  await expected.fit(...part(0), { verbose: 0, shuffle: false });
  expect(await values(model)).toEqual(await values(expected));
  expect((await model.state()).position.step).toBe(4);
});

it('traces a step once', async () => {
  let traces = 0;
  const model = layers.sequential([layers.dense({ units: 1 })], { inputShape: [2] });
  const loss: layers.losses.LossFunction = (targets, predictions) => {
    traces++;
    return predictions.sub(targets.cast('float32').expandDims(-1)).square().mean(-1);
  };
  model.compile({ optimizer: 'sgd', loss });
  for (let i = 0; i < 5; i++) await model.trainOnBatch(...part(i % 3));
  expect(traces).toBe(1);
});

it('tests and predicts as evaluate and predict do', async () => {
  const model = network();
  const before = await values(model);
  expect(await model.testOnBatch(...part(1))).toEqual(await model.evaluate(...part(1)));
  expect(await (await model.predictOnBatch(x)).data()).toEqual(
    await (await model.predict(x, { batchSize: 48 })).data(),
  );
  expect(await values(model)).toEqual(before);
});

it('weighs examples, and takes a learning rate', async () => {
  const model = network();
  const classWeight = { 0: 0, 1: 0, 2: 0 };
  const before = await values(model);
  expect((await model.trainOnBatch(...part(0), { classWeight })).loss).toBe(0);
  expect(await values(model)).toEqual(before);
  await model.trainOnBatch(...part(0), { learningRate: 0 });
  expect(await values(model)).toEqual(before);
});

it('refuses what fit refuses', async () => {
  const bare = layers.sequential([layers.dense({ units: 1 })], { inputShape: [2] });
  await expect(bare.trainOnBatch(...part(0))).rejects.toThrow(
    "trainOnBatch: sequential has no loss yet; call model.compile({ optimizer: 'adam', loss: 'meanSquaredError' }) first",
  );
  const model = network();
  await expect(model.trainOnBatch(x, y.add(7))).rejects.toThrow('target');
  const fit = model.fit(x, y, { verbose: 0 });
  await expect(model.trainOnBatch(x, y)).rejects.toThrow(
    'trainOnBatch: sequential is being trained; wait for fit to end',
  );
  await fit;
  const before = await values(model);
  await expect(model.trainOnBatch(x.mul(NaN), y)).rejects.toThrow(layers.NonFiniteLossError);
  expect(await values(model)).toEqual(before);
});
