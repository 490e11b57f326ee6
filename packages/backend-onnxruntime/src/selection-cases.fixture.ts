import * as t from '@tesserajs/tensor';
import type { DType, PrimitiveName, Shape, Tensor } from '@tesserajs/tensor';
import { apply } from './apply.fixture.js';
import type { Case } from './case.fixture.js';
import { from, values } from './numbers.fixture.js';

const floats: readonly DType[] = ['float32', 'float64'];

/** Indices within an axis of this size, negative ones too, some of them repeated. */
function indices(dtype: DType, shape: Shape, size: number, seed = 1): Tensor {
  const count = shape.reduce((product, n) => product * n, 1);
  const low = dtype.startsWith('u') ? 0 : -size;
  const list = Array.from({ length: count }, (_, i) => low + ((i * 7919 + seed * 31 + i * i) % (size - low)));
  return from(dtype, shape, list);
}

interface IndexCase {
  readonly title: string;
  readonly shape: Shape;
  readonly axis: number;
  readonly at: () => readonly Tensor[];
  readonly dtypes?: readonly DType[];
}

const indexCases: readonly IndexCase[] = [
  { title: 'rows', shape: [6, 3], axis: 0, at: () => [indices('int32', [5], 6)] },
  { title: 'columns', shape: [3, 6], axis: 1, at: () => [indices('int64', [4], 6)] },
  { title: 'the middle by a matrix', shape: [2, 5, 3], axis: 1, at: () => [indices('int32', [2, 3], 5)] },
  { title: 'one', shape: [5, 3], axis: 0, at: () => [from('int32', [], [-2])] },
  { title: 'none', shape: [5, 3], axis: 0, at: () => [from('int32', [0], [])] },
  { title: 'by uint8', shape: [5, 3], axis: 0, at: () => [indices('uint8', [4], 5)], dtypes: ['float32'] },
  {
    title: 'by two tensors',
    shape: [4, 5, 3],
    axis: 0,
    at: () => [indices('int32', [6], 4), indices('int64', [6], 5, 2)],
  },
  {
    title: 'by two tensors, after an axis',
    shape: [2, 4, 5],
    axis: 1,
    at: () => [indices('int32', [6], 4), indices('int16', [6], 5, 2)],
  },
  { title: 'a large table', shape: [2000, 4], axis: 0, at: () => [indices('int32', [50], 2000)], dtypes: floats },
  { title: 'wide rows', shape: [19, 300], axis: 0, at: () => [indices('int32', [64], 19)], dtypes: floats },
];

const read = ({ shape, axis, at }: IndexCase): Shape => [
  ...shape.slice(0, axis),
  ...at()[0]!.shape,
  ...shape.slice(axis + at().length),
];

const numbers = t.dtypes.filter((dtype) => !['bool', 'key', 'float16', 'bfloat16'].includes(dtype));

interface WindowCase {
  readonly shape: Shape;
  readonly sizes: Shape;
  readonly starts: readonly number[];
}

const windows: readonly WindowCase[] = [
  { shape: [7], sizes: [3], starts: [2] },
  { shape: [7], sizes: [3], starts: [9] },
  { shape: [7], sizes: [3], starts: [-2] },
  { shape: [7], sizes: [3], starts: [-20] },
  { shape: [4, 5], sizes: [4, 2], starts: [1, 1] },
  { shape: [4, 5, 3], sizes: [2, 5, 1], starts: [1, 0, 2] },
  { shape: [4, 5], sizes: [4, 5], starts: [1, 1] },
  { shape: [4, 5], sizes: [0, 5], starts: [1, 0] },
];

const floatAndWide: readonly DType[] = ['float32', 'float64', 'int32', 'int64'];

/** Some elements are equal, some NaN or infinite. */
const disordered = (dtype: DType): Tensor =>
  from(
    dtype,
    [2, 12],
    [
      ...[3, NaN, Infinity, -Infinity, 0, -0, 3, NaN, 3.4e38, -3.4e38, 3, Infinity],
      ...[5, 5, 1, 1, NaN, -1, 5, 2, 2, NaN, 0, 0],
    ],
  );

const orders: readonly Case[] = [false, true].flatMap((descending): Case[] => [
  ...[0, 1, 2].map((axis): Case => ({
    title: `along ${axis}, ${descending ? 'descending' : 'ascending'}`,
    inputs: (dtype) => [values(dtype, [5, 7, 6])],
    f: (x) => t.argsort(x, axis, { descending }),
  })),
  {
    title: `with NaN, ${descending ? 'descending' : 'ascending'}`,
    inputs: (dtype) => [disordered(dtype)],
    f: (x) => t.argsort(x, 1, { descending }),
    dtypes: floats,
  },
  {
    title: `the first three, ${descending ? 'descending' : 'ascending'}`,
    inputs: (dtype) => [values(dtype, [4, 300])],
    f: (x) => apply('argsort', [x], { axis: 1, descending, count: 3 }),
  },
  {
    title: `many ties, ${descending ? 'descending' : 'ascending'}`,
    inputs: (dtype) => [
      from(
        dtype,
        [1000],
        Array.from({ length: 1000 }, (_, i) => (i * 7919) % 3),
      ),
    ],
    f: (x) => t.argsort(x, 0, { descending }),
  },
]);

/** Shapes for both forms of a recurrence: rounds that double what they cover, and a loop. */
const recurrences = [
  { shape: [3, 40, 5], axes: [0, 1, 2] },
  { shape: [2, 40, 1000], axes: [1] },
].flatMap(({ shape, axes }) => axes.flatMap((axis) => [false, true].map((reverse) => ({ shape, axis, reverse }))));

