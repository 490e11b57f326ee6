import * as tf from '@tensorflow/tfjs';
import { batchEpsilon, layerEpsilon, type Operations } from '../stepwise/operations.js';

/** A product of the last axis, with the fused kernel of the library. */
function dense(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor, activation?: 'relu'): tf.Tensor {
  const inputs = kernel.shape[0];
  const flat = x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(x, [-1, inputs]);
  const product = tf.fused.matMul({
    a: flat,
    b: kernel,
    activation: activation ?? 'linear',
    ...(bias === undefined ? {} : { bias }),
  });
  return x.rank === 2 ? product : tf.reshape(product, [...x.shape.slice(0, -1), kernel.shape[1] as number]);
}

function gelu(x: tf.Tensor): tf.Tensor {
  return x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1));
}

function layerNormalize(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(layerEpsilon).rsqrt()).mul(scale).add(offset);
}

function attend(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): tf.Tensor {
  const [q, k, v] = [query, key, value].map((x) => tf.transpose(x, [0, 2, 1, 3])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const [time, width] = q.shape.slice(-2) as [number, number];
  const later = Float32Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e9 : 0));
  const scores = tf
    .matMul(q, k, false, true)
    .mul(1 / Math.sqrt(width))
    .add(tf.tensor(later, [time, time]));
  return tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
}

/** Images are [batch, height, width, channels]. */
export const operations: Operations<tf.Tensor> = {
  shape: (x) => x.shape,
  add: (x, y) => tf.add(x, y),
  multiply: (x, y) => tf.mul(x, y),
  relu: (x) => tf.relu(x),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  gelu,
  dense,
  reshape: (x, shape) => tf.reshape(x, [...shape]),
  split: (x, parts) => tf.split(x, parts, -1),
  moments: (x) => tf.unstack(x, 1),
  sequence: (parts) => tf.stack([...parts], 1),
  convolve: (x, filter, { stride, padding, bias, activation }) =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      strides: stride,
      pad: padding === 0 ? 'valid' : padding,
      activation: activation ?? 'linear',
      ...(bias === undefined ? {} : { bias }),
    }),
  upsample(x, kernel, stride) {
    const [batch, height, width] = x.shape as [number, number, number, number];
    const shape: [number, number, number, number] = [batch, height * stride, width * stride, kernel.shape[2] as number];
    return tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, shape, stride, 'valid');
  },
  maxPool: (x, size) => tf.maxPool(x as tf.Tensor4D, size, size, 'valid'),
  addChannels: (x, bias) => tf.add(x, bias),
  concatChannels: (x, y) => tf.concat([x, y], -1),
  channelMeans: (x) => tf.mean(x, [1, 2]),
  batchNormalize(x, scale, offset) {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean, variance, offset, scale, batchEpsilon);
  },
  layerNormalize,
  flatten: (x) => tf.reshape(x, [x.shape[0], -1]),
  pixels: (x) => x,
  // A product, because wasm has no kernel for the gradient of gather.
  embed: (tokens, table) => dense(tf.oneHot(tokens as tf.Tensor2D, table.shape[0]).cast('float32'), table),
  attend,
  zeros: (batch, units) => tf.zeros([batch, units]),
};
