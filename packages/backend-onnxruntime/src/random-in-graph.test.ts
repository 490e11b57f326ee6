import {
  cond,
  evaluate,
  nn,
  random,
  referenceBackend,
  scan,
  stack,
  tensor,
  vmap,
  whileLoop,
  withBackend,
  type Backend,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

/** A key that depends on a number of the graph: the host cannot know it before. */
function computedKey(seed: Tensor): Tensor {
  return random.foldIn(random.key(2 ** 40 + 7), seed.mul(3).cast('int32'));
}

const draws: Readonly<Record<string, (seed: Tensor) => Tensor>> = {
  'an odd number of bits': (seed) => random.bits(computedKey(seed), [33]),
  'bits of two axes': (seed) => random.bits(computedKey(seed), [6, 7]),
  'one word': (seed) => random.bits(computedKey(seed), []),
  'no bits': (seed) => random.bits(computedKey(seed), [0, 3]),
  'bits of a key folded in': (seed) => random.bits(random.foldIn(computedKey(seed), 2 ** 31 + 5), [5]),
  'bits of a key folded in with a long negative number': (seed) =>
    random.bits(random.foldIn(computedKey(seed), seed.mul(-1e12).cast('int32').cast('int64')), [5]),
  'bits of several keys': (seed) => random.bits(random.split(computedKey(seed), 3), [5]),
  'a key that is moved around': (seed) => {
    const keys = random.split(computedKey(seed), 6).reshape([2, 3]).transpose();
    return random.bits(keys.slice([1, 3], [0, 1]).reshape([2]), [3]);
  },
  'keys chosen by an index': (seed) => random.bits(random.split(computedKey(seed), 5).at(seed.cast('int32')), [3]),
  permutation: (seed) => random.permutation(computedKey(seed), 101),
  'permutations of several keys': (seed) =>
    vmap((key: Tensor) => random.permutation(key, 7))(random.split(computedKey(seed), 3)),
  'choice by weights': (seed) =>
    random.choice(computedKey(seed), 20, [9], {
      replace: false,
      probabilities: values('float32', [20]).abs().add(0.1),
    }),
  uniform: (seed) => random.uniform(computedKey(seed), [101]),
  bernoulli: (seed) => random.bernoulli(computedKey(seed), 0.3, [101]),
  randint: (seed) => random.randint(computedKey(seed), [101], -7, 2 ** 31 - 1),
  categorical: (seed) => random.categorical(computedKey(seed), values('float32', [51, 7])),
  dropout: (seed) => nn.dropout(values('float32', [9, 11]), 0.25, computedKey(seed)),
  'a draw per key of a batch': (seed) =>
    vmap((key: Tensor) => random.bits(key, [4]))(random.split(computedKey(seed), 3)),
  'a key that a scan carries': (seed) => {
    const [, drawn] = scan(
      (key: Tensor, x: Tensor) => {
        const [next, own] = random.split(key);
        return [next!, random.bits(own!, [3]).add(x)] as const;
      },
      random.key(5),
      seed.cast('uint32').add(tensor(new Uint32Array([1, 2, 3, 4]))),
    );
    return drawn;
  },
  'keys that a scan steps through': (seed) => {
    const keys = random.split(computedKey(seed), 4);
    const [, drawn] = scan((sum: Tensor, key: Tensor) => [sum, random.bits(key, [3])] as const, seed, keys);
    return drawn;
  },
  'a key in a branch': (seed) =>
    cond(
      seed.greater(1),
      (key: Tensor) => random.bits(key, [4]),
      (key: Tensor) => random.bits(random.foldIn(key, 1), [4]),
      random.key(8),
    ),
  'draws until one is small': (seed) => {
    const [steps, , last] = whileLoop(
      ([, , word]: readonly [Tensor, Tensor, Tensor]) => word.greater(0.1),
      ([count, key]: readonly [Tensor, Tensor, Tensor]) => {
        const [next, own] = random.split(key);
        return [count.add(1), next!, random.uniform(own!, [])] as const;
      },
      [seed, random.key(11), seed] as const,
    );
    return stack([steps, last]);
  },
};

async function run(backend: Backend, f: (seed: Tensor) => Tensor): Promise<unknown> {
  const result = f(tensor([2]).reshape([]));
  await withBackend(backend, () => evaluate(result));
  return result.data();
}

it.each(Object.entries(draws))('%s: drawn in the graph, the same as on reference', async (_, f) => {
  const backend = { ...recording(onnxruntime({ threads: 1 })), fasterOnHost: () => false };
  const actual = await run(backend, f);
  expect([...backend.refused]).toEqual([]);
  expect(['keyFoldIn', 'randomBits', 'scan', 'cond', 'while'].some((name) => backend.compiled.has(name))).toBe(true);
  expect(actual).toEqual(await run(referenceBackend, f));
  backend.dispose();
});
