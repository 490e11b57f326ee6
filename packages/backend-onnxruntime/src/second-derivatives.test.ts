import {
  compile,
  grad,
  nn,
  optimizeGraph,
  printGraph,
  referenceBackend,
  traceGraph,
  tensor,
  valueAndGrad,
  withBackend,
  zerosLike,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';

const backend = onnxruntime({ threads: 1 });

type Parameters = readonly Tensor[];
type Loss = (parameters: Parameters, x: Tensor) => Tensor;

interface State {
  readonly parameters: Parameters;
  readonly means: Parameters;
  readonly squares: Parameters;
}

/** A step of Adam, with the loss before it. */
function adamStep(loss: Loss): (state: State, x: Tensor, scale: Tensor) => [Tensor, State] {
  return function step({ parameters, means, squares }, x, scale) {
    const [value, gradients] = valueAndGrad(loss)(parameters, x);
    const m = means.map((mean, i) => mean.mul(0.9).add(gradients[i]!.mul(0.1)));
    const v = squares.map((square, i) => square.mul(0.999).add(gradients[i]!.square().mul(0.001)));
    const updated = parameters.map((p, i) => p.sub(scale.mul(m[i]!).div(v[i]!.sqrt().add(1e-7))));
    return [value, { parameters: updated, means: m, squares: v }];
  };
}

/** Convolutions with a normalization of the batch and of the channels, both kinds of pooling, and a dense layer. */
function discriminator([k1, s1, o1, k2, s2, o2, w]: Parameters, x: Tensor): Tensor {
  const conv = (y: Tensor, kernel: Tensor): Tensor => nn.silu(nn.conv(y, kernel, { padding: 'same' }));
  const first = nn.batchNorm(conv(x, k1!), { scale: s1!, offset: o1! }).y;
  const second = nn.layerNorm(conv(nn.maxPool(first, 2), k2!), { scale: s2!, offset: o2! });
  return nn.avgPool(second, 2).mean([1, 2]).matmul(w!);
}

/** The loss of a discriminator for real images, and the penalty on its slope. */
const penalized: Loss = (parameters, x) => {
  const score = (images: Tensor): Tensor => discriminator(parameters, images).sum();
  const [value, slope] = valueAndGrad(score)(x);
  return nn.softplus(value.neg()).add(slope.square().sum());
};

/** The residual of Laplace's equation, of a network with tanh. */
const residual: Loss = ([w1, b1, w2, b2, w3], points) => {
  const net = (x: Tensor): Tensor => x.matmul(w1!).add(b1!).tanh().matmul(w2!).add(b2!).tanh().matmul(w3!);
  const slope = grad((x: Tensor) => net(x).sum());
  const second = (axis: number): Tensor => grad((x: Tensor) => slope(x).at(':', axis).sum())(points).at(':', axis);
  return second(0).add(second(1)).square().mean();
};

const rate = tensor(0.001);

const around = (shape: readonly number[], seed: number, center = 0): Tensor =>
  values('float32', shape, seed).mul(0.125).add(center);

const steps: readonly [name: string, loss: Loss, parameters: Parameters, x: Tensor][] = [
  [
    'a penalty on the slope of a discriminator',
    penalized,
    [
      around([3, 3, 3, 8], 1),
      around([8], 2, 1),
      around([8], 3),
      around([3, 3, 8, 16], 4),
      around([16], 5, 1),
      around([16], 6),
      around([16, 1], 7),
    ],
    values('float32', [4, 8, 8, 3], 8),
  ],
  [
    'the residual of a differential equation',
    residual,
    [around([2, 16], 1), around([16], 2), around([16, 16], 3), around([16], 4), around([16, 1], 5)],
    values('float32', [32, 2], 6),
  ],
];

it.each(steps)('a step on %s runs as one segment', (_, loss, parameters, x) => {
  const zeros = parameters.map((p) => zerosLike(p));
  const { graph } = traceGraph(adamStep(loss), { parameters, means: zeros, squares: zeros }, x, rate);
  const printed = printGraph(optimizeGraph(graph, backend), { backend });
  expect(printed).toContain('onnxruntime');
  expect(printed).not.toContain('reference');
});

it.each(steps)('three steps on %s give the values of the reference backend', async (_, loss, parameters, x) => {
  const train = (): Tensor[] => {
    const step = compile(adamStep(loss));
    let state: State = { parameters, means: parameters.map(zerosLike), squares: parameters.map(zerosLike) };
    const losses: Tensor[] = [];
    for (let i = 0; i < 3; i++) {
      const [value, next] = step(state, x, rate);
      losses.push(value);
      state = next;
    }
    return [...losses, ...state.parameters];
  };
  const read = (tensors: Tensor[]): Promise<number[][]> =>
    Promise.all(tensors.map(async (one) => [...(await one.data('float64'))]));
  const actual = (await read(withBackend(backend, train))).flat();
  const expected = (await read(withBackend(referenceBackend, train))).flat();
  expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2e-5);
});
