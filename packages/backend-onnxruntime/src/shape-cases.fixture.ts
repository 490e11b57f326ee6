import * as t from '@tesserajs/tensor';
import type { DType, PrimitiveName, Shape, Tensor } from '@tesserajs/tensor';
import { apply } from './apply.fixture.js';
import type { Case } from './case.fixture.js';
import { from, values } from './numbers.fixture.js';

const floats: readonly DType[] = ['float32', 'float64'];

/** A case on one tensor of a shape. */
const on = (shape: Shape, title: string, f: (x: Tensor) => Tensor, more: Partial<Case> = {}): Case => ({
  title: `[${shape.join()}] ${title}`,
  inputs: (dtype) => [values(dtype, shape)],
  f,
  ...more,
});

/** Every set of axes of a tensor of rank 3, and the leading axis of matrices. */
function reductions(reduce: (x: Tensor, axes: readonly number[]) => Tensor): Case[] {
  const sets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
  const shape = [3, 4, 5];
  const length = (axes: readonly number[]): number => axes.reduce((n, axis) => n * shape[axis]!, 1);
  return [
    ...sets.map((axes) => on(shape, `over ${axes.join()}`, (x) => reduce(x, axes), { length: length(axes) })),
    on([9, 5], 'over 0', (x) => reduce(x, [0]), { length: 9 }),
    on([300, 33], 'over 0', (x) => reduce(x, [0]), { length: 300 }),
    on([33, 300], 'over 1', (x) => reduce(x, [1]), { length: 300 }),
    on([1, 5], 'over 0', (x) => reduce(x, [0])),
    on([5, 1], 'over 0', (x) => reduce(x, [0]), { length: 5 }),
    on([2000], 'over 0', (x) => reduce(x, [0]), { length: 2000 }),
    on([3, 0], 'over 0', (x) => reduce(x, [0])),
    on([3, 4], 'that keeps the axis', (x) => reduce(x, [0]).expandDims(0), { length: 3 }),
  ];
}

const ties = (dtype: DType): Tensor[] => [from(dtype, [2, 4], [1, 3, 3, 1, 2, 2, 2, 2])];

function product(a: Shape, b: Shape, more: Partial<Case> = {}): Case {
  return {
    title: `[${a.join()}] · [${b.join()}]`,
    inputs: (dtype) => [values(dtype, a), values(dtype, b, 2)],
    f: (x, y) => x.matmul(y),
    length: a[a.length - 1]!,
    gradientLength: 200,
    ...more,
  };
}

