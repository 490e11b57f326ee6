import { expect, it } from 'vitest';
import {
  bincount,
  evaluate,
  gather,
  grad,
  nn,
  putAlongAxis,
  scatterAdd,
  scatterSet,
  segmentSum,
  ShapeError,
  take,
  takeAlongAxis,
  tensor,
  vmap,
  zeros,
  type Tensor,
} from '../index.js';

const table = zeros([5, 2]);
const indices = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' });

async function failure(y: Tensor): Promise<string> {
  return evaluate(y).then(
    () => 'none',
    (error: unknown) => String(error),
  );
}

it.each<[string, () => Tensor, string]>([
  [
    'gather',
    () => gather(table, indices(5)),
    'index 5 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  [
    'gather',
    () => gather(table, [indices(0), indices(-3)]),
    'index -3 is out of range for axis 1 of size 2; use whole numbers from -2 to 1',
  ],
  [
    'take',
    () => take(table, indices(2), 1),
    'index 2 is out of range for axis 1 of size 2; use whole numbers from -2 to 1',
  ],
  [
    'take',
    () => take(table, indices(-11)),
    'index -11 is out of range for axis 0 of size 10; use whole numbers from -10 to 9',
  ],
  ['take', () => take(zeros([0]), indices(0)), 'index 0 is out of range for axis 0 of size 0; the axis is empty'],
  [
    'embedding',
    () => nn.embedding(indices(1, 9), table),
    'index 9 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  ['at', () => table.at(indices(7)), 'index 7 is out of range for axis 0 of size 5; use whole numbers from -5 to 4'],
  [
    'set',
    () => table.set([indices(7)], 1),
    'index 7 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  [
    'addAt',
    () => table.addAt([indices(7)], 1),
    'index 7 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  [
    'scatterAdd',
    () => scatterAdd(table, indices(6), 1),
    'index 6 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  [
    'scatterSet',
    () => scatterSet(table, indices(-6), 1),
    'index -6 is out of range for axis 0 of size 5; use whole numbers from -5 to 4',
  ],
  [
    'segmentSum',
    () => segmentSum(zeros([2]), indices(0, 3), 3),
    'index 3 is out of range for axis 0 of size 3; use whole numbers from 0 to 2',
  ],
  [
    'segmentSum',
    () => segmentSum(zeros([2]), indices(0, -1), 3),
    'index -1 is out of range for axis 0 of size 3; use whole numbers from 0 to 2',
  ],
  [
    'bincount',
    () => bincount(indices(0, 4), 4),
    'index 4 is out of range for axis 0 of size 4; use whole numbers from 0 to 3',
  ],
  [
    'bincount',
    () => bincount(indices(0, -1), 4),
    'index -1 is out of range for axis 0 of size 4; use whole numbers from 0 to 3',
  ],
  [
    'takeAlongAxis',
    () => takeAlongAxis(table.at(0), indices(2), 0),
    'index 2 is out of range for axis 0 of size 2; use whole numbers from -2 to 1',
  ],
  [
    'putAlongAxis',
    () => putAlongAxis(table.at(0), indices(2), 1, 0),
    'index 2 is out of range for axis 0 of size 2; use whole numbers from -2 to 1',
  ],
])('%s names itself for an index out of range', async (operation, build, text) => {
  expect(await failure(build())).toBe(`ExecutionError: ${operation}: ${text}`);
});

it.each<[string, (x: Tensor) => Tensor]>([
  ['take', (x) => take(x, indices(5), 0)],
  ['embedding', (x) => nn.embedding(indices(5), x)],
  ['takeAlongAxis', (x) => takeAlongAxis(x, indices(5, 0).reshape([1, 2]), 0)],
  ['segmentSum', (x) => segmentSum(x, indices(0, 1, 2, 3, -1), 4)],
  ['set', (x) => zeros([4, 2]).set([indices(0, 1, 2, 3, 4)], x)],
])('the gradient of %s names it as well', async (operation, f) => {
  expect(await failure(grad((x: Tensor) => f(x).sum())(table))).toContain(`ExecutionError: ${operation}: index `);
  const twice = (x: Tensor): Tensor =>
    grad((y: Tensor) => f(y).square().sum())(x)
      .square()
      .sum();
  expect(await failure(grad(twice)(table))).toContain(`ExecutionError: ${operation}: index `);
});

it('keeps the name in a batch', async () => {
  const rows = indices(1, 0, 9, 2).reshape([2, 2]);
  const count = vmap((row: Tensor) => bincount(row, 4));
  expect(await failure(count(rows))).toContain('ExecutionError: bincount: index 9 is out of range');
  expect(await failure(count(rows.sub(2)))).toContain('ExecutionError: bincount: index -1 is out of range');
  expect(await failure(vmap((row: Tensor) => take(table, row, 0))(rows))).toContain('ExecutionError: take: index 9');
});

it('says what stands in the place of an axis', () => {
  const options = { uniqueIndices: true } as unknown as number;
  expect(() => scatterAdd(table, indices(0), 1, options)).toThrow(
    new ShapeError('scatterAdd: the axis is an object; pass a number'),
  );
  expect(() => gather(table, indices(0), null as unknown as number)).toThrow(
    new ShapeError('gather: the axis is null; pass a number'),
  );
});
