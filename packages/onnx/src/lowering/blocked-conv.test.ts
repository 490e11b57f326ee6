import { grad, nn, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { lower } from '../run-function.fixture.js';
import type { LoweringTarget } from './context.js';

interface Case {
  readonly image?: readonly number[];
  readonly kernel?: readonly number[];
  readonly options?: nn.ConvOptions;
  readonly block?: number | null;
  readonly target?: LoweringTarget;
}

/** The operators of a convolution that belong to the runtime's direct kernels. */
function direct(f: (x: Tensor, kernel: Tensor) => Tensor, given: Case): string[] {
  const { image = [8, 10, 10, 16], kernel = [3, 3, 16, 32], block = 16, target = 'onnxruntime' } = given;
  const model = lower(f as never, [zeros(image), zeros(kernel)], target, { channelBlock: block });
  return model
    .toModel()
    .graph!.node.filter(({ domain }) => domain === 'com.microsoft.nchwc')
    .map(({ opType }) => opType);
}

const whole = ['ReorderInput', 'Conv', 'ReorderOutput'];

it.each<[title: string, given: Case, operators: readonly string[]]>([
  ['16 to 32 channels', {}, whole],
  ['blocks of 8', { image: [8, 10, 10, 8], kernel: [3, 3, 8, 24], block: 8 }, whole],
  ['no known block', { block: null }, []],
  ['any runtime', { target: 'standard' }, []],
  ['channels that are no multiple', { image: [8, 10, 10, 24], kernel: [3, 3, 24, 32] }, []],
  ['features that are no multiple', { kernel: [3, 3, 16, 24] }, []],
  ['kernels of one position', { kernel: [1, 1, 16, 32] }, []],
  ['strides', { options: { strides: 2 } }, []],
  ['dilation', { options: { dilation: 2 } }, []],
  ['groups', { kernel: [3, 3, 8, 32], options: { groups: 2 } }, []],
  ['one axis', { image: [8, 100, 16], kernel: [3, 16, 32] }, []],
  ['an image smaller than its kernel', { image: [1, 4, 4, 16] }, whole],
])('convolves in blocks where that is faster: %s', (_, given, operators) => {
  expect(direct((x, kernel) => nn.conv(x, kernel, given.options), given)).toEqual(operators);
});

it('turns a kernel with features first into blocks only for images that are larger', () => {
  const featuresFirst = (x: Tensor, kernel: Tensor): Tensor => nn.conv(x, kernel.transpose([2, 3, 1, 0]));
  expect(direct(featuresFirst, { kernel: [32, 16, 3, 3] })).toEqual(whole);
  expect(direct(featuresFirst, { kernel: [32, 16, 3, 3], image: [1, 4, 4, 16] })).toEqual([]);
});

it('reads kernels before the transpose that would put their features first', () => {
  const loss = (x: Tensor, kernel: Tensor): Tensor => nn.conv(x, kernel, { padding: 'same' }).square().sum();
  const step = (x: Tensor, kernel: Tensor): unknown => valueAndGrad(loss)(x, kernel);
  const options = { channelBlock: 16 };
  const model = lower(step as never, [zeros([2, 8, 8, 16]), zeros([3, 3, 16, 32])], 'onnxruntime', options);
  const turned = model
    .toModel()
    .graph!.node.filter(({ opType }) => opType === 'Transpose')
    .map(({ attribute }) => attribute[0]!.ints.join());
  // Images there and back, and each form of the kernel once.
  expect(turned).toEqual(['0,3,1,2', '3,1,0,2,4', '1,3,0,4,2', '0,2,3,1']);
});

it('hands blocks on, and takes an image apart once', () => {
  const chain = (x: Tensor, kernel: Tensor): Tensor =>
    nn.conv(nn.conv(x, kernel), kernel).add(nn.conv(x, kernel, { padding: 'same' }).sum());
  expect(direct(chain, { kernel: [3, 3, 16, 16] })).toEqual([
    ...whole,
    'Conv',
    'ReorderOutput',
    'Conv',
    'ReorderOutput',
  ]);
});

it('takes the gradient in the image as a convolution of its own', () => {
  const gradient = (x: Tensor, kernel: Tensor): Tensor =>
    grad((image: Tensor) => nn.conv(image, kernel).square().sum())(x);
  expect(direct(gradient, {})).toEqual([...whole, ...whole]);
});

it.each<[title: string, given: Case, operators: readonly string[]]>([
  ['whole blocks', { image: [16, 9, 9, 3] }, whole],
  [
    'padding',
    { image: [16, 9, 9, 3], options: { padding: 'same' } },
    ['ReorderInput', 'Conv', 'Conv', 'ReorderOutput'],
  ],
  ['strides that leave a rest', { image: [16, 10, 10, 3], options: { strides: 2 } }, whole],
  ['blocks of 8', { image: [8, 9, 9, 3], kernel: [3, 3, 3, 8], block: 8 }, whole],
  ['one channel and a large kernel', { image: [16, 9, 9, 1], kernel: [5, 5, 1, 16] }, whole],
  ['one channel and a small kernel', { image: [16, 9, 9, 1], kernel: [3, 3, 1, 16] }, []],
  ['examples that are no multiple', { image: [24, 9, 9, 3] }, []],
  ['features that are no multiple', { image: [16, 9, 9, 3], kernel: [3, 3, 3, 24] }, []],
  ['kernels of one position', { image: [16, 9, 9, 3], kernel: [1, 1, 3, 16] }, []],
  ['short sums', { image: [16, 3, 3, 3], kernel: [3, 3, 3, 32] }, []],
  ['groups', { image: [16, 9, 9, 4], kernel: [3, 3, 2, 16], options: { groups: 2 } }, []],
  ['no known block', { image: [16, 9, 9, 3], block: null }, []],
])('takes the gradient in the kernel as a direct convolution where that is faster: %s', (_, given, operators) => {
  const { kernel = [3, 3, given.image!.at(-1)!, 16] } = given;
  const gradient = (x: Tensor, kernel: Tensor): Tensor =>
    grad((kernel: Tensor) => nn.conv(x, kernel, given.options).sum())(kernel);
  expect(direct(gradient, { ...given, kernel })).toEqual(operators);
});
