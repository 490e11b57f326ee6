import { grad, nn, type Tensor } from '@tesserajs/tensor';
import { lowered, type Form } from '../form.js';
import { floats, type Piece, type Row } from '../piece.js';

/** As on processors with AVX-512; another size gives wrong numbers there, which the comparison of the forms shows. */
const channelBlock = 16;

/** Images, their size, channels, features, size of the kernel, stride. */
type Size = readonly [number, number, number, number, number, number];

function nameOf([images, size, channels, features, window, stride]: Size): string {
  const kernel = `${window}×${window}${stride === 1 ? '' : `, stride ${stride}`}`;
  return `${images} × ${size}×${size}, ${channels} → ${features}, ${kernel}`;
}

/** A convolution of channels-first images with a kernel [features, channels, height, width]. */
function convolve(x: Tensor, kernel: Tensor, [, , , , window, stride]: Size): Tensor {
  const padding = Math.floor(window / 2);
  const options = {
    stride,
    padding: [
      [padding, padding],
      [padding, padding],
    ],
  } as const;
  return nn.conv(x.transpose([0, 2, 3, 1]), kernel.transpose([2, 3, 1, 0]), options).transpose([0, 3, 1, 2]);
}

function row(size: Size, forms: (size: Size) => Row['forms']): Row {
  const [images, extent, channels, features, window] = size;
  const inputs = [floats([images, channels, extent, extent]), floats([features, channels, window, window], -0.1, 0.1)];
  return { name: nameOf(size), inputs, forms: forms(size) };
}

/** Sizes for which the lowerings take the direct kernels: for others both forms would be the same. */
const forward: Piece = {
  name: 'convolution',
  rows: (
    [
      [64, 32, 16, 16, 3, 1],
      [64, 16, 32, 32, 3, 1],
      [64, 8, 64, 64, 3, 1],
      [16, 32, 32, 32, 3, 1],
      [16, 64, 16, 16, 3, 1],
      [16, 16, 128, 64, 3, 1],
    ] as const
  ).map((size) =>
    row(size, () => ({
      '`Conv`': lowered((x, kernel) => convolve(x, kernel, size)),
      direct: lowered((x, kernel) => convolve(x, kernel, size), { channelBlock }),
    })),
  ),
};

const kernelGradient: Piece = {
  name: 'gradient in the kernel',
  rows: (
    [
      [64, 32, 16, 16, 3, 1],
      [64, 16, 32, 32, 3, 1],
      [64, 8, 64, 64, 3, 1],
      [64, 32, 3, 16, 3, 1],
      [64, 32, 16, 32, 3, 2],
      [16, 64, 16, 16, 3, 1],
      [32, 14, 256, 256, 3, 1],
      [32, 64, 3, 32, 7, 2],
    ] as const
  ).map((size) => {
    // Linear in the kernel: what is left of the gradient is the product of the images with ones.
    const gradient = (x: Tensor, kernel: Tensor): Tensor =>
      grad((weights: Tensor) => convolve(x, weights, size).sum())(kernel);
    return row(size, (): Record<string, Form> => ({
      products: lowered(gradient),
      direct: lowered(gradient, { channelBlock }),
    }));
  }),
};

export const convolutions: readonly Piece[] = [forward, kernelGradient];
