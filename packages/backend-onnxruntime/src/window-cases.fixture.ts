import { grad, nn, type DType, type PrimitiveName, type Shape, type Tensor } from '@tesserajs/tensor';
import type { Case } from './case.fixture.js';
import { from, values } from './numbers.fixture.js';

type ConvOptions = NonNullable<Parameters<typeof nn.conv>[2]>;
type PoolOptions = NonNullable<Parameters<typeof nn.maxPool>[2]>;

interface Convolution {
  readonly x: Shape;
  readonly kernel: Shape;
  readonly options?: ConvOptions;
}

/** Channels last: x [batch, …spatial, channels], kernel […spatial, channels / groups, features]. */
const convolutions: readonly Convolution[] = [
  // one axis
  { x: [2, 9, 3], kernel: [3, 3, 4] },
  { x: [2, 9, 3], kernel: [3, 3, 4], options: { padding: 'same', strides: 2 } },
  { x: [2, 11, 16], kernel: [3, 16, 4], options: { padding: [[2, 0]], dilation: 2 } },
  { x: [2, 30, 2], kernel: [27, 2, 3], options: { padding: 'same' } },
  // two axes: 1, 3, 8, 16 and 32 channels; windows of 1, 3, 5 and 7; small and larger results
  { x: [2, 7, 7, 1], kernel: [3, 3, 1, 4] },
  { x: [2, 8, 9, 3], kernel: [3, 3, 3, 8], options: { padding: 'same' } },
  { x: [2, 12, 11, 8], kernel: [3, 3, 8, 5], options: { padding: 'same' } },
  { x: [2, 8, 8, 16], kernel: [3, 3, 16, 8], options: { padding: 'same' } },
  { x: [2, 12, 10, 16], kernel: [3, 3, 16, 8], options: { padding: 'same' } },
  { x: [2, 4, 4, 32], kernel: [3, 3, 32, 16], options: { padding: 'same' } },
  { x: [1, 11, 12, 32], kernel: [3, 3, 32, 4] },
  { x: [2, 10, 10, 3], kernel: [5, 5, 3, 4] },
  { x: [2, 10, 10, 16], kernel: [5, 5, 16, 4], options: { padding: 'same' } },
  { x: [2, 12, 12, 3], kernel: [7, 7, 3, 4], options: { strides: 2, padding: 'same' } },
  { x: [1, 9, 9, 16], kernel: [7, 7, 16, 2] },
  // 1×1 kernels
  { x: [2, 5, 6, 8], kernel: [1, 1, 8, 3] },
  { x: [2, 5, 6, 16], kernel: [1, 1, 16, 3], options: { strides: 2 } },
  {
    x: [2, 4, 4, 3],
    kernel: [1, 1, 3, 2],
    options: {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  },
  // whole blocks of examples and features: the kernel gradient is a direct convolution
  { x: [16, 6, 7, 2], kernel: [3, 3, 2, 16], options: { padding: 'same' } },
  { x: [16, 8, 8, 1], kernel: [5, 5, 1, 16], options: { padding: 'same' } },
  { x: [32, 7, 9, 3], kernel: [3, 3, 3, 16], options: { dilation: [2, 3] } },
  { x: [16, 12, 10, 2], kernel: [3, 3, 2, 32], options: { strides: 2, padding: 'same' } },
  {
    x: [16, 10, 11, 3],
    kernel: [3, 2, 3, 16],
    options: {
      strides: [2, 3],
      padding: [
        [1, 2],
        [0, 1],
      ],
    },
  },
  // strides that leave a rest, unequal strides, padding and dilation
  { x: [2, 8, 8, 4], kernel: [3, 3, 4, 5], options: { strides: 2 } },
  {
    x: [2, 9, 8, 4],
    kernel: [3, 2, 4, 5],
    options: {
      strides: [2, 3],
      padding: [
        [1, 2],
        [0, 1],
      ],
    },
  },
  {
    x: [2, 9, 8, 16],
    kernel: [3, 2, 16, 5],
    options: {
      strides: [2, 3],
      padding: [
        [1, 2],
        [0, 1],
      ],
    },
  },
  { x: [2, 9, 9, 4], kernel: [3, 3, 4, 5], options: { dilation: [2, 3] } },
  { x: [2, 9, 9, 16], kernel: [3, 3, 16, 5], options: { dilation: 2, padding: 'same' } },
  {
    x: [2, 12, 12, 4],
    kernel: [3, 3, 4, 2],
    options: {
      dilation: 2,
      strides: 2,
      padding: [
        [0, 3],
        [2, 1],
      ],
    },
  },
  {
    x: [2, 4, 4, 8],
    kernel: [2, 2, 8, 4],
    options: {
      padding: [
        [3, 0],
        [0, 3],
      ],
    },
  },
  {
    x: [2, 4, 4, 2],
    kernel: [2, 2, 2, 4],
    options: {
      padding: [
        [3, 0],
        [0, 3],
      ],
    },
  },
  // groups
  { x: [2, 8, 8, 4], kernel: [3, 3, 2, 6], options: { groups: 2, padding: 'same' } },
  { x: [2, 9, 8, 6], kernel: [3, 3, 1, 6], options: { groups: 6, padding: 'same' } },
  { x: [2, 9, 8, 6], kernel: [3, 3, 1, 12], options: { groups: 6, strides: 2 } },
  {
    x: [2, 9, 9, 32],
    kernel: [3, 3, 8, 8],
    options: {
      groups: 4,
      dilation: 2,
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  },
  { x: [2, 5, 5, 4], kernel: [1, 1, 2, 4], options: { groups: 2, strides: 2 } },
  // three axes
  { x: [1, 4, 5, 4, 2], kernel: [2, 3, 2, 2, 3] },
  { x: [2, 5, 4, 5, 3], kernel: [3, 3, 3, 3, 4], options: { padding: 'same', strides: 2 } },
  {
    x: [1, 4, 4, 4, 16],
    kernel: [2, 2, 2, 16, 3],
    options: {
      padding: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      dilation: [1, 2, 1],
    },
  },
  { x: [1, 4, 4, 4, 4], kernel: [2, 2, 2, 2, 4], options: { groups: 2 } },
  // one image of one pixel; no images
  { x: [1, 1, 1, 1], kernel: [1, 1, 1, 1] },
  { x: [1, 1, 1, 20], kernel: [3, 3, 20, 2], options: { padding: 'same' } },
];

const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

function titleOf({ x, kernel, options }: Convolution): string {
  return `[${x.join()}] ∗ [${kernel.join()}]${options === undefined ? '' : ` ${JSON.stringify(options)}`}`;
}

function resultShape({ x, kernel, options }: Convolution): Shape {
  return nn.conv(values('float32', x), values('float32', kernel), options).shape;
}

/** float64 has no kernel, so one case is enough to see that it runs elsewhere. */
const dtypesFor = (position: number): readonly DType[] => (position === 0 ? ['float32', 'float64'] : ['float32']);

const conv = convolutions.map((one, i): Case => ({
  title: titleOf(one),
  inputs: (dtype) => [values(dtype, one.x), values(dtype, one.kernel, 2)],
  f: (x, kernel) => nn.conv(x, kernel, one.options),
  dtypes: dtypesFor(i),
  length: product(one.kernel.slice(0, -1)),
  gradientLength: product(resultShape(one).slice(0, -1)) + product(one.kernel),
}));

const convInputGrad = convolutions.map((one, i): Case => ({
  title: titleOf(one),
  inputs: (dtype) => [values(dtype, resultShape(one)), values(dtype, one.kernel, 2)],
  f: (dy, kernel) => grad((x: Tensor) => nn.conv(x, kernel, one.options).mul(dy).sum())(values(dy.dtype, one.x)),
  dtypes: dtypesFor(i),
  length: product(one.kernel),
  gradientLength: product(one.x),
}));

const convFilterGrad = convolutions.map((one, i): Case => ({
  title: titleOf(one),
  inputs: (dtype) => [values(dtype, one.x), values(dtype, resultShape(one), 2)],
  f: (x, dy) => grad((kernel: Tensor) => nn.conv(x, kernel, one.options).mul(dy).sum())(values(dy.dtype, one.kernel)),
  dtypes: dtypesFor(i),
  length: product(resultShape(one).slice(0, -1)),
  gradientLength: product(one.kernel),
}));

interface Pooling {
  readonly title: string;
  readonly x: Shape;
  readonly window: number | readonly number[];
  readonly options?: PoolOptions;
  readonly draw?: (dtype: DType, shape: Shape, seed?: number) => Tensor;
}

const zeros = (dtype: DType, shape: Shape): Tensor => from(dtype, shape, new Array<number>(product(shape)).fill(0));
const repeated = (dtype: DType, shape: Shape): Tensor =>
  from(
    dtype,
    shape,
    Array.from({ length: product(shape) }, (_, i) => [1, 2, 2, 0, 2][i % 5]!),
  );
const negative = (dtype: DType, shape: Shape): Tensor =>
  from(
    dtype,
    shape,
    Array.from({ length: product(shape) }, (_, i) => -1 - ((i * 7) % 11)),
  );

const poolings: readonly Pooling[] = [
  { title: 'tiling', x: [2, 6, 8, 3], window: 2 },
  { title: 'tiling with a rest', x: [2, 7, 5, 3], window: 2 },
  { title: 'tiling by 3×2', x: [2, 7, 5, 1], window: [3, 2] },
  { title: 'tiling with padding', x: [2, 7, 5, 3], window: 2, options: { padding: 'same' } },
  { title: 'tiling one axis', x: [2, 7, 3], window: 2 },
  { title: 'tiling three axes', x: [2, 4, 5, 4, 2], window: 2 },
  { title: 'overlapping', x: [2, 7, 8, 3], window: 3, options: { strides: 2 } },
  { title: 'overlapping with padding', x: [2, 7, 8, 3], window: 3, options: { strides: 2, padding: 'same' } },
  { title: 'overlapping with stride 1', x: [2, 5, 5, 2], window: 3, options: { strides: 1, padding: 'same' } },
  {
    title: 'overlapping with padding on one side',
    x: [1, 5, 5, 2],
    window: 3,
    options: {
      strides: 2,
      padding: [
        [2, 0],
        [0, 2],
      ],
    },
  },
  { title: 'overlapping on one axis', x: [2, 9, 2], window: 3, options: { strides: 2 } },
  { title: 'overlapping on three axes', x: [1, 4, 5, 4, 2], window: 2, options: { strides: 1 } },
  { title: 'with gaps', x: [2, 9, 9, 2], window: 2, options: { strides: 3 } },
  { title: 'the whole image', x: [2, 4, 4, 3], window: 4 },
  { title: 'single elements', x: [2, 4, 4, 3], window: 1 },
  { title: 'zeros: the first wins', x: [2, 5, 6, 2], window: 2, draw: zeros },
  {
    title: 'zeros, overlapping: the first wins',
    x: [2, 5, 6, 2],
    window: 3,
    options: { strides: 1, padding: 'same' },
    draw: zeros,
  },
  { title: 'equal elements: the first wins', x: [2, 5, 6, 2], window: [2, 3], draw: repeated },
  {
    title: 'equal elements, overlapping: the first wins',
    x: [2, 5, 6, 2],
    window: 3,
    options: { strides: 2 },
    draw: repeated,
  },
  {
    title: 'negative elements beside padding',
    x: [2, 5, 6, 2],
    window: 3,
    options: { strides: 2, padding: 'same' },
    draw: negative,
  },
];

function pooledShape({ x, window, options }: Pooling): Shape {
  return nn.maxPool(values('float32', x), window, options).shape;
}

const taps = ({ window, x }: Pooling): number =>
  typeof window === 'number' ? window ** (x.length - 2) : product(window);

const maxPool = poolings.map((one): Case => {
  const { title, x, window, options, draw = values } = one;
  return {
    title,
    inputs: (dtype) => [draw(dtype, x)],
    f: (image) => nn.maxPool(image, window, options),
    gradientLength: taps(one),
  };
});

const maxPoolGrad = poolings.map((one): Case => {
  const { title, x, window, options, draw = values } = one;
  return {
    title,
    inputs: (dtype) => [draw(dtype, x), values(dtype, pooledShape(one), 2)],
    f: (image, dy) => grad((source: Tensor) => nn.maxPool(source, window, options).mul(dy).sum())(image),
    length: taps(one),
  };
});

const maxPoolTake = poolings.map((one): Case => {
  const { title, x, window, options, draw = values } = one;
  return {
    title,
    inputs: (dtype) => [draw(dtype, x), values(dtype, x, 2)],
    f: (image, v) => {
      const scattered = (dy: Tensor): Tensor =>
        grad((source: Tensor) => nn.maxPool(source, window, options).mul(dy).sum())(image);
      return grad((dy: Tensor) => scattered(dy).mul(v).sum())(zeros(v.dtype, pooledShape(one)));
    },
    gradientLength: taps(one),
  };
});

/** Pools whose padding matters come with both ways to count. */
const averages = poolings
  .filter(({ draw }) => draw === undefined)
  .flatMap((one) => [
    { ...one, countIncludePadding: false },
    ...(one.options?.padding === undefined
      ? []
      : [{ ...one, title: `${one.title}, which counts`, countIncludePadding: true }]),
  ]);

const avgPool = averages.map((one): Case => {
  const { title, x, window, options, countIncludePadding } = one;
  return {
    title,
    inputs: (dtype) => [values(dtype, x)],
    f: (image) => nn.avgPool(image, window, { ...options, countIncludePadding }),
    length: taps(one),
  };
});

const avgPoolGrad = averages.map((one): Case => {
  const { title, x, window, options, countIncludePadding } = one;
  return {
    title,
    inputs: (dtype) => [values(dtype, pooledShape(one), 2), values(dtype, x)],
    f: (dy, image) =>
      grad((source: Tensor) =>
        nn
          .avgPool(source, window, { ...options, countIncludePadding })
          .mul(dy)
          .sum(),
      )(image),
    length: taps(one),
    gradients: false,
  };
});

const resizings = (['nearest', 'linear', 'cubic'] as const).flatMap((method) =>
  (['halfPixel', 'alignCorners'] as const).flatMap((coordinates) =>
    [
      { x: [2, 5, 6, 3], size: [9, 4] },
      { x: [2, 7, 3], size: [14] },
      { x: [1, 2, 3, 4, 2], size: [4, 3, 2] },
    ].map(({ x, size }) => ({
      title: `${method}, ${coordinates}, [${String(x)}]`,
      x,
      size,
      options: { method, coordinates },
    })),
  ),
);

const resample = resizings.map(({ title, x, size, options }): Case => {
  return {
    title,
    inputs: (dtype) => [values(dtype, x)],
    f: (image) => nn.interpolate(image, size, options),
    length: 64,
  };
});

const resampleGrad = resizings.map(({ title, x, size, options }): Case => {
  const shape = [x[0]!, ...size, x[x.length - 1]!];
  return {
    title,
    inputs: (dtype) => [values(dtype, shape), values(dtype, x)],
    f: (dy, image) => grad((source: Tensor) => nn.interpolate(source, size, options).mul(dy).sum())(image),
    length: 64,
    gradients: false,
  };
});

/** Convolutions, pools and their gradients. */
export const windowCases = {
  conv,
  convInputGrad,
  convFilterGrad,
  maxPool,
  maxPoolGrad,
  maxPoolTake,
  avgPool,
  avgPoolGrad,
  resample,
  resampleGrad,
} satisfies Partial<Record<PrimitiveName, readonly Case[]>>;
