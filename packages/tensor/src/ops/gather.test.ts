import { expect, it } from 'vitest';
import { fromHostArray } from '../create.js';
import { errorTexts } from '../errors.fixture.js';
import {
  dynamicSlice,
  dynamicUpdateSlice,
  gather,
  ones,
  scatterAdd,
  scatterSet,
  segmentSum,
  take,
  tensor,
  zeros,
  type Tensor,
} from '../index.js';
import { shown } from '../values.fixture.js';

const int32 = (...values: number[]): Tensor => fromHostArray(Int32Array.from(values), [values.length], 'int32');

it('reads and writes rows, with updates that broadcast', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const at = int32(2, 0, 2);
  expect(
    shown([
      gather(x, at),
      gather(x, [at, int32(1)]),
      scatterAdd(x, at, 10),
      scatterAdd(x, int32(1), tensor([100, 200]), 0, { uniqueIndices: true }),
      scatterSet(x, at, tensor([[7], [8], [9]])),
      scatterSet(x, int32(-1), 0, 1),
    ]),
  ).toEqual([
    'float32 [3,2] 5 6 1 2 5 6',
    'float32 [3] 6 2 6',
    'float32 [3,2] 11 12 3 4 25 26',
    'float32 [3,2] 1 2 103 204 5 6',
    'float32 [3,2] 8 8 3 4 9 9',
    'float32 [3,2] 1 0 3 0 5 0',
  ]);
});

it('writes a window at starts that are numbers, scalars or a vector', () => {
  const x = zeros([2, 4]);
  const update = ones([2, 2]);
  const expected = ['float32 [2,4] 0 1 1 0 0 1 1 0'];
  for (const starts of [[0, 1], [0, int32(1).at(0)], int32(0, 1)]) {
    expect(shown(dynamicUpdateSlice(x, update, starts))).toEqual(expected);
  }
  expect(dynamicSlice(x, int32(0, 1), [2, 4])).toBe(x);
});

it('says what is wrong with indices, updates and windows', () => {
  const x = zeros([3, 2]);
  expect(
    errorTexts(
      () => gather(x, zeros([2])),
      () => gather(x, x.greater(0)),
      () => gather(x, []),
      () => gather(x, int32(0), 2),
      () => gather(x, [int32(0), int32(1)], 1),
      () => gather(x, [int32(0, 1), int32(0, 1, 2)]),
      () => take(x, int32(0), 5),
      () => take(x, zeros([1]), 0),
      () => scatterAdd(x, int32(0), zeros([3])),
      () => scatterAdd(x, int32(0), int32(1)),
      () => scatterAdd(x.greater(0), int32(0), true),
      () => scatterSet(x, int32(0), zeros([2, 2])),
      () => segmentSum(x, int32(0, 1), 2),
      () => segmentSum(x, zeros([3]), 2),
      () => segmentSum(x, int32(0, 1, 0), -1),
      () => dynamicSlice(x, [0], [1, 1]),
      () => dynamicSlice(x, [0, 0.5], [1, 1]),
      () => dynamicSlice(x, [0, zeros([])], [1, 1]),
      () => dynamicSlice(x, [0, int32(1)], [1, 1]),
      () => dynamicSlice(x, int32(1), [1, 1]),
      () => dynamicSlice(x, [0, 0], [4, 1]),
      () => dynamicSlice(x, [0, 0], [1]),
      () => dynamicSlice(x, [0, 0], [1, -1]),
      () => dynamicUpdateSlice(x, zeros([4, 2]), [0, 0]),
      () => dynamicUpdateSlice(x, int32(1), [0, 0]),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: gather: indices are float32 [2]; they must be integers: use .cast('int32')
    DTypeError: gather: indices are bool [3,2]; they must be integers: choose by a mask with where(mask, a, b)
    ArgumentError: gather: no indices given; pass one tensor or more
    ShapeError: gather: axis 2 is out of range for shape [3,2]; use -2 to 1
    ShapeError: gather: 2 tensors of indices from axis 1 on; the tensor has 2 axes
    ShapeError: gather: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    ShapeError: take: axis 5 is out of range for shape [3,2]; use -2 to 1
    DTypeError: take: indices are float32 [1]; they must be integers: use .cast('int32')
    ShapeError: scatterAdd: shapes [3] and [1,2] do not broadcast: axis -1 has 3 and 2; sizes must be equal or 1
    DTypeError: scatterAdd: dtypes differ: float32 [3,2] and int32 [1]; convert one with .cast('float32')
    DTypeError: scatterAdd: bool [3,2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    ShapeError: scatterSet: updates [2,2] do not fit the [1,2] that the indices name
    ShapeError: segmentSum: segment ids [2] for [3,2]; give one id for each row: [n] for [n, …]
    DTypeError: segmentSum: indices are float32 [3]; they must be integers: use .cast('int32')
    ArgumentError: segmentSum: -1 segments are not possible; use a whole number >= 0
    ShapeError: dynamicSlice: 1 starts for [3,2]; give one per axis
    ArgumentError: dynamicSlice: start 0.5 is not accepted; use whole numbers or integer tensors
    DTypeError: dynamicSlice: indices are float32 []; they must be integers: use .cast('int32')
    ShapeError: dynamicSlice: a start is [1]; use scalars, or one vector of starts
    ShapeError: dynamicSlice: starts are [1]; [3,2] takes one per axis: [2]
    ShapeError: dynamicSlice: a window of [4,1] does not fit [3,2]; give one size per axis, not above the axis's own
    ShapeError: dynamicSlice: a window of [1] does not fit [3,2]; give one size per axis, not above the axis's own
    ShapeError: dynamicSlice: shape [1,-1] has a dimension of -1; use whole numbers >= 0
    ShapeError: dynamicUpdateSlice: a window of [4,2] does not fit [3,2]; give one size per axis, not above the axis's own
    DTypeError: dynamicUpdateSlice: dtypes differ: float32 [3,2] and int32 [1]; convert one with .cast('float32')"
  `);
});
