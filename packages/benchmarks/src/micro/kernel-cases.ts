import * as tf from '@tensorflow/tfjs';
import { grad, nn, where, type Tensor } from '@tesserajs/tensor';

/** One operation in both libraries, on inputs of the given shapes. */
export interface KernelCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly tessera: (...inputs: Tensor[]) => Tensor;
  readonly tfjs: (...inputs: tf.Tensor[]) => tf.Tensor;
}

function kernelCase(
  name: string,
  shapes: KernelCase['shapes'],
  tessera: (a: Tensor, b: Tensor) => Tensor,
  tfjs: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): KernelCase {
  return { name, shapes, tessera, tfjs };
}

const square = [1024, 1024];
const images = [8, 32, 32, 16];
const convolve = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');

/** Operations of each family of kernels, in float32. */
export const kernelCases: readonly KernelCase[] = [
  kernelCase('matmul 512³', [[512, 512], [512, 512]], (a, b) => a.matmul(b), (a, b) => tf.matMul(a, b)), // prettier-ignore
  kernelCase(
    'matmul, one column',
    [square, [1024, 1]],
    (a, b) => a.matmul(b),
    (a, b) => tf.matMul(a, b),
  ),
  kernelCase('matmul, 64 of 32³', [[64, 32, 32], [64, 32, 32]], (a, b) => a.matmul(b), (a, b) => tf.matMul(a, b)), // prettier-ignore
  kernelCase(
    'add',
    [square, square],
    (a, b) => a.add(b),
    (a, b) => tf.add(a, b),
  ),
  kernelCase(
    'add a row',
    [square, [1024]],
    (a, b) => a.add(b),
    (a, b) => tf.add(a, b),
  ),
  kernelCase(
    'multiply by a column',
    [square, [1024, 1]],
    (a, b) => a.mul(b),
    (a, b) => tf.mul(a, b),
  ),
  kernelCase(
    'multiply by a number',
    [square],
    (a) => a.mul(0.5),
    (a) => tf.mul(a, 0.5),
  ),
  kernelCase(
    'exp',
    [square],
    (a) => a.exp(),
    (a) => tf.exp(a),
  ),
  kernelCase(
    'relu',
    [square],
    (a) => a.relu(),
    (a) => tf.relu(a),
  ),
  kernelCase('select', [square, square], (a, b) => where(a.greater(b), a, b), (a, b) => tf.where(tf.greater(a, b), a, b)), // prettier-ignore
  kernelCase(
    'cast to int32',
    [square],
    (a) => a.cast('int32'),
    (a) => tf.cast(a, 'int32'),
  ),
  kernelCase(
    'sum',
    [square],
    (a) => a.sum(),
    (a) => tf.sum(a),
  ),
  kernelCase(
    'sum of rows',
    [square],
    (a) => a.sum(1),
    (a) => tf.sum(a, 1),
  ),
  kernelCase(
    'sum of columns',
    [square],
    (a) => a.sum(0),
    (a) => tf.sum(a, 0),
  ),
  kernelCase(
    'largest of rows',
    [square],
    (a) => a.max(1),
    (a) => tf.max(a, 1),
  ),
  kernelCase(
    'softmax',
    [[128, 1000]],
    (a) => nn.softmax(a),
    (a) => tf.softmax(a),
  ),
  kernelCase(
    'transpose',
    [square],
    (a) => a.transpose(),
    (a) => tf.transpose(a),
  ),
  kernelCase('conv 3×3', [images, [3, 3, 16, 16]], (a, b) => nn.conv(a, b, { padding: 'same' }), convolve),
  kernelCase(
    'conv 3×3, depthwise',
    [images, [3, 3, 1, 16]],
    (a, b) => nn.conv(a, b, { padding: 'same', groups: 16 }),
    (a, b) => tf.depthwiseConv2d(a as tf.Tensor4D, tf.reshape(b, [3, 3, 16, 1]), 1, 'same'),
  ),
  kernelCase(
    'conv 3×3, gradient of the kernel',
    [images, [3, 3, 16, 16]],
    (a, b) => grad((kernel: Tensor) => nn.conv(a, kernel, { padding: 'same' }).square().sum())(b),
    (a, b) => tf.grad((kernel) => tf.sum(tf.square(convolve(a, kernel))))(b),
  ),
  kernelCase(
    'maxPool 2×2',
    [images],
    (a) => nn.maxPool(a, 2),
    (a) => tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'),
  ),
];
