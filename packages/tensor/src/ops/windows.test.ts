import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { testFunctions } from '../function-cases.fixture.js';
import { grad, nn, zeros, type Tensor } from '../index.js';
import { pattern, relativeDifference } from '../values.fixture.js';

testFunctions('windows', {
  conv: ([x, kernel], options: nn.ConvOptions) => nn.conv(x!, kernel!, options),
  convTranspose: ([x, kernel], options: nn.ConvTransposeOptions) => nn.convTranspose(x!, kernel!, options),
  adaptiveAvgPool: ([x], size: number | number[]) => nn.adaptiveAvgPool(x!, size),
  adaptiveMaxPool: ([x], size: number | number[]) => nn.adaptiveMaxPool(x!, size),
});

it('is the transpose of the convolution with the same options', () => {
  const kernel = pattern([3, 2, 2, 4], 1);
  const options = {
    strides: [2, 3],
    padding: [
      [1, 0],
      [0, 1],
    ],
    dilation: [1, 2],
    groups: 2,
  } as const;
  const image = pattern([2, 8, 9, 4], 2);
  const y = nn.conv(image, kernel, options);
  const weights = pattern(y.shape, 3);
  const gradient = grad((x: Tensor) => nn.conv(x, kernel, options).mul(weights).sum())(image);
  const spread = nn.convTranspose(weights, kernel, { ...options, outputPadding: [0, 1] });
  expect(spread.shape).toEqual(image.shape);
  expect(relativeDifference(spread, gradient)).toBe(0);
});

it('pools one window alike with both averages where there is no padding', () => {
  const x = pattern([2, 4, 6, 3], 1);
  expect(relativeDifference(nn.adaptiveAvgPool(x, [2, 3]), nn.avgPool(x, 2))).toBe(0);
  expect(relativeDifference(nn.adaptiveAvgPool(x, 1), x.mean([1, 2], { keepDims: true }))).toBeLessThan(1e-15);
  expect(relativeDifference(nn.avgPool(x, 2), nn.avgPool(x, 2, { countIncludePadding: true }))).toBe(0);
});

it('says what is wrong with windows, channels and padding', () => {
  const image = zeros([1, 4, 4, 3]);
  expect(
    errorTexts(
      () => nn.convTranspose(image, zeros([3, 3, 2, 4])),
      () => nn.convTranspose(image, zeros([3, 2, 3])),
      () => nn.convTranspose(zeros([1, 4, 4, 3]), zeros([3, 3, 2, 3]), { groups: 2 }),
      () => nn.convTranspose(image, zeros([3, 3, 2, 3], { dtype: 'float64' })),
      () => nn.convTranspose(image, zeros([3, 3, 2, 3]), { outputPadding: 1 }),
      () => nn.convTranspose(image, zeros([3, 3, 2, 3]), { padding: 'same', outputPadding: 0 }),
      () => nn.convTranspose(image, zeros([3, 3, 2, 3]), { strides: 0 }),
      () =>
        nn.convTranspose(image, zeros([1, 1, 2, 3]), {
          padding: [
            [2, 2],
            [2, 2],
          ],
        }),
      () => nn.avgPool(image, 5),
      () =>
        nn.avgPool(image, 2, {
          padding: [
            [2, 0],
            [0, 0],
          ],
        }),
      () => nn.avgPool(zeros([4, 3]), 2),
      () => nn.avgPool(zeros([1, 4, 4, 3], { dtype: 'int32' }), 2),
      () => nn.avgPool(image, [2, 2, 2]),
      () => nn.adaptiveAvgPool(image, 0),
      () => nn.adaptiveMaxPool(zeros([4, 3]), 1),
      () => nn.conv(image, zeros([5, 5, 3, 2])),
      () => nn.conv(image, zeros([3, 3, 4, 2])),
      () => nn.maxPool(image, 5),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: convTranspose: x [1,4,4,3], kernel [3,3,2,4]: x has 3 channels, the kernel takes 4 (its last axis)
    ShapeError: convTranspose: x [1,4,4,3], kernel [3,2,3]: x is [batch, …spatial, channels], the kernel […spatial, features / groups, channels]
    ShapeError: convTranspose: x [1,4,4,3], kernel [3,3,2,3]: 3 channels cannot be divided into 2 groups
    DTypeError: convTranspose: dtypes differ: float32 [1,4,4,3] and float64 [3,3,2,3]; convert one with .cast('float32')
    ArgumentError: convTranspose: outputPadding 1 is not accepted with strides [1,1]; use whole numbers from 0 to less than the stride
    ArgumentError: convTranspose: outputPadding is not accepted with padding 'same', which fixes the size
    ArgumentError: convTranspose: strides 0 is not accepted; use a whole number >= 1, or 2 of them
    ShapeError: convTranspose: x [1,4,4,3], kernel [1,1,2,3]: padding [[2,2],[2,2]] leaves nothing of the result; use less
    ShapeError: avgPool: window [5,5] is larger than the padded input [1,4,4,3]; use padding: 'same'
    ArgumentError: avgPool: padding [[2,0],[0,0]] leaves windows [2,2] that hold nothing else; use less than the window
    ShapeError: avgPool: [4,3] with a window of 0 axes; x is [batch, …spatial, channels], the window has a size per spatial axis
    DTypeError: avgPool: int32 [1,4,4,3] is not accepted; it takes floats: use .cast(…)
    ArgumentError: avgPool: window [2,2,2] is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: adaptiveAvgPool: output size 0 is not accepted; use a whole number >= 1, or 2 of them
    ShapeError: adaptiveMaxPool: [4,3] has nothing to pool; x is [batch, …spatial, channels]
    ShapeError: conv: x [1,4,4,3], kernel [5,5,3,2]: the kernel is larger than the padded input; use padding: 'same' or a smaller kernel
    ShapeError: conv: x [1,4,4,3], kernel [3,3,4,2]: x has 3 channels, the kernel takes 4 (4 in each of 1 groups)
    ShapeError: maxPool: window [5,5] is larger than the padded input [1,4,4,3]; use padding: 'same'"
  `);
});
