import { expect, it } from 'vitest';
import { arange, concat, nn, OutOfMemoryError, ShapeError, zeros, type Tensor } from '../index.js';

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

it('refuses a result that no array holds, with what is held already', () => {
  const build = (): Tensor => zeros([2 ** 15, 1], { dtype: 'float64' }).add(zeros([1, 2 ** 15], { dtype: 'float64' }));
  expect(build).toThrow(OutOfMemoryError);
  expect(build).toThrow(
    /^add: float64 \[32768,32768\] would take 8589934592 bytes; one array holds less than 8589934592; \d+ live tensors hold \d+ bytes$/,
  );
  expect(zeros([2 ** 15, 1]).add(zeros([1, 2 ** 15])).size).toBe(2 ** 30);
});
