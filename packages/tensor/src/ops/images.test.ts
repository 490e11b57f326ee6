import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { testFunctions } from '../function-cases.fixture.js';
import { grad, nn, tensor, zeros, type Tensor } from '../index.js';
import { numbersOf, pattern, relativeDifference } from '../values.fixture.js';

testFunctions('images', {
  interpolate: ([x], size: number[], options: nn.InterpolateOptions) => nn.interpolate(x!, size, options),
  pixelShuffle: ([x], factor: number) => nn.pixelShuffle(x!, factor),
  pixelUnshuffle: ([x], factor: number) => nn.pixelUnshuffle(x!, factor),
  embedding: ([indices, table]) => nn.embedding(indices!, table!),
  gridSample: ([x, grid], options: nn.GridSampleOptions) => nn.gridSample(x!, grid!, options),
});

it('keeps an image of the same size, and constants', () => {
  const x = pattern([1, 4, 5, 2], 1);
  expect(nn.interpolate(x, [4, 5])).toBe(x);
  for (const method of ['nearest', 'linear', 'cubic'] as const) {
    for (const coordinates of ['halfPixel', 'alignCorners', 'asymmetric'] as const) {
      const flat = nn.interpolate(x.mul(0).add(3), [7, 3], { method, coordinates });
      expect(Math.max(...numbersOf(flat).map((value) => Math.abs(value - 3)))).toBeLessThan(1e-14);
    }
  }
});

it('samples at the pixels of the identity grid what the image holds', () => {
  const x = pattern([1, 2, 3, 2], 1);
  const columns = [-1, 0, 1];
  const grid = tensor(
    [-1, 1].flatMap((row) => columns.flatMap((column) => [column, row])),
    {
      shape: [1, 2, 3, 2],
      dtype: 'float64',
    },
  );
  expect(relativeDifference(nn.gridSample(x, grid, { alignCorners: true }), x)).toBe(0);
});

it('lays channels out along any number of axes, and back', () => {
  for (const shape of [
    [2, 3, 4],
    [1, 2, 1, 3, 16],
  ]) {
    const x = pattern(shape, 1);
    const large = nn.pixelShuffle(x, 2);
    expect(large.size).toBe(x.size);
    expect(relativeDifference(nn.pixelUnshuffle(large, 2), x)).toBe(0);
  }
});

it('adds up the gradients of a row that is taken twice', () => {
  const indices = tensor([1, 1, 0], { dtype: 'int32' });
  const loss = (table: Tensor): Tensor =>
    nn
      .embedding(indices, table)
      .mul(pattern([3, 2], 1))
      .sum();
  const [first, second, third] = [0, 2, 4].map((start) => numbersOf(pattern([3, 2], 1)).slice(start, start + 2));
  const twice = first!.map((value, i) => value + second![i]!);
  expect(numbersOf(grad(loss)(pattern([3, 2], 2)))).toEqual([...third!, ...twice, 0, 0]);
});

it('says what is wrong with images and grids', () => {
  const image = zeros([1, 4, 4, 3]);
  expect(
    errorTexts(
      () => nn.interpolate(image, 0),
      () => nn.interpolate(image, [2, 2, 2]),
      () => nn.interpolate(zeros([4, 3]), 2),
      () => nn.interpolate(zeros([1, 0, 4, 3]), 2),
      () => nn.interpolate(zeros([1, 4, 3], { dtype: 'uint8' }), 2),
      () => nn.interpolate(image, 2, { method: 'bilinear' as never }),
      () => nn.interpolate(image, 2, { coordinates: 'corners' as never }),
      () => nn.gridSample(image, zeros([1, 2, 2, 3])),
      () => nn.gridSample(image, zeros([2, 2, 2, 2])),
      () => nn.gridSample(zeros([1, 0, 4, 3]), zeros([1, 2, 2, 2])),
      () => nn.gridSample(image, zeros([1, 2, 2, 2]), { padding: 'border' as never }),
      () => nn.gridSample(image, zeros([1, 2, 2, 2], { dtype: 'float64' })),
      () => nn.embedding(zeros([2]), zeros([3, 4])),
      () => nn.pixelShuffle(image, 2),
      () => nn.pixelShuffle(image, 0),
      () => nn.pixelUnshuffle(image, 3),
      () => nn.pixelUnshuffle(zeros([4, 3]), 2),
      () => nn.embedding(zeros([2], { dtype: 'int32' }), zeros([3])),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: interpolate: size 0 is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: interpolate: size [2,2,2] is not accepted; use a whole number >= 1, or 2 of them
    ShapeError: interpolate: [4,3] has no pixels to resize; x is [batch, …spatial, channels]
    ShapeError: interpolate: [1,0,4,3] has no pixels to resize; x is [batch, …spatial, channels]
    DTypeError: interpolate: uint8 [1,4,3] is not accepted; it takes floats: use .cast(…)
    ArgumentError: interpolate: method "bilinear" is not known; use nearest, linear or cubic
    ArgumentError: interpolate: coordinates "corners" are not known; use halfPixel, alignCorners or asymmetric
    ShapeError: gridSample: x [1,4,4,3], grid [1,2,2,3]: x is [batch, height, width, channels], the grid [batch, rows, columns, 2] with the same batch
    ShapeError: gridSample: x [1,4,4,3], grid [2,2,2,2]: x is [batch, height, width, channels], the grid [batch, rows, columns, 2] with the same batch
    ShapeError: gridSample: x [1,0,4,3] has no pixels
    ArgumentError: gridSample: method "linear" with padding "border" is not known; methods are linear and nearest, paddings zeros, edge and reflect
    DTypeError: gridSample: dtypes differ: float32 [1,4,4,3] and float64 [1,2,2,2]; convert one with .cast('float32')
    DTypeError: embedding: indices are float32 [2]; they must be integers: use .cast('int32')
    ShapeError: pixelShuffle: [1,4,4,3] has 3 channels, which do not divide by 2 for each of 2 spatial axes (4)
    ArgumentError: pixelShuffle: factor 0 is not accepted; use a whole number >= 1
    ShapeError: pixelUnshuffle: the spatial axes of [1,4,4,3] do not divide by 3; pad or crop x first
    ShapeError: pixelUnshuffle: [4,3] is no image; x is [batch, …spatial, channels]
    ShapeError: embedding: the table is [3]; it must be [entries, features]"
  `);
});
