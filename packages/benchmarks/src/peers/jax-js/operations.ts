import { type Array as JaxArray, lax, nn, numpy as np } from '@jax-js/jax';
import { batchEpsilon, layerEpsilon, type Operations } from '../stepwise/operations.js';

/** Normalizes over some axes; what scale and offset are broadcast over comes as their shape. */
function normalize(x: JaxArray, axes: number[], epsilon: number): JaxArray {
  const centred = x.ref.sub(np.mean(x.ref, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  return centred.ref.div(np.sqrt(variance.add(epsilon)));
}

function dense(x: JaxArray, kernel: JaxArray, bias?: JaxArray, activation?: 'relu'): JaxArray {
  const product = np.matmul(x.ref, kernel.ref);
  const shifted = bias === undefined ? product : product.add(bias.ref);
  return activation === 'relu' ? nn.relu(shifted) : shifted;
}

/** One number for each channel as something that images broadcast with. */
function perChannel(x: JaxArray): JaxArray {
  return x.ref.reshape([1, -1, 1, 1]);
}

/** By hand: the library's own function needs the iterator methods of Node 22. */
function attend(query: JaxArray, key: JaxArray, value: JaxArray): JaxArray {
  const [time, , width] = query.shape.slice(1) as [number, number, number];
  const q = query.ref.transpose([0, 2, 1, 3]);
  const k = key.ref.transpose([0, 2, 3, 1]);
  const v = value.ref.transpose([0, 2, 1, 3]);
  const scores = np.matmul(q, k).mul(1 / Math.sqrt(width));
  const probabilities = nn.softmax(np.where(np.tri(time, time, 0, { dtype: np.bool }), scores, -1e9), -1);
  return np.matmul(probabilities, v).transpose([0, 2, 1, 3]);
}

/**
 * Images are [batch, channels, height, width], kernels [outputs, inputs, height, width]. Each function keeps its
 * arguments for others to use: only tracers come here, which take no memory.
 */
export const operations: Operations<JaxArray> = {
  shape: (x) => x.shape,
  add: (x, y) => x.ref.add(y.ref),
  multiply: (x, y) => x.ref.mul(y.ref),
  relu: (x) => nn.relu(x.ref),
  sigmoid: (x) => nn.sigmoid(x.ref),
  tanh: (x) => np.tanh(x.ref),
  gelu: (x) => nn.gelu(x.ref, { approximate: false }),
  dense,
  reshape: (x, shape) => x.ref.reshape([...shape]),
  split: (x, parts) => np.split(x.ref, parts, -1),
  moments: (x) => np.unstack(x.ref, 1),
  sequence: (parts) =>
    np.stack(
      parts.map((part) => part.ref),
      1,
    ),
  convolve(x, kernel, { stride, padding, bias, activation }) {
    const sides: [number, number] = [padding, padding];
    const y = lax.conv(x.ref, kernel.ref, [stride, stride], [sides, sides]);
    const shifted = bias === undefined ? y : y.add(perChannel(bias));
    return activation === 'relu' ? nn.relu(shifted) : shifted;
  },
  upsample: (x, kernel, stride) =>
    lax.convTranspose(x.ref, kernel.ref, [stride, stride], 'VALID', { transposeKernel: true }),
  maxPool: (x, size) => lax.reduceWindow(x.ref, np.max, [size, size], [size, size]),
  addChannels: (x, bias) => x.ref.add(perChannel(bias)),
  concatChannels: (x, y) => np.concatenate([x.ref, y.ref], 1),
  channelMeans: (x) => np.mean(x.ref, [2, 3]),
  batchNormalize: (x, scale, offset) =>
    normalize(x, [0, 2, 3], batchEpsilon).mul(perChannel(scale)).add(perChannel(offset)),
  layerNormalize: (x, scale, offset) => normalize(x, [-1], layerEpsilon).mul(scale.ref).add(offset.ref),
  flatten: (x) => x.ref.transpose([0, 2, 3, 1]).reshape([x.shape[0] as number, -1]),
  pixels: (x) => x.ref.transpose([0, 2, 3, 1]),
  embed: (tokens, table) => dense(nn.oneHot(tokens.ref, table.shape[0] as number), table),
  attend,
  zeros: (batch, units) => np.zeros([batch, units]),
};
