import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import {
  diag,
  diagonal,
  dot,
  flip,
  isClose,
  kron,
  matmul,
  meshgrid,
  moveAxis,
  outer,
  pad,
  repeat,
  roll,
  split,
  swapAxes,
  tensordot,
  tile,
  trace,
  tril,
  triu,
  zeros,
} from '../index.js';

const x = zeros([2, 3]);

it('says what is wrong with axes', () => {
  expect(
    errorTexts(
      () => moveAxis(x, [0, 1], 0),
      () => moveAxis(x, [0, 0], [0, 1]),
      () => moveAxis(x, 2, 0),
      () => swapAxes(x, 0, -3),
      () => flip(x, [1, 1]),
      () => roll(x, 1.5, 0),
      () => roll(x, [1, 2], 0),
      () => roll(x, 1, 2),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: moveAxis: [0,1] and [0] name 2 and 1 axes of [2,3]; name as many destinations as sources
    ShapeError: moveAxis: axis 0 of shape [2,3] is given twice in [0,0]; name each axis once
    ShapeError: moveAxis: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: swapAxes: axis -3 is out of range for shape [2,3]; use -2 to 1
    ShapeError: flip: axis 1 of shape [2,3] is given twice in [1,1]; name each axis once
    ArgumentError: roll: shift [1.5] is not accepted for axis [0]; use a whole number, or one for each axis
    ArgumentError: roll: shift [1,2] is not accepted for axis [0]; use a whole number, or one for each axis
    ShapeError: roll: axis 2 is out of range for shape [2,3]; use -2 to 1"
  `);
});

it('says what is wrong with widths, counts and parts', () => {
  expect(
    errorTexts(
      () => pad(x, -1),
      () => pad(x, [[1, 1]]),
      () => pad(zeros([0, 3]), 1, { mode: 'edge' }),
      () => tile(x, -1),
      () => repeat(x, [1, 2], 1),
      () => repeat(x, 0.5),
      () => split(x, 2, 1),
      () => split(x, 0),
      () => split(x, [0.5]),
      () => meshgrid([x]),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: pad: widths -1 are not accepted for [2,3]; use a whole number >= 0, [before, after], or such a pair for each of 2 axes
    ArgumentError: pad: widths [[1,1]] are not accepted for [2,3]; use a whole number >= 0, [before, after], or such a pair for each of 2 axes
    ShapeError: pad: axis 0 of [0,3] is empty: edge has no element to continue with; use mode 'constant'
    ArgumentError: tile: repetitions [-1] is not accepted; use whole numbers >= 0
    ShapeError: repeat: 2 repetitions for axis 1 of [2,3], which has 3 elements; name one for each
    ArgumentError: repeat: repetitions [0.5] is not accepted; use whole numbers >= 0
    ShapeError: split: axis 1 of [2,3] has 3 elements, which do not make 2 equal parts; use a divisor, or the positions to split at
    ShapeError: split: axis 0 of [2,3] has 2 elements, which do not make 0 equal parts; use a divisor, or the positions to split at
    ArgumentError: split: positions [0.5] are not accepted; use whole numbers
    ShapeError: meshgrid: vector 0 has shape [2,3]; pass vectors, e.g. .flatten()"
  `);
});

it('says what is wrong with matrices and products', () => {
  const v = zeros([3]);
  expect(
    errorTexts(
      () => tril(v),
      () => triu(x, 0.5),
      () => diag(zeros([1, 2, 3])),
      () => diagonal(v),
      () => diagonal(x, { axis1: 1 }),
      () => trace(x, { axis2: 4 }),
      () => dot(x, x),
      () => tensordot(x, x, 1),
      () => tensordot(x, x, 3),
      () => tensordot(x, x, [[0], [0, 1]]),
      () =>
        tensordot(x, x, [
          [0, 0],
          [0, 0],
        ]),
      () => matmul(x, x),
      () => matmul(zeros([]), x),
      () => matmul(zeros([2, 2, 3]), zeros([3, 3, 4])),
      () => outer(x, zeros([2], { dtype: 'int32' })),
      () => kron(x, zeros([2], { dtype: 'int32' })),
      () => isClose(x, zeros([4])),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: tril: [3] has no rows and columns; it takes matrices […, rows, columns]
    ArgumentError: triu: offset 0.5 is not accepted; use a whole number
    ShapeError: diag: [1,2,3] is no vector or matrix; use diagonal for stacks of matrices
    ShapeError: diagonal: [3] has no rows and columns; it takes matrices […, rows, columns]
    ShapeError: diagonal: axis1 and axis2 are both 1 of [2,3]; name two axes
    ShapeError: trace: axis 4 is out of range for shape [2,3]; use -2 to 1
    ShapeError: dot: inner dimensions differ: [2,3] · [2,3] (3 ≠ 2)
    ShapeError: tensordot: axes [1] of [2,3] and [0] of [2,3] differ in number or size; name pairs of equal axes
    ArgumentError: tensordot: 3 axes of [2,3] and [2,3] are not accepted; use 0 to 2
    ShapeError: tensordot: axes [0] of [2,3] and [0,1] of [2,3] differ in number or size; name pairs of equal axes
    ShapeError: tensordot: axes [0,0] and [0,0] name an axis twice
    ShapeError: matmul: inner dimensions differ: [2,3] · [2,3] (3 ≠ 2)
    ShapeError: matmul: operands need two axes or more: [] · [2,3]; add one with .expandDims(…)
    ShapeError: matmul: leading axes of [2,2,3] · [3,3,4]: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    DTypeError: outer: dtypes differ: float32 [2,3] and int32 [2]; convert one with .cast('float32')
    DTypeError: kron: dtypes differ: float32 [2,3] and int32 [2]; convert one with .cast('float32')
    ShapeError: isClose: shapes [2,3] and [4] do not broadcast: axis -1 has 3 and 4; sizes must be equal or 1"
  `);
});
