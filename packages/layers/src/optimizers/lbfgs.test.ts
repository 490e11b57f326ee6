import { random, tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { readFixture } from '../fixtures/keras.fixture.js';
import * as layers from '../index.js';
import { minimizeLbfgs } from './lbfgs.js';

const { iterations } = readFixture<{ readonly iterations: { x: number[]; evaluations: number }[] }>('torch-lbfgs');

function rosenbrock({ x }: { readonly x: Tensor }): Tensor {
  const [left, right] = [x.slice([0, 3]), x.slice([1, 4])];
  const valley = right.sub(left.square()).square().mul(100);
  return valley.add(left.neg().add(1).square()).sum();
}
const start = { x: tensor(new Float64Array([-1.2, 1, 0.7, -0.5])) };

it('goes where PyTorch goes, with as many evaluations', async () => {
  for (const [i, { x, evaluations }] of iterations.entries()) {
    const found = await minimizeLbfgs(rosenbrock, start, { maxIterations: i + 1, historySize: 5 });
    expect(found.evaluations).toBe(evaluations);
    const own = await found.params.x.data('float64');
    x.forEach((value, k) => expect(own[k]).toBeCloseTo(value, 8));
  }
});

it('finds the minimum, and says so', async () => {
  const seen: number[] = [];
  const near = { x: tensor(new Float64Array([0.5, 2, 0.7, -0.5])) };
  const found = await minimizeLbfgs(rosenbrock, near, {
    toleranceChange: 1e-16,
    onIteration: (_, loss) => seen.push(loss),
  });
  expect(found.converged).toBe(true);
  expect(found.loss).toBeLessThan(1e-15);
  expect((await found.params.x.data('float64')).every((x) => Math.abs(x - 1) < 1e-7)).toBe(true);
  expect(seen).toHaveLength(found.iterations);
  expect(seen.every((loss, i) => i === 0 || loss <= seen[i - 1]!)).toBe(true);
  const stopped = await minimizeLbfgs(rosenbrock, start, { onIteration: (iteration) => iteration < 3 });
  expect([stopped.iterations, stopped.converged]).toEqual([3, false]);
});

it('fits a model, whose frozen parts stay', async () => {
  const model = layers.sequential([
    layers.dense({ units: 8, activation: 'tanh', inputShape: [1] }),
    layers.dense({ units: 1 }),
  ]);
  model.layers[0]!.trainable = false;
  const x = random.uniform(random.key(1), [32, 1], { low: -1, high: 1 });
  const loss = (m: typeof model): Tensor => m.apply(x).sub(x.mul(x.square())).square().mean();
  const { params } = await minimizeLbfgs(loss, model);
  expect(await loss(params).item()).toBeLessThan(1e-4);
  expect(await params.weights[0]!.tensor.data()).toEqual(await model.weights[0]!.tensor.data());
  await expect(minimizeLbfgs(() => x.sum(), {})).rejects.toThrow('minimizeLbfgs: the parameters hold no floats');
});
