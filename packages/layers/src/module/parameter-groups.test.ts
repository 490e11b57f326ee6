import { tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { dense } from '../layers/dense.js';
import { sequential } from '../models/sequential.js';
import { Module } from './module.js';
import { parameterGroups, type WeightFilter } from './parameter-groups.js';

class Scaled extends Module {
  readonly scales: Tensor[] = [tensor(1), tensor(2)];
  readonly inner = sequential([dense({ units: 2, name: 'first' }), dense({ units: 2, trainable: false })], {
    inputShape: [2],
  });
  call(x: Tensor): Tensor {
    return this.inner.apply(x.mul(this.scales[0]!));
  }
}

const paths = (...filters: WeightFilter[]): string[][] =>
  parameterGroups(
    new Scaled(),
    filters.map((match) => ({ match })),
  ).map(({ weights }) => weights.map(({ path }) => path));

it('puts each weight into the group of the first rule that matches', () => {
  expect(paths(/bias$/, 'inner.layers.0')).toEqual([
    ['inner.layers.0.bias', 'inner.layers.1.bias'],
    ['inner.layers.0.kernel'],
    ['scales.0', 'scales.1', 'inner.layers.1.kernel'],
  ]);
  expect(paths(() => true)).toHaveLength(1);
  expect(paths(({ trainable }) => !trainable)[0]).toEqual(['inner.layers.1.kernel', 'inner.layers.1.bias']);
});

it('knows layers by name too, and does not take one name for the beginning of another', () => {
  expect(paths('inner.layers.first')[0]).toEqual(['inner.layers.0.kernel', 'inner.layers.0.bias']);
  expect(paths(/^inner\.layers\.dense\./)[0]).toEqual(['inner.layers.1.kernel', 'inner.layers.1.bias']);
  expect(paths('scales.1')[0]).toEqual(['scales.1']);
  expect(() => paths('inner.layers.fir')).toThrow('gets none of the 6 weights');
});

it('says which rule gets nothing', () => {
  expect(() => paths('inner', /biass$/)).toThrow(
    'parameterGroups: rule 1 (/biass$/) gets none of the 6 weights: scales.0, scales.1, inner.layers.0.kernel, ' +
      'inner.layers.0.bias, inner.layers.1.kernel, inner.layers.1.bias; a weight belongs to the first rule that matches it',
  );
  expect(() => paths('inner', 'inner.layers.0')).toThrow('rule 1 (inner.layers.0) gets none');
});
