import { expect, it } from 'vitest';
import { tensor } from '../index.js';
import type { Tensor } from '../tensor.js';
import { traceGraph } from '../transforms/trace-graph.js';
import { graphSignature, keepSignature, sameSignature, type GraphSignature } from './signature.js';

function signature(f: (...args: never[]) => unknown, args: readonly Tensor[], donated = -1): GraphSignature {
  const { graph } = traceGraph(f, ...args);
  return keepSignature(
    graphSignature(
      graph,
      args.map((_, i) => i === donated),
    ),
  );
}

const a = tensor([[1, 2, 3]]);
const b = tensor([[1], [2], [3]]);
const programs: readonly (readonly [(...args: never[]) => unknown, readonly Tensor[], number?])[] = [
  [(x: Tensor) => x.add(1), [a]],
  [(x: Tensor) => x.add(2), [a]],
  [(x: Tensor) => x.add(1), [b]],
  [(x: Tensor) => x.add(1), [a], 0],
  [(x: Tensor) => x.add(1), [a.cast('float64')]],
  [(x: Tensor) => x.sub(1), [a]],
  [(x: Tensor, y: Tensor) => x.sub(y), [a, a]],
  [(x: Tensor, y: Tensor) => y.sub(x), [a, a]],
  [(x: Tensor, y: Tensor) => x.sub(x.add(y)), [a, a]],
  [(x: Tensor, y: Tensor) => x.sub(y.add(x)), [a, a]],
  [(x: Tensor) => [x.exp(), x.log()], [a]],
  [(x: Tensor) => [x.log(), x.exp()], [a]],
  [(x: Tensor) => x.sum(0), [a]],
  [(x: Tensor) => x.sum(1), [a]],
];

it('differs where structures differ, in both halves of the hash', () => {
  const all = programs.map(([f, args, donated]) => signature(f, args, donated));
  all.forEach((one, i) => {
    all.forEach((other, k) => {
      expect(sameSignature(one, other)).toBe(i === k);
    });
  });
  expect(new Set(all.map(({ low }) => low)).size).toBe(all.length);
  expect(new Set(all.map(({ high }) => high)).size).toBe(all.length);
});

it('is equal for equal structures, whatever the values', () => {
  for (const [f, args, donated] of programs) {
    const others = args.map((x) => x.mul(7));
    expect(signature(f, others, donated)).toEqual(signature(f, args, donated));
  }
});

it('has hashes that hardly collide', () => {
  const hashes = new Set<string>();
  const halves = [new Set<number>(), new Set<number>()];
  const chains = 3000;
  for (let i = 0; i < chains; i++) {
    const chain = (x: Tensor): Tensor => {
      let y = x;
      for (let bit = 0; bit < 12; bit++) y = (i >> bit) % 2 === 0 ? y.exp() : y.neg();
      return y;
    };
    const { high, low } = signature(chain, [a]);
    hashes.add(`${high}:${low}`);
    halves[0]!.add(high);
    halves[1]!.add(low);
  }
  expect(hashes.size).toBe(chains);
  // Of 3000 random numbers of 32 bits, one pair is equal in every thousandth run, two pairs practically never.
  for (const half of halves) expect(half.size).toBeGreaterThanOrEqual(chains - 1);
});

it('keeps a signature when longer ones are made after it', () => {
  const short = signature(programs[0]![0], [a]);
  const words = [...short.words];
  const long = signature(
    (x: Tensor) => {
      let y = x;
      for (let i = 0; i < 2000; i++) y = y.neg().exp();
      return y;
    },
    [tensor([1, 2, 3])],
  );
  expect(long.words.length).toBeGreaterThan(4000);
  expect([...short.words]).toEqual(words);
});
