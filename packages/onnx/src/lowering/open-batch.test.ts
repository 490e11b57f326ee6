import {
  dynamicSlice,
  dynamicUpdateSlice,
  eye,
  nn,
  sort,
  take,
  tensor,
  valueAndGrad,
  zeros,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { it } from 'vitest';
import { expectLike, runBytes, waves } from '../run-function.fixture.js';
import { toOnnx } from '../to-onnx.js';

/** A loss of weights and a batch, with the shapes of the weights and of one example. */
interface Network {
  readonly weights: readonly Shape[];
  readonly example: Shape;
  readonly loss: (weights: readonly Tensor[], x: Tensor) => Tensor;
}

const conv =
  (options: Parameters<typeof nn.conv>[2]) =>
  ([w]: readonly Tensor[], x: Tensor): Tensor =>
    nn.conv(x, w!, options).tanh().square().mean();

/** Token numbers from the sizes of waves. */
const tokens = (x: Tensor): Tensor => x.abs().mul(9.99).cast('int32');

const networks: Readonly<Record<string, Network>> = {
  'a convolution of few channels': { weights: [[3, 3, 2, 4]], example: [8, 8, 2], loss: conv({ padding: 'same' }) },
  'a convolution of many channels, large images': {
    weights: [[3, 3, 16, 16]],
    example: [10, 10, 16],
    loss: conv({ padding: 'same' }),
  },
  'a convolution of many channels, small images': {
    weights: [[3, 3, 16, 8]],
    example: [6, 6, 16],
    loss: conv({ strides: 2 }),
  },
  'a pointwise convolution': { weights: [[1, 1, 4, 5]], example: [5, 5, 4], loss: conv({}) },
  'a convolution in groups': { weights: [[3, 3, 2, 6]], example: [6, 6, 4], loss: conv({ groups: 2 }) },
  'a convolution of sequences': { weights: [[5, 3, 4]], example: [12, 3], loss: conv({ padding: 'same' }) },
  'two convolutions and a pool that tiles': {
    weights: [
      [3, 3, 2, 4],
      [3, 3, 4, 4],
      [16, 3],
    ],
    example: [8, 8, 2],
    loss([first, second, dense], x) {
      const h = nn.maxPool(nn.relu(nn.conv(x, first!, { padding: 'same' })), 2);
      const g = nn.maxPool(nn.relu(nn.conv(h, second!, { padding: 'same' })), 2);
      return nn
        .logSoftmax(g.reshape([x.shape[0]!, -1]).matmul(dense!))
        .at(':', 1)
        .mean()
        .neg();
    },
  },
  'pools that overlap': {
    weights: [[3, 3, 2, 4]],
    example: [9, 9, 2],
    loss: ([w], x) => nn.maxPool(nn.conv(x, w!), 3, { strides: 2 }).square().mean(),
  },
  'an average pool that tiles': {
    weights: [[3, 3, 2, 4]],
    example: [10, 10, 2],
    loss: ([w], x) => nn.avgPool(nn.conv(x, w!), 2).square().mean(),
  },
  'average pools that overlap': {
    weights: [[3, 3, 2, 4]],
    example: [11, 11, 2],
    loss: ([w], x) => {
      const near = nn.avgPool(nn.conv(x, w!), 3, { strides: 1, padding: 'same' });
      return nn.avgPool(near, 3, { strides: 2 }).square().mean();
    },
  },
  'a transposed convolution': {
    weights: [[3, 3, 4, 2]],
    example: [4, 4, 2],
    loss: ([w], x) => nn.convTranspose(x, w!, { strides: 2 }).square().mean(),
  },
  'larger and smaller images': {
    weights: [[3, 3, 2, 4]],
    example: [4, 4, 2],
    loss: ([w], x) => {
      const large = nn.interpolate(nn.conv(x, w!, { padding: 'same' }), [7, 9], { method: 'linear' });
      return nn.interpolate(large, [3, 3], { method: 'nearest' }).square().mean();
    },
  },
  'normalizations over the batch and over features': {
    weights: [[6, 5], [5], [5]],
    example: [6],
    loss([w, scale, offset], x) {
      const h = x.matmul(w!);
      const centred = h.sub(h.mean(0)).div(h.variance(0).add(1e-3).sqrt());
      return nn.layerNorm(centred.mul(scale!).add(offset!)).tanh().mul(scale!).sum(1).mean();
    },
  },
  'an embedding and attention': {
    weights: [
      [10, 8],
      [8, 8],
      [8, 8],
    ],
    example: [5],
    loss([table, query, out], x) {
      const h = nn.embedding(tokens(x), table!);
      const q = h.matmul(query!);
      const p = nn.softmax(q.matmul(h.transpose([0, 2, 1])).div(Math.sqrt(8)));
      return nn.layerNorm(p.matmul(h).matmul(out!).add(h)).square().mul(h).mean();
    },
  },
  'rows that indices name': {
    weights: [[10, 3]],
    example: [4],
    loss: ([w], x) => take(w!, tokens(x), 0).mul(x.expandDims(2)).square().mean(),
  },
  'elements that two indices name': {
    weights: [[5, 4, 3]],
    example: [4],
    loss: ([w], x) => w!.at(tokens(x).remainder(5), tokens(x).remainder(4)).square().mean(),
  },
  'columns of the batch': {
    weights: [[6, 3]],
    example: [6, 2],
    loss: ([w], x) =>
      x
        .at(':', tensor(Int32Array.of(3, 0, 3)))
        .sum(2)
        .matmul(w!.slice([0, 3]))
        .square()
        .mean(),
  },
  'windows at computed places': {
    weights: [[4, 3]],
    example: [6, 4],
    loss([w], x) {
      const h = dynamicSlice(x.matmul(w!), tensor(Int32Array.of(0, 2, 0)), [x.shape[0]!, 3, 3]);
      return dynamicUpdateSlice(x.matmul(w!), h.exp(), tensor(Int32Array.of(0, 1, 0)))
        .square()
        .mean();
    },
  },
  'the largest elements of each example': {
    weights: [[4, 6]],
    example: [4],
    loss: ([w], x) => sort(x.matmul(w!), 1).slice(null, [2, null]).square().mean(),
  },
  'a loss of pairs': {
    weights: [[4, 3]],
    example: [4],
    loss([w], x) {
      const h = x.matmul(w!);
      const similar = h.matmul(h.transpose());
      return nn.logSoftmax(similar).mul(eye(x.shape[0]!)).sum().div(x.shape[0]!).neg();
    },
  },
};

it.each(Object.entries(networks))('exports a step with %s for any batch', async (_, { weights, example, loss }) => {
  const own = weights.map((shape, i) => waves(shape, i + 2));
  const step = (w: readonly Tensor[], x: Tensor): { value: Tensor; gradients: Tensor[] } => {
    const [value, gradients] = valueAndGrad(loss)(w, x);
    return { value, gradients };
  };
  const bytes = await toOnnx(step, [own, zeros([1, ...example])], { inputNames: ['w', 'x'], batchArgnums: [1] });
  for (const batch of [1, 2, 5]) {
    const x = waves([batch, ...example], batch);
    const feeds = Object.fromEntries(own.map((w, i) => [`w.${i}`, w]));
    const results = await runBytes(bytes, { ...feeds, x });
    const { value, gradients } = step(own, x);
    await expectLike(results['value'], value);
    for (const [i, gradient] of gradients.entries()) await expectLike(results[`gradients.${i}`], gradient);
  }
});
