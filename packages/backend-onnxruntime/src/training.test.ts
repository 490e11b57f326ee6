import {
  compile,
  nn,
  random,
  referenceBackend,
  tree,
  valueAndGrad,
  withBackend,
  zeros,
  zerosLike,
  type Backend,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

type Parameters = Readonly<Record<'k1' | 'b1' | 'k2' | 'b2' | 'k3' | 'w' | 'b', Tensor>>;

const batch = 16;
const classes = 10;

/** Convolutions of 1, 8 and 16 channels with biases, relu, pools, dropout and a dense layer. */
function logits(p: Parameters, x: Tensor, key: Tensor): Tensor {
  let h = nn.maxPool(nn.conv(x, p.k1, { padding: 'same' }).add(p.b1).relu(), 2);
  h = nn.conv(h, p.k2, { padding: 'same' }).add(p.b2).relu();
  h = nn.maxPool(nn.conv(h, p.k3).relu(), 3, { strides: 2, padding: 'same' }).reshape([batch, -1]);
  return nn.dropout(h, 0.25, key).matmul(p.w).add(p.b);
}

function loss(p: Parameters, x: Tensor, y: Tensor, key: Tensor): Tensor {
  return nn
    .logSoftmax(logits(p, x, key))
    .mul(nn.oneHot(y, classes))
    .sum(1)
    .mean()
    .neg();
}

interface State {
  readonly p: Parameters;
  readonly m: Parameters;
  readonly v: Parameters;
  readonly key: Tensor;
}

function initial(seed: number): State {
  const keys = [...random.split(random.key(seed), 4)];
  const normal = (key: number, shape: number[], scale: number): Tensor => random.normal(keys[key]!, shape).mul(scale);
  const p: Parameters = {
    k1: normal(0, [3, 3, 1, 8], 0.4),
    b1: zeros([8]),
    k2: normal(1, [3, 3, 8, 16], 0.2),
    b2: zeros([16]),
    k3: normal(2, [3, 3, 16, 16], 0.15),
    w: normal(3, [144, classes], 0.1),
    b: zeros([classes]),
  };
  return { p, m: tree.map(zerosLike, p), v: tree.map(zerosLike, p), key: random.key(seed + 1) };
}

const images = values('float32', [batch, 14, 14, 1]);
const labels = values('uint8', [batch])
  .cast('int32')
  .cast('float32')
  .mul(classes / 19)
  .cast('int32');

/** The losses of some steps of Adam, and the parameters after them. */
async function train(
  backend: Backend,
  seed: number,
  steps: number,
): Promise<{ losses: number[]; parameters: Float32Array[] }> {
  const step = compile(
    ({ p, m, v, key }: State, rate: number): readonly [State, Tensor] => {
      const [next, own] = random.split(key);
      const [value, gradients] = valueAndGrad(loss)(p, images, labels, own!);
      const m2 = tree.map((old, g) => old.mul(0.9).add(g!.mul(0.1)), m, gradients);
      const v2 = tree.map((old, g) => old.mul(0.999).add(g!.square().mul(0.001)), v, gradients);
      const p2 = tree.map((old, mean, square) => old.sub(mean!.mul(rate).div(square!.sqrt().add(1e-3))), p, m2, v2);
      return [{ p: p2, m: m2, v: v2, key: next! }, value];
    },
    { donate: [0] },
  );
  let state = initial(seed);
  const losses: Promise<number>[] = [];
  for (let i = 1; i <= steps; i++) {
    const rate = (0.003 * Math.sqrt(1 - 0.999 ** i)) / (1 - 0.9 ** i);
    const [next, value] = withBackend(backend, () => step(state, rate));
    losses.push(value.item());
    state = next;
  }
  const parameters = await Promise.all(tree.leaves(state.p).map((leaf) => leaf.data('float32')));
  expect(step.traces).toBe(1);
  return { losses: await Promise.all(losses), parameters };
}

it('trains as the reference backend does', async () => {
  const [actual, expected] = [await train(onnxruntime(), 1, 20), await train(referenceBackend, 1, 20)];
  expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0]! / 2);
  actual.losses.forEach((value, i) => {
    expect(Math.abs(value - expected.losses[i]!)).toBeLessThan(1e-5 * expected.losses[i]!);
  });
  actual.parameters.forEach((values, i) => {
    let largest = 0;
    values.forEach((value, k) => (largest = Math.max(largest, Math.abs(value - expected.parameters[i]![k]!))));
    expect(largest).toBeLessThan(1e-5);
  });
});

it('runs the whole step as one graph, but for the random numbers', async () => {
  const backend = recording(onnxruntime());
  await train(backend, 1, 2);
  const graphs = backend.graphs.map(({ nodes }) => new Set(nodes.map(({ primitive }) => primitive.name)));
  const parts = ['conv', 'convInputGrad', 'convFilterGrad', 'maxPoolGrad', 'logSoftmax', 'matmul'];
  const counts = parts.map((part) => graphs.filter((names) => names.has(part)).length);
  expect(counts).toEqual(parts.map(() => 1));
  expect(graphs.filter((names) => parts.every((part) => names.has(part))).length).toBe(1);
});

it('repeats itself bit for bit with the same seed, and not with another', async () => {
  const [first, second, other] = [
    await train(onnxruntime(), 1, 20),
    await train(onnxruntime(), 1, 20),
    await train(onnxruntime(), 2, 20),
  ];
  expect(second).toEqual(first);
  expect(other.losses).not.toEqual(first.losses);
});
