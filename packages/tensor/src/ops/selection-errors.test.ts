import { expect, it } from 'vitest';
import { fromHostArray } from '../create.js';
import { errorTexts } from '../errors.fixture.js';
import {
  argsort,
  bincount,
  compile,
  grad,
  median,
  putAlongAxis,
  quantile,
  random,
  searchSorted,
  sort,
  tensor,
  topK,
  zeros,
  type QuantileMethod,
  type Tensor,
} from '../index.js';
import { numbersOf, shown } from '../values.fixture.js';

const int32 = (...values: number[]): Tensor => fromHostArray(Int32Array.from(values), [values.length], 'int32');

it('says what is wrong with orders, quantiles and counts', () => {
  const x = zeros([2, 3]);
  expect(
    errorTexts(
      () => sort(x, 2),
      () => sort(tensor(1)),
      () => sort(random.key(0).expandDims(0)),
      () => argsort(x, -3),
      () => topK(x, 4),
      () => topK(x, -1),
      () => topK(x, 1.5, 0),
      () => quantile(x, 1.5),
      () => quantile(x, []),
      () => quantile(x, [0.5, NaN]),
      () => quantile(x, 0.5, 0, { method: 'middle' as QuantileMethod }),
      () => quantile(zeros([0, 2]), 0.5, 0),
      () => median(zeros([0])),
      () => compile((y: Tensor, q: number) => quantile(y, q))(x, 0.5),
      () => searchSorted(x, zeros([1])),
      () => searchSorted(zeros([3]), int32(1)),
      () => searchSorted(zeros([3]), zeros([1]), { side: 'middle' as 'left' }),
      () => bincount(zeros([3]), 2),
      () => bincount(int32(1), -1),
      () => bincount(int32(1), 2, { weights: zeros([2]) }),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: sort: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: sort: axis -1 is out of range for shape []; a scalar has no axes
    DTypeError: sort: random keys [1] are not accepted; derive keys with random.split or random.foldIn
    ShapeError: argsort: axis -3 is out of range for shape [2,3]; use -2 to 1
    ArgumentError: topK: k 4 is not possible along axis 1 of [2,3]; use 0 to 3
    ArgumentError: topK: k -1 is not possible along axis 1 of [2,3]; use 0 to 3
    ArgumentError: topK: k 1.5 is not possible along axis 0 of [2,3]; use 0 to 2
    ArgumentError: quantile: q 1.5 is not accepted; use numbers from 0 to 1, known when a function is traced
    ArgumentError: quantile: no q given; pass a number from 0 to 1, or several
    ArgumentError: quantile: q NaN is not accepted; use numbers from 0 to 1, known when a function is traced
    ArgumentError: quantile: method 'middle' is not known; use one of linear, lower, higher, midpoint, nearest, hazen, weibull, medianUnbiased, normalUnbiased, invertedCdf, averagedInvertedCdf, closestObservation, interpolatedInvertedCdf
    ShapeError: quantile: axis 0 of shape [0,2] is empty; nothing to choose from
    ShapeError: median: axis 0 of shape [0] is empty; nothing to choose from
    ArgumentError: quantile: q Tensor(float64 [], traced) is not accepted; use numbers from 0 to 1, known when a function is traced
    ShapeError: searchSorted: the sorted tensor is [2,3]; it must be a vector [n]
    DTypeError: searchSorted: dtypes differ: float32 [3] and int32 [1]; convert one with .cast('float32')
    ArgumentError: searchSorted: side middle is not accepted; use 'left' or 'right'
    DTypeError: bincount: indices are float32 [3]; they must be integers: use .cast('int32')
    ArgumentError: bincount: length -1 is not possible; use a whole number >= 0
    ShapeError: bincount: weights [2] for [1]; give one for each element"
  `);
});

it('says what is wrong with values to put along an axis', async () => {
  const x = zeros([2, 3]);
  const at = fromHostArray(Int32Array.of(0, 2), [2, 1], 'int32');
  expect(
    errorTexts(
      () => putAlongAxis(x, at, 1, 2),
      () => putAlongAxis(x, at, 1, 0),
      () => putAlongAxis(x, zeros([2, 1]), 1, 1),
      () => putAlongAxis(x, at, zeros([2, 2]), 1),
      () => putAlongAxis(x, at, int32(1), 1),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: putAlongAxis: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: putAlongAxis: shapes [2,3] and indices [2,1] differ elsewhere than at axis 0
    DTypeError: putAlongAxis: indices are float32 [2,1]; they must be integers: use .cast('int32')
    ShapeError: putAlongAxis: updates [2,2] do not fit the [2,1] that the indices name
    DTypeError: putAlongAxis: dtypes differ: float32 [2,3] and int32 [1]; convert one with .cast('float32')"
  `);
  await expect(putAlongAxis(x, at.add(1), 1, 1).data()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ExecutionError: putAlongAxis: index 3 is out of range for axis 1 of size 3; use whole numbers from -3 to 2]`,
  );
});

it('says what is wrong with reductions and running results', () => {
  const x = zeros([2, 0]);
  const flags = tensor([true]);
  expect(
    errorTexts(
      () => x.argmin(1),
      () => x.argmax(),
      () => x.variance(2),
      () => x.std(0, { correction: NaN }),
      () => x.prod([0, 0]),
      () => x.any(3),
      () => x.cumSum(2),
      () => flags.cumMax(),
      () => flags.argmin(),
      () => random.key(0).any(),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: argmin: axis 1 of shape [2,0] is empty; nothing to choose from
    ShapeError: argmax: axis 0 of shape [0] is empty; nothing to choose from
    ShapeError: variance: axis 2 is out of range for shape [2,0]; use -2 to 1
    ArgumentError: std: correction NaN is not accepted; use a number such as 0 or 1
    ShapeError: prod: axis 0 of shape [2,0] is given twice in [0,0]; name each axis once
    ShapeError: any: axis 3 is out of range for shape [2,0]; use -2 to 1
    ShapeError: cumSum: axis 2 is out of range for shape [2,0]; use -2 to 1
    DTypeError: cumMax: bool [1] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: argmin: bool [1] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: any: random keys [] are not accepted; derive keys with random.split or random.foldIn"
  `);
});

it('sorts long rows in order, with the gradient back in the places that they came from', () => {
  const values = Float64Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 4999) - 2000);
  const x = fromHostArray(values, [5000], 'float64');
  expect(numbersOf(sort(x))).toEqual([...values].sort((a, b) => a - b));
  expect(numbersOf(sort(x, 0, { descending: true }))).toEqual([...values].sort((a, b) => b - a));
  const weights = tensor([1, 2, 4]);
  expect(shown(grad((y: Tensor) => sort(y).mul(weights).sum())(tensor([3, 1, 2])))).toEqual(['float32 [3] 4 1 2']);
});

it('shares the gradient of the largest and smallest among equal elements', () => {
  const x = tensor([2, 5, 5, 1, 1]);
  expect(shown(grad((y: Tensor) => y.max())(x))).toEqual(['float32 [5] 0 0.5 0.5 0 0']);
  expect(shown(grad((y: Tensor) => y.min())(x))).toEqual(['float32 [5] 0 0 0 0.5 0.5']);
});

it('differentiates logSumExp of large numbers as a softmax', () => {
  expect(shown(grad((y: Tensor) => y.logSumExp())(tensor([1000, 1000])))).toEqual(['float32 [2] 0.5 0.5']);
});
