import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { kerasParts } from '../../fixtures/keras-parts.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import type { Layer } from '../layer.js';
import { cropping1d, cropping2d, cropping3d } from './cropping.js';
import { permute, repeatVector, reshape } from './reshape.js';
import { upSampling1d, upSampling2d, upSampling3d } from './up-sampling.js';
import { zeroPadding1d, zeroPadding2d, zeroPadding3d } from './zero-padding.js';

const dataFormat = 'channelsFirst';
const makers: Record<string, () => Layer> = {
  reshape: () => reshape({ targetShape: [3, -1] }),
  permute: () => permute({ dims: [2, 3, 1] }),
  repeatVector: () => repeatVector({ n: 3 }),
  cropping1d: () => cropping1d({ cropping: [1, 2] }),
  cropping2d: () =>
    cropping2d({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  'cropping2d first': () => cropping2d({ cropping: [1, 2], dataFormat }),
  cropping3d: () => cropping3d(),
  zeroPadding1d: () => zeroPadding1d({ padding: [1, 2] }),
  zeroPadding2d: () => zeroPadding2d(),
  'zeroPadding2d first': () =>
    zeroPadding2d({
      padding: [
        [1, 0],
        [2, 1],
      ],
      dataFormat,
    }),
  zeroPadding3d: () => zeroPadding3d({ padding: [1, 0, 2] }),
  upSampling1d: () => upSampling1d({ size: 3 }),
  upSampling2d: () => upSampling2d({ size: [2, 3] }),
  'upSampling2d bilinear': () => upSampling2d({ size: 3, interpolation: 'bilinear' }),
  'upSampling2d first': () => upSampling2d({ dataFormat }),
  upSampling3d: () => upSampling3d({ size: [1, 2, 3] }),
};

describe.each(Object.entries(makers))('%s', (name, make) => {
  const { x, y } = kerasParts.layers[name]!;
  testLayer({ make, inputShape: x.shape, outputShape: y.shape, weights: {} });
  testAgainstKeras(name, make, kerasParts.layers);
});

describe('upSampling2d bicubic', () => {
  testLayer({
    make: () => upSampling2d({ interpolation: 'bicubic' }),
    inputShape: [1, 3, 3, 1],
    outputShape: [1, 6, 6, 1],
    weights: {},
  });
});

it('refuses options that make no sense', () => {
  expect(() => reshape({ targetShape: [-1, -1] })).toThrow(
    /^reshape: targetShape \[-1,-1\] is not accepted; use a list of sizes >= 1, of which one may be -1$/,
  );
  expect(() => permute({ dims: [0, 1] })).toThrow(
    /^permute: dims \[0,1\] is not accepted; use each axis from 1 on once: \[2, 1\]$/,
  );
  expect(() => repeatVector({ n: 0 })).toThrow(/^repeatVector: n 0 is not accepted; use a whole number >= 1$/);
  expect(() => cropping1d({ cropping: -1 })).toThrow(
    /^cropping1d: cropping -1 is not accepted; use a whole number >= 0, or \[before, after\]$/,
  );
  expect(() => zeroPadding2d({ padding: [1] as never })).toThrow(
    /^zeroPadding2d: padding \[1\] is not accepted; use a whole number >= 0, or 2 of them, or 2 pairs \[before, after\]$/,
  );
  expect(() => upSampling2d({ interpolation: 'lanczos3' as never })).toThrow(
    /^upSampling2d: interpolation "lanczos3" is not known; use one of nearest, bilinear, bicubic$/,
  );
});

it('names inputs that do not fit', () => {
  expect(() => reshape({ targetShape: [3, -1] }).apply(zeros([2, 4]))).toThrow(
    'reshape: an example [4] has 4 values, which do not make [3,-1]',
  );
  expect(() => permute({ dims: [2, 1] }).apply(zeros([2, 4]))).toThrow(
    'permute: input [2,4] has 1 axes besides the batch; dims [2, 1] takes 2',
  );
  expect(() => repeatVector({ n: 2 }).apply(zeros([2, 4, 1]))).toThrow(
    'repeatVector: input [2,4,1] must have two axes: [batch, features]',
  );
  expect(() => cropping2d({ cropping: 2 }).apply(zeros([1, 4, 5, 1]))).toThrow(
    'cropping2d: cropping [[2,2],[2,2]] leaves nothing of the input [1,4,5,1]',
  );
});