const swap = (x: Tensor): Tensor => {
  const axes = [...x.shape.keys()];
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

/** Products that read one or both operands transposed. */
function transposedProducts(): Case[] {
  const shapes: readonly (readonly [Shape, Shape])[] = [
    [
      [4, 6],
      [6, 5],
    ],
    [
      [3, 4, 6],
      [3, 6, 5],
    ],
    [
      [3, 4, 6],
      [6, 5],
    ],
    [
      [4, 6],
      [3, 6, 5],
    ],
    [
      [2, 1, 4, 6],
      [3, 6, 5],
    ],
  ];
  return shapes.flatMap(([a, b]) => {
    const turned = (shape: Shape): Shape => [...shape.slice(0, -2), shape[shape.length - 1]!, shape[shape.length - 2]!];
    const more = { dtypes: ['float32', 'float64', 'int32'] as const };
    return [
      {
        ...product(turned(a), b, more),
        f: (x: Tensor, y: Tensor) => swap(x).matmul(y),
        title: `[${a.join()}]ᵀ · [${b.join()}]`,
      },
      {
        ...product(a, turned(b), more),
        f: (x: Tensor, y: Tensor) => x.matmul(swap(y)),
        title: `[${a.join()}] · [${b.join()}]ᵀ`,
      },
      {
        ...product(turned(a), turned(b), more),
        f: (x: Tensor, y: Tensor) => swap(x).matmul(swap(y)),
        title: `[${a.join()}]ᵀ · [${b.join()}]ᵀ`,
      },
    ];
  });
}

const integers = ['int32', 'int64', 'int8', 'uint8', 'uint32'] as const;

function along(name: 'softmax' | 'logSoftmax'): Case[] {
  const f = (axis: number) => (x: Tensor) => t.nn[name](x, axis);
  return [
    ...[0, 1, 2].map((axis) => on([3, 4, 5], `along ${axis}`, f(axis), { length: [3, 4, 5][axis]! })),
    on([7], 'along 0', f(0), { length: 7 }),
    on([4, 1], 'along an axis of 1', f(1)),
    on([0, 3], 'no rows', f(1)),
    {
      title: 'large numbers',
      inputs: (dtype) => [from(dtype, [2, 3], [1000, 999, -1000, -3e4, -3e4, -3e4])],
      f: f(1),
      dtypes: floats,
      length: 3,
    },
  ];
}

const numbers = t.dtypes.filter(
  (dtype) => dtype !== 'bool' && dtype !== 'key' && dtype !== 'float16' && dtype !== 'bfloat16',
);

function full(title: string, shape: Shape, value: number | string, dtypes?: readonly DType[]): Case {
  return {
    title,
    inputs: (dtype) => [values(dtype, [])],
    f: (x) => apply('full', [], { shape, dtype: x.dtype, value }),
    gradients: false,
    ...(dtypes === undefined ? {} : { dtypes }),
  };
}

/** Primitives that make, reduce, reshape, cut, index and normalise. */
export const shapeCases = {
  full: [
    full('0', [2, 3], 0),
    full('1', [2, 3], 1),
    full('7', [2, 3], 7, numbers),
    full('−3', [2, 3], -3, floats),
    full('NaN', [2], 'NaN', floats),
    full('Infinity', [2], 'Infinity', floats),
    full('−Infinity', [2], '-Infinity', floats),
    full('5, without axes', [], 5, numbers),
    full('5, without elements', [0, 2], 5, numbers),
  ],
  iota: [0, 1, 9].map((length): Case => ({
    title: `of ${length}`,
    inputs: (dtype) => [values(dtype, [2])],
    f: (x) => apply('iota', [], { length, dtype: x.dtype }),
    gradients: false,
  })),
  sum: reductions((x, axes) => x.sum(axes)),
  max: [
    ...reductions((x, axes) => x.max(axes)).filter(({ title }) => !title.startsWith('[3,0]')),
    { title: 'ties', inputs: ties, f: (x) => x.max(1), length: 4 },
  ],
  min: [
    ...reductions((x, axes) => x.min(axes)).filter(({ title }) => !title.startsWith('[3,0]')),
    { title: 'ties', inputs: ties, f: (x) => x.min(1), length: 4 },
  ],
  argmax: [
    ...[0, 1, 2].map((axis) => on([3, 4, 5], `along ${axis}`, (x) => x.argmax(axis))),
    { title: 'ties: the first', inputs: ties, f: (x) => x.argmax(1) },
    on([3, 4], 'that keeps the axis', (x) => x.argmax(1, { keepDims: true })),
  ],
  matmul: [
    product([4, 6], [6, 5]),
    product([1, 6], [6, 1]),
    product([1, 1], [1, 1]),
    product([33, 130], [130, 17], { dtypes: floats }),
    product([3, 4, 6], [3, 6, 5]),
    product([3, 4, 6], [6, 5]),
    product([4, 6], [3, 6, 5]),
    product([2, 1, 4, 6], [3, 6, 5]),
    product([6], [6, 5]),
    product([4, 6], [6]),
    product([6], [6]),
    product([0, 6], [6, 5]),
    product([4, 6], [6, 0]),
    product([4, 0], [0, 5], { dtypes: floats }),
    ...transposedProducts(),
    on([5, 5], 'times its own transpose', (x) => x.matmul(x.transpose()), {
      length: 5,
      gradientLength: 25,
      dtypes: floats,
    }),
    on([5, 5], 'a transpose that is also read elsewhere', (x) => x.matmul(x.transpose()).add(x.transpose()), {
      length: 6,
      gradientLength: 25,
      dtypes: floats,
    }),
  ],
  reshape: [
    on([2, 3, 4], 'to [6,4]', (x) => x.reshape([6, 4])),
    on([2, 3], 'to [6]', (x) => x.flatten()),
    on([1], 'to []', (x) => x.reshape([])),
    on([], 'to [1,1]', (x) => x.reshape([1, 1])),
    on([0, 4], 'to [2,0,2]', (x) => x.reshape([2, 0, 2])),
    on([2, 0], 'to [0]', (x) => x.reshape([0])),
  ],
  transpose: [
    on([3, 4], 'reversed', (x) => x.transpose()),
    on([2, 3, 4], '1,2,0', (x) => x.transpose([1, 2, 0])),
    on([2, 3, 4, 5], '0,2,3,1', (x) => x.transpose([0, 2, 3, 1])),
    on([0, 4], 'reversed', (x) => x.transpose()),
  ],
  broadcastTo: [
    on([1, 3], 'to [2,3]', (x) => x.broadcastTo([2, 3]), { gradientLength: 2 }),
    on([3], 'to [4,2,3]', (x) => x.broadcastTo([4, 2, 3]), { gradientLength: 8 }),
    on([], 'to [2,2]', (x) => x.broadcastTo([2, 2]), { gradientLength: 4 }),
    on([1, 3], 'to [0,3]', (x) => x.broadcastTo([0, 3])),
  ],
  slice: [
    on([7], '1:5', (x) => x.slice([1, 5])),
    on([7], '1:6:2', (x) => x.slice([1, 6, 2])),
    on([7], '::-1', (x) => x.slice([null, null, -1])),
    on([7], '5:1:-2', (x) => x.slice([5, 1, -2])),
    on([7], '-2::-3', (x) => x.slice([-2, null, -3])),
    on([7], '3:3', (x) => x.slice([3, 3])),
    on([4, 5, 6], 'each axis in its own way', (x) => x.slice([1, null, 2], [null, null, -1], [-4, -1])),
    on([4, 5], 'the last axis backwards', (x) => x.slice(null, [null, null, -2])),
  ],
  unslice: [
    {
      title: 'in the middle',
      inputs: (dtype) => [values(dtype, [2, 3])],
      f: (x) => apply('unslice', [x], { starts: [1, 0], sizes: [2, 3], steps: [1, 1], shape: [4, 5] }),
    },
    {
      title: 'at the ends',
      inputs: (dtype) => [values(dtype, [2, 3])],
      f: (x) => apply('unslice', [x], { starts: [2, 2], sizes: [2, 3], steps: [1, 1], shape: [4, 5] }),
    },
    {
      title: 'nothing',
      inputs: (dtype) => [values(dtype, [0])],
      f: (x) => apply('unslice', [x], { starts: [2], sizes: [0], steps: [1], shape: [4] }),
    },
    ...(
      [
        ['every third', { starts: [1], sizes: [3], steps: [3], shape: [9] }],
        ['up to the last place', { starts: [2], sizes: [3], steps: [3], shape: [9] }],
        ['backwards', { starts: [4], sizes: [5], steps: [-1], shape: [6] }],
        ['backwards in steps', { starts: [7], sizes: [3], steps: [-3], shape: [8] }],
        ['a single element', { starts: [3], sizes: [1], steps: [-4], shape: [5] }],
        ['each axis in its own way', { starts: [5, 1, 0], sizes: [3, 2, 4], steps: [-2, 3, 1], shape: [6, 5, 4] }],
      ] as const
    ).map(([title, attributes]) => ({
      title,
      inputs: (dtype: DType) => [values(dtype, attributes.sizes)],
      f: (x: Tensor) => apply('unslice', [x], attributes),
    })),
  ],
  concat: [
    {
      title: 'along 0',
      inputs: (dtype) => [values(dtype, [2, 3]), values(dtype, [1, 3], 2), values(dtype, [4, 3], 3)],
      f: (...x) => t.concat(x),
    },
    {
      title: 'along 1',
      inputs: (dtype) => [values(dtype, [2, 3]), values(dtype, [2, 1], 2)],
      f: (...x) => t.concat(x, 1),
    },
    {
      title: 'with itself',
      inputs: (dtype) => [values(dtype, [2, 3])],
      f: (x) => t.concat([x, x], -1),
      gradientLength: 2,
    },
    {
      title: 'with nothing',
      inputs: (dtype) => [values(dtype, [2, 3]), values(dtype, [0, 3], 2)],
      f: (...x) => t.concat(x),
    },
  ],
  takeAlongAxis: [
    {
      title: 'along 1, repeated and negative',
      inputs: (dtype) => [values(dtype, [2, 4]), from('int32', [2, 5], [0, -1, 3, 3, -4, 1, 1, 1, -2, 2])],
      f: (x, at) => t.takeAlongAxis(x, at, 1),
      gradientLength: 3,
    },
    {
      title: 'along 0',
      inputs: (dtype) => [values(dtype, [4, 3]), from('int32', [2, 3], [0, 3, -1, 2, 3, 1])],
      f: (x, at) => t.takeAlongAxis(x, at, 0),
      gradientLength: 2,
    },
    {
      title: 'one per row',
      inputs: (dtype) => [values(dtype, [4, 3]), from('int32', [4, 1], [0, 2, -1, 1])],
      f: (x, at) => t.takeAlongAxis(x, at, 1),
    },
    {
      title: 'nothing',
      inputs: (dtype) => [values(dtype, [4, 3]), from('int32', [4, 0], [])],
      f: (x, at) => t.takeAlongAxis(x, at, 1),
    },
    ...integers.map((index): Case => ({
      title: `by ${index}`,
      inputs: (dtype) => [values(dtype, [5]), from(index, [3], [4, 0, 4])],
      f: (x, at) => t.takeAlongAxis(x, at, 0),
      dtypes: ['float32'],
      gradientLength: 2,
    })),
  ],
  addAlongAxis: [
    {
      title: 'repeated and negative',
      inputs: (dtype) => [values(dtype, [2, 5]), from('int32', [2, 5], [0, -1, 3, 3, -4, 1, 1, 1, -2, 2])],
      f: (x, at) => apply('addAlongAxis', [x, at], { axis: 1, length: 4, uniqueIndices: false }),
      length: 3,
    },
    {
      title: 'one per column',
      inputs: (dtype) => [values(dtype, [1, 3]), from('int32', [1, 3], [3, -1, 0])],
      f: (x, at) => apply('addAlongAxis', [x, at], { axis: 0, length: 4, uniqueIndices: true }),
    },
    {
      title: 'a whole embedding',
      inputs: (dtype) => [values(dtype, [500, 8]), values('uint8', [500, 8])],
      f: (x, at) => apply('addAlongAxis', [x, at], { axis: 0, length: 19, uniqueIndices: false }),
      length: 50,
      dtypes: ['float32'],
    },
  ],
  softmax: along('softmax'),
  logSoftmax: along('logSoftmax'),
} satisfies Partial<Record<PrimitiveName, readonly Case[]>>;
