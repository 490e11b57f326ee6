import { evaluate, grad, nn, tensor, type Shape, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import type { LoweringTarget } from './lowering/context.js';
import { expectLike, foreignOperators, lower, runBytes, waves } from './run-function.fixture.js';

type ConvOptions = NonNullable<Parameters<typeof nn.conv>[2]>;

/** Both gradients of a convolution, as one vector each. */
const gradients =
  (options: ConvOptions) =>
  (x: Tensor, w: Tensor): Tensor[] =>
    grad((a: Tensor, b: Tensor) => nn.conv(a, b, options).square().sum(), { argnums: [0, 1] })(x, w);

const pool =
  (window: number, strides: number) =>
  (x: Tensor): Tensor =>
    grad((y: Tensor) => nn.maxPool(y, window, { strides }).square().sum())(x);

const swap = (x: Tensor): Tensor => x.transpose([0, 2, 1]);

const functions: readonly [name: string, f: (...x: never[]) => unknown, inputs: Shape[], foreign: string[]][] = [
  [
    'a dense layer',
    (x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).relu(),
    [[4, 6], [6, 3], [3]],
    ['FusedGemm'],
  ],
  ['a bias in front', (x: Tensor, w: Tensor, b: Tensor) => b.add(x.matmul(w)), [[4, 6], [6, 3], [3]], []],
  [
    'a product read twice',
    (x: Tensor, w: Tensor, b: Tensor) => {
      const y = x.matmul(w);
      return [y.add(b).relu(), y];
    },
    [[4, 6], [6, 3], [3]],
    [],
  ],
  [
    'a sum read twice',
    (x: Tensor, w: Tensor, b: Tensor) => {
      const y = x.matmul(w).add(b);
      return [y.relu(), y.exp()];
    },
    [[4, 6], [6, 3], [3]],
    [],
  ],
  [
    'a column added to a product',
    (x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).relu(),
    [
      [4, 6],
      [6, 3],
      [4, 1],
    ],
    [],
  ],
  ['a column plus a row', (x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).relu(), [[4, 6], [6, 1], [3]], []],
  [
    'a bias that is also added to a convolution read twice',
    (x: Tensor, w: Tensor, v: Tensor, b: Tensor) => {
      const y = nn.conv(x, w);
      return [nn.conv(x, v).add(b), y.add(b), y];
    },
    [[2, 5, 5, 3], [2, 2, 3, 4], [2, 2, 3, 4], [4]],
    [],
  ],
  [
    'a transposed dense layer',
    (x: Tensor, w: Tensor, b: Tensor) => x.transpose().matmul(w.transpose()).add(b).relu(),
    [[6, 4], [3, 6], [3]],
    ['FusedGemm'],
  ],
  [
    'a batch of transposed products',
    (x: Tensor, w: Tensor) => swap(x).matmul(swap(w)),
    [
      [2, 6, 4],
      [2, 3, 6],
    ],
    ['FusedMatMul'],
  ],
  [
    'a biased convolution',
    (x: Tensor, w: Tensor, b: Tensor) => nn.conv(x, w, { padding: 'same' }).add(b).relu(),
    [[2, 5, 5, 3], [3, 3, 3, 4], [4]],
    ['FusedConv'],
  ],
  [
    'a biased convolution without relu',
    (x: Tensor, w: Tensor, b: Tensor) => nn.conv(x, w, { strides: 2 }).add(b),
    [[2, 5, 5, 3], [3, 3, 3, 4], [4]],
    [],
  ],
  [
    'gradients of a 3×3 convolution of 3 channels',
    gradients({ padding: 'same' }),
    [
      [2, 6, 6, 3],
      [3, 3, 3, 4],
    ],
    ['FusedMatMul'],
  ],
  [
    'gradients of a 3×3 convolution of 16 channels',
    gradients({ padding: 'same' }),
    [
      [2, 9, 10, 16],
      [3, 3, 16, 4],
    ],
    [],
  ],
  [
    'gradients of a 3×3 convolution of small images',
    gradients({ padding: 'same' }),
    [
      [2, 4, 4, 16],
      [3, 3, 16, 4],
    ],
    [],
  ],
  [
    'gradients of a 1×1 convolution',
    gradients({ strides: 2 }),
    [
      [2, 5, 6, 8],
      [1, 1, 8, 4],
    ],
    ['FusedMatMul'],
  ],
  [
    'gradients of a convolution in groups',
    gradients({ groups: 2, dilation: 2 }),
    [
      [2, 7, 7, 4],
      [3, 3, 2, 4],
    ],
    [],
  ],
  ['the gradient of a tiling pool', pool(2, 2), [[2, 5, 6, 3]], []],
  ['the gradient of an overlapping pool', pool(3, 2), [[2, 7, 7, 3]], []],
  ['sums over rows', (x: Tensor) => [x.sum(0), x.cast('int32').sum(0), x.sum(1)], [[9, 5]], []],
  ['sigmoid', (x: Tensor) => x.sigmoid(), [[9]], []],
  ['silu', (x: Tensor) => nn.silu(x), [[9]], ['QuickGelu']],
  ['gelu', (x: Tensor) => [nn.gelu(x), nn.gelu(x, { approximate: 'tanh' }), nn.softplus(x)], [[9]], []],
  ['the gradient of gelu', (x: Tensor) => grad((y: Tensor) => nn.gelu(y).sum())(x), [[9]], []],
  [
    'layerNorm',
    (x: Tensor, scale: Tensor) => [nn.layerNorm(x), nn.layerNorm(x, { scale, offset: scale })],
    [[3, 8], [8]],
    [],
  ],
  ['rmsNorm', (x: Tensor, scale: Tensor) => [nn.rmsNorm(x), nn.rmsNorm(x, { scale })], [[3, 8], [8]], []],
  ['batchNorm', (x: Tensor) => nn.batchNorm(x).y, [[4, 3, 3, 2]], []],
  ['averages of padded windows', (x: Tensor) => nn.avgPool(x, 3, { strides: 2, padding: 'same' }), [[2, 5, 6, 3]], []],
  ['a resized image', (x: Tensor) => nn.interpolate(x, [7, 4], { method: 'cubic' }), [[2, 5, 6, 3]], []],
  [
    'a transposed convolution',
    (x: Tensor, w: Tensor) => nn.convTranspose(x, w, { strides: 2, padding: 'same' }),
    [
      [2, 3, 4, 5],
      [3, 3, 2, 5],
    ],
    [],
  ],
  [
    'attention',
    (q: Tensor, k: Tensor) => nn.attention(q, k, k, { causal: true }),
    [
      [2, 5, 4, 3],
      [2, 5, 2, 3],
    ],
    ['FusedMatMul'],
  ],
  ['the largest elements', (x: Tensor) => [x.max(0), x.min(1)], [[4, 5]], []],
];

it.each(
  functions.flatMap(([name, f, inputs, foreign]) =>
    (['standard', 'onnxruntime'] as const).map(
      (target) => [name, target, f, inputs, target === 'standard' ? [] : foreign] as const,
    ),
  ),
)('lowers %s for %s', async (_, target: LoweringTarget, f, shapes, foreign) => {
  const call = f as (...x: Tensor[]) => Tensor | Tensor[];
  const inputs = shapes.map((shape, i) => waves(shape, i));
  const builder = lower(call, inputs, target);
  expect(foreignOperators(builder)).toEqual(foreign.map((operator) => `com.microsoft.${operator}`));
  const outputs = await runBytes(
    builder.toBytes(),
    Object.fromEntries(inputs.map((input, i) => [`input_${i}`, input])),
  );
  const expected = [call(...inputs)].flat();
  await evaluate(...expected);
  for (const [i, tensor] of expected.entries()) await expectLike(outputs[`output_${i}`], tensor);
});

it('computes nothing that no output needs', () => {
  const dense = (x: Tensor, w: Tensor, k: Tensor, b: Tensor): Tensor[] => [
    x.matmul(w.transpose()),
    nn.conv(x.reshape([1, 4, 6, 1]), k).add(b),
  ];
  const inputs = [waves([4, 6]), waves([3, 6]), waves([2, 2, 1, 5]), waves([5])];
  for (const target of ['standard', 'onnxruntime'] as const) {
    const { node, output } = lower(dense, inputs, target).toModel().graph!;
    const read = new Set([...node.flatMap(({ input }) => input), ...output.map(({ name }) => name)]);
    expect(node.filter((one) => !one.output.some((name) => read.has(name))).map(({ opType }) => opType)).toEqual([]);
  }
});

it('passes NaN and the ends of integers on', async () => {
  const f = (x: Tensor, i: Tensor): Tensor[] => [x.max(0), x.min(0), x.sigmoid(), x.cast('int8'), i.sum(0)];
  const x = tensor([1, 3, 3, 2, NaN, 3, -50]);
  const i = tensor(new Int32Array([2147483647, 2147483647, 5]));
  const outputs = await runBytes(lower(f, [x, i], 'onnxruntime').toBytes(), { input_0: x, input_1: i });
  expect(outputs.output_0!.data).toEqual([NaN]);
  expect(outputs.output_1!.data).toEqual([NaN]);
  expect(outputs.output_2!.data.at(-1)! / 1.928749847963918e-22).toBeCloseTo(1, 5);
  expect(outputs.output_3!.data).toEqual([1, 3, 3, 2, 0, 3, -50]);
  expect(outputs.output_4!.data).toEqual([3]);
});