/** Floats so small that their products stay finite. */
function small(x: Tensor): Tensor {
  return t.isFloat(x.dtype) ? x.mul(0.25) : x;
}

/** Primitives that read and write by indices, or in windows. */
export const selectionCases = {
  argsort: [
    ...orders,
    {
      title: 'no elements',
      inputs: (dtype) => [values(dtype, [2, 0])],
      f: (x) => t.argsort(x),
    },
  ],
  argmin: [
    ...[0, 1, 2].map((axis): Case => ({
      title: `along ${axis}`,
      inputs: (dtype) => [values(dtype, [3, 4, 5])],
      f: (x) => x.argmin(axis),
    })),
    { title: 'with NaN', inputs: (dtype) => [disordered(dtype)], f: (x) => x.argmin(1), dtypes: floats },
  ],
  cumSum: [
    ...[0, 1, 2].flatMap((axis) =>
      [false, true].map((reverse): Case => ({
        title: `along ${axis}, ${reverse ? 'from the end' : 'from the start'}`,
        inputs: (dtype) => [values(dtype, [3, 40, 5])],
        f: (x) => apply('cumSum', [x], { axis, reverse }),
        length: 40,
        dtypes: numbers,
      })),
    ),
    { title: 'nothing', inputs: (dtype) => [values(dtype, [2, 0])], f: (x) => x.cumSum(1), dtypes: floatAndWide },
  ],
  cumProd: recurrences.map(({ shape, axis, reverse }): Case => ({
    title: `along ${axis} of ${String(shape)}, ${reverse ? 'from the end' : 'from the start'}`,
    inputs: (dtype) => [values(dtype, shape)],
    f: (x) => apply('cumProd', [small(x)], { axis, reverse }),
    length: 40,
    dtypes: numbers,
  })),
  linearRecurrence: recurrences.map(({ shape, axis, reverse }): Case => ({
    title: `along ${axis} of ${String(shape)}, ${reverse ? 'from the end' : 'from the start'}`,
    inputs: (dtype) => [values(dtype, shape), values(dtype, shape)],
    f: (a, b) => apply('linearRecurrence', [small(a), b], { axis, reverse }),
    length: 40,
    dtypes: numbers,
  })),
  prod: [[0], [1], [0, 2], [0, 1, 2]].map((axes): Case => ({
    title: `over ${String(axes)}`,
    inputs: (dtype) => [values(dtype, [3, 4, 2])],
    f: (x) => apply('prod', [x], { axes }),
    length: 24,
    dtypes: numbers,
  })),
  gather: indexCases.map(({ title, shape, axis, at, dtypes }): Case => ({
    title,
    inputs: (dtype) => [values(dtype, shape), ...at()],
    f: (x, ...places) => t.gather(x, places, axis),
    gradientLength: 16,
    ...(dtypes === undefined ? {} : { dtypes }),
  })),
  scatterAdd: [
    ...indexCases.map((one): Case => ({
      title: one.title,
      inputs: (dtype) => [values(dtype, read(one)), ...one.at()],
      f: (updates, ...places) =>
        apply('scatterAdd', [updates, ...places], {
          axis: one.axis,
          sizes: one.shape.slice(one.axis, one.axis + places.length),
          uniqueIndices: false,
        }),
      length: 16,
      dtypes: one.dtypes ?? numbers,
    })),
    {
      title: 'unique',
      inputs: (dtype) => [values(dtype, [3, 2]), from('int32', [3], [3, -5, 1])],
      f: (updates, at) => apply('scatterAdd', [updates, at], { axis: 0, sizes: [5], uniqueIndices: true }),
      dtypes: numbers,
    },
    {
      title: 'unique columns',
      inputs: (dtype) => [values(dtype, [2, 3]), from('int32', [3], [3, -5, 1])],
      f: (updates, at) => apply('scatterAdd', [updates, at], { axis: 1, sizes: [5], uniqueIndices: true }),
      dtypes: numbers,
    },
  ],
  scatterSet: [
    ...indexCases.map((one): Case => ({
      title: one.title,
      inputs: (dtype) => [values(dtype, one.shape), values(dtype, read(one), 2), ...one.at()],
      f: (x, updates, ...places) => t.scatterSet(x, places, updates, one.axis),
      ...(one.dtypes === undefined ? {} : { dtypes: one.dtypes }),
    })),
    {
      title: 'unique',
      inputs: (dtype) => [values(dtype, [5, 2]), values(dtype, [3, 2], 2), from('int32', [3], [3, -5, 1])],
      f: (x, updates, at) => t.scatterSet(x, at, updates, 0, { uniqueIndices: true }),
    },
  ],
  dynamicSlice: windows.map(({ shape, sizes, starts }): Case => ({
    title: `[${String(sizes)}] of [${String(shape)}] at ${String(starts)}`,
    inputs: (dtype) => [values(dtype, shape), from('int32', [starts.length], starts)],
    f: (x, at) => apply('dynamicSlice', [x, at], { sizes }),
  })),
  dynamicUpdateSlice: windows.map(({ shape, sizes, starts }): Case => ({
    title: `[${String(sizes)}] in [${String(shape)}] at ${String(starts)}`,
    inputs: (dtype) => [values(dtype, shape), values(dtype, sizes, 2), from('int32', [starts.length], starts)],
    f: (x, update, at) => apply('dynamicUpdateSlice', [x, update, at]),
  })),
} satisfies Partial<Record<PrimitiveName, readonly Case[]>>;
