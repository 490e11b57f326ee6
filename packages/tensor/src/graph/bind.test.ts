import { expect, it } from 'vitest';
import { arange, concat, nn, ShapeError, zeros, type Tensor } from '../index.js';

const row = zeros([1, 65536]);
const column = zeros([65536, 1]);
const many = zeros([2 ** 20]);

it.each<[string, () => Tensor]>([
  ['add', () => row.add(column)],
  ['greater', () => row.greater(column)],
  ['matmul', () => column.matmul(row)],
  ['broadcastTo', () => row.broadcastTo([65536, 65536])],
  ['concat', () => concat(Array.from({ length: 4096 }, () => many))],
  ['conv', () => nn.conv(row.reshape([1, 65536, 1]), zeros([1, 1, 65536]))],
])('refuses a result of %s that has 2^31 elements or more, when it is built', (operation, build) => {
  expect(build).toThrow(ShapeError);
  expect(build).toThrow(new RegExp(`^${operation}: .* has 4294967296 elements; the limit is 2\\^31 - 1$`));
});

it('counts elements once', () => {
  expect(arange(6).reshape([2, 3]).size).toBe(6);
  expect(zeros([]).size).toBe(1);
  expect(zeros([3, 0]).size).toBe(0);
});
