import {
  compile,
  evaluate,
  nn,
  random,
  referenceBackend,
  withBackend,
  type Backend,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });

/** Whole numbers as floats: their sums have no rounding. */
const whole = (shape: Shape): Tensor => values('int32', shape).cast('float32');

/** What a function of a key gives when it is evaluated, and when it is compiled. */
async function both(backend: Backend, f: (key: Tensor) => Tensor): Promise<unknown[]> {
  const plain = f(random.key(42));
  await withBackend(backend, () => evaluate(plain));
  const compiled = withBackend(backend, () => compile(f)(random.key(42)));
  return [await plain.data(), await compiled.data()];
}

it.each<[name: string, f: (key: Tensor) => Tensor]>([
  ['bits', (key) => random.bits(key, [33])],
  ['bits of several keys', (key) => random.bits(random.split(key, 3), [5])],
  ['bits of keys folded in', (key) => random.bits(random.foldIn(random.foldIn(key, 7), 2 ** 31), [5])],
  ['uniform', (key) => random.uniform(key, [101])],
  ['uniform between bounds', (key) => random.uniform(key, [101], { low: -1, high: 2 })],
  ['uniform in float64', (key) => random.uniform(key, [101], { dtype: 'float64' })],
  ['bernoulli', (key) => random.bernoulli(key, 0.3, [101])],
  [
    'bernoulli that is always true',
    (key) =>
      random
        .bernoulli(key, 1, [3])
        .cast('int32')
        .add(random.bits(key, [3]).cast('int32')),
  ],
  ['randint', (key) => random.randint(key, [101], -7, 2 ** 31 - 1)],
  ['permutation', (key) => random.permutation(key, 101)],
  ['choice without replacement', (key) => random.choice(key, values('float32', [50, 3]), [9], { replace: false })],
  ['categorical', (key) => random.categorical(key, values('float32', [101, 7]))],
  ['poisson', (key) => random.poisson(key, 30, [101])],
  ['binomial', (key) => random.binomial(key, 90, 0.4, [101])],
  ['dropout', (key) => nn.dropout(values('float32', [9, 11]), 0.25, key)],
  ['a matrix product after dropout', (key) => nn.dropout(whole([9, 11]), 0.5, key).matmul(whole([11, 3]))],
])('%s has the same bits as on reference', async (_, f) => {
  const backend = recording(onnx);
  const actual = await both(backend, f);
  expect(actual).toEqual(await both(referenceBackend, f));
  expect(actual[0]).toEqual(actual[1]);
  backend.dispose();
});

const rounded: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  normal: (key) => random.normal(key, [4096]),
  truncatedNormal: (key) => random.truncatedNormal(key, [4096]),
  exponential: (key) => random.exponential(key, [4096]),
  laplace: (key) => random.laplace(key, [4096]),
  cauchy: (key) => random.cauchy(key, [4096]),
  gamma: (key) => random.gamma(key, 2.5, [4096]),
};

it.each(Object.entries(rounded))('%s is within 4 ulp of reference', async (_, draw) => {
  const [actual, expected] = [0, 1].map(() => draw(random.key(5)));
  await withBackend(onnx, () => evaluate(actual!));
  await withBackend(referenceBackend, () => evaluate(expected!));
  expect(deviation(await actual!.data(), await expected!.data(), 'float32', { ulps: 4 })).toBe('');
});

it('draws numbers in one run on the host, before the rest of the graph', async () => {
  const backend = recording(onnx);
  const step = compile((key: Tensor, x: Tensor) => {
    const [next, own] = random.split(key);
    return [next!, nn.dropout(x, 0.5, own!).sum()] as const;
  });
  let key = random.key(3);
  const sums: number[] = [];
  for (let i = 0; i < 3; i++) {
    const [next, sum] = withBackend(backend, () => step(key, values('float32', [64])));
    sums.push(await sum.item());
    key = next;
  }
  expect(new Set(sums).size).toBeGreaterThan(1);
  expect(backend.graphs.length).toBe(1);
  const names = backend.graphs[0]!.nodes.map(({ primitive }) => primitive.name).filter((name) => name !== 'full');
  expect(names).toEqual(['less', 'cast', 'mul', 'mul', 'sum']);
  backend.dispose();
});
