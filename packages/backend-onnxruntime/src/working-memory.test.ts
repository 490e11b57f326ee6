import { foriLoop, traceGraph, type Shape, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { values } from './numbers.fixture.js';
import { workingBytes } from './working-memory.js';

function bytes(f: (x: Tensor) => Tensor | readonly Tensor[], shape: Shape): number {
  return workingBytes(traceGraph(f, values('float32', shape)).graph);
}

it.each<[string, (x: Tensor) => Tensor | readonly Tensor[], number]>([
  ['nothing for a result', (x) => x.exp(), 0],
  ['one value on the way', (x) => x.exp().sin(), 400],
  ['two that follow each other, while the second is made', (x) => x.exp().sin().cos(), 800],
  ['no more for a longer chain', (x) => x.exp().sin().cos().tanh().neg(), 800],
  [
    'a value as long as it is needed',
    (x) => {
      const kept = x.exp();
      return kept.sin().cos().tanh().mul(kept);
    },
    1200,
  ],
  [
    'results apart from what is computed from them',
    (x) => {
      const result = x.exp();
      return [result, result.sin().sum()];
    },
    400,
  ],
  ['elements of eight bytes', (x) => x.cast('float64').sum(), 800],
  ['what is inside a loop, and its five counts', (x) => foriLoop(0, 5, (_, v) => v.exp().sin().cos().mul(2), x), 820],
])('counts %s', (_, f, expected) => {
  expect(bytes(f, [10, 10])).toBe(expected);
});
