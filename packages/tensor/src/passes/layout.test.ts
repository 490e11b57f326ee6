import { expect, it } from 'vitest';
import type { Graph } from '../graph/graph.js';
import type { ReduceAttributes } from '../ops/reduce.js';
import { nn, tree, traceGraph, grad, valueAndGrad, where, type Tensor } from '../index.js';
import { bufferOf, elementsOf, pattern } from '../values.fixture.js';
import { optimizeGraph } from './optimize.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

/** Traces, optimizes for channels first, and compares all results with those of the traced graph. */
function checkLayout(f: (...args: never[]) => unknown, ...args: readonly unknown[]): Graph {
  const { graph, captured } = traceGraph(f, ...args);
  const inputs = [...tree.leaves(args), ...captured].map(bufferOf);
  const optimized = optimizeGraph(graph, { channels: 'first' });
  const [expected, results] = [runGraph(graph, inputs), runGraph(optimized, inputs)];
  expect(optimized.outputs.map(({ dtype, shape }) => [dtype, shape])).toEqual(
    graph.outputs.map(({ dtype, shape }) => [dtype, shape]),
  );
  for (const { primitive, attributes } of optimized.nodes) {
    if (!['sum', 'max', 'min'].includes(primitive.name)) continue;
    const { axes } = attributes as ReduceAttributes;
    expect(axes).toEqual([...axes].sort((a, b) => a - b)); // backends may rely on it
  }
  results.forEach((result, i) => {
    const [values, wanted] = [elementsOf(result), elementsOf(expected[i]!)];
    const scale = Math.max(...wanted.map((v) => Math.abs(Number(v))));
    const worst = Math.max(0, ...values.map((v, k) => Math.abs(Number(v) - Number(wanted[k]))));
    // Sums over pixels run in another order: float64, so an error in the layout is many orders larger.
    expect(worst, `output ${i}`).toBeLessThanOrEqual(1e-13 * scale);
  });
  return optimized;
}

function transposes(graph: Graph): string[] {
  return graph.nodes
    .filter(({ primitive }) => primitive.name === 'transpose')
    .map(({ operands: [x], attributes }) => `[${String(x!.shape)}] ${JSON.stringify(attributes)}`);
}

const image = pattern([2, 8, 8, 3], 1);

it('gives conv and pool channels first, with one transpose on the way in and one on the way out', () => {
  const kernel = pattern([3, 3, 3, 4], 2);
  const graph = checkLayout(
    (x: Tensor, k: Tensor) => nn.maxPool(nn.relu(nn.conv(x, k, { padding: 'same' })), 2),
    image,
    kernel,
  );
  expect(graph.nodes.map(({ primitive }) => primitive.name)).toMatchInlineSnapshot(`
    [
      "transpose",
      "transpose",
      "conv",
      "maxPool",
      "relu",
      "transpose",
    ]
  `);
  expect(transposes(graph)).toMatchInlineSnapshot(`
    [
      "[2,8,8,3] {"permutation":[0,3,1,2]}",
      "[3,3,3,4] {"permutation":[3,2,0,1]}",
      "[2,4,4,4] {"permutation":[0,2,3,1]}",
    ]
  `);
});

it.each([
  ['bias', (y: Tensor) => y.add(pattern([4], 3))],
  ['a full-size operand', (y: Tensor) => y.mul(pattern([2, 8, 8, 4], 3))],
  ['a scalar', (y: Tensor) => y.mul(0.5).add(1)],
  ['a mask per pixel', (y: Tensor) => y.mul(pattern([8, 8, 1], 3))],
  ['batch statistics', (y: Tensor) => y.sub(y.mean([0, 1, 2])).div(y.square().mean([0, 1, 2]).add(1).sqrt())],
  ['a global mean', (y: Tensor) => y.mean([1, 2])],
  ['a sum per image', (y: Tensor) => y.sum([1, 2, 3])],
  ['a maximum over channels', (y: Tensor) => y.max(3)],
  ['a mean that keeps its axes', (y: Tensor) => y.mul(y.mean([1, 2], { keepDims: true }))],
  ['softmax over channels', (y: Tensor) => nn.softmax(y)],
  ['batchNorm', (y: Tensor) => nn.batchNorm(y, { scale: pattern([4], 3), offset: pattern([4], 4) }).y],
  ['groupNorm', (y: Tensor) => nn.groupNorm(y, 2)],
  ['layerNorm', (y: Tensor) => nn.layerNorm(y)],
  ['an average pool', (y: Tensor) => nn.avgPool(y, 3, { strides: 2, padding: 'same' })],
  ['a resized image', (y: Tensor) => nn.interpolate(y, [5, 12]).relu()],
  ['a transposed convolution', (y: Tensor) => nn.convTranspose(y, pattern([2, 2, 3, 4], 3), { strides: 2 })],
  ['a slice', (y: Tensor) => y.slice(null, [1, 3], [null, null, 2])],
  ['flatten and dense', (y: Tensor) => y.reshape([2, 256]).matmul(pattern([256, 5], 3))],
  ['a second use', (y: Tensor) => y.relu().add(nn.maxPool(y, 3, { strides: 1, padding: 'same' }))],
  ['a comparison', (y: Tensor) => y.greater(0).cast('float64').mul(y)],
])('keeps results: conv, then %s, and all gradients', (_, after) => {
  const kernel = pattern([3, 3, 3, 4], 2);
  const forward = (x: Tensor, k: Tensor): Tensor => after(nn.conv(x, k, { padding: 'same' }));
  checkLayout(forward, image, kernel);
  const loss = (x: Tensor, k: Tensor): Tensor => forward(x, k).square().mean();
  checkLayout((x: Tensor, k: Tensor) => valueAndGrad(loss, { argnums: [0, 1] })(x, k), image, kernel);
});

it('does not move a transpose where that adds more of them', () => {
  const [other, flags] = [pattern([2, 8, 8, 4], 3), pattern([2, 8, 8, 4], 4).greater(0)];
  const f = (x: Tensor, k: Tensor): Tensor => where(flags, nn.conv(x, k, { padding: 'same' }), other);
  const graph = checkLayout(f, image, pattern([3, 3, 3, 4], 2));
  expect(transposes(graph)).toMatchInlineSnapshot(`
    [
      "[2,8,8,3] {"permutation":[0,3,1,2]}",
      "[3,3,3,4] {"permutation":[3,2,0,1]}",
      "[2,4,8,8] {"permutation":[0,2,3,1]}",
    ]
  `);
});

it.each([
  ['1-D', [2, 9, 2], [3, 2, 4], {}],
  ['3-D', [1, 4, 5, 4, 2], [2, 2, 2, 2, 3], { padding: 'same' }],
  ['strides', [2, 7, 6, 2], [3, 3, 2, 4], { strides: [2, 1] }],
  ['groups', [2, 5, 5, 4], [3, 3, 2, 6], { groups: 2, padding: 'same' }],
  ['dilation', [1, 7, 7, 2], [3, 3, 2, 3], { dilation: 2 }],
] as const)('keeps results and gradients of a convolution with %s', (_, x, kernel, options) => {
  const loss = (a: Tensor, k: Tensor): Tensor => nn.conv(a, k, options).tanh().sum();
  checkLayout(
    (a: Tensor, k: Tensor) => valueAndGrad(loss, { argnums: [0, 1] })(a, k),
    pattern(x, 1),
    pattern(kernel, 2),
  );
});

interface Parameters {
  readonly kernel1: Tensor;
  readonly bias1: Tensor;
  readonly kernel2: Tensor;
  readonly bias2: Tensor;
  readonly weights: Tensor;
  readonly bias: Tensor;
}

const parameters: Parameters = {
  kernel1: pattern([3, 3, 1, 4], 1),
  bias1: pattern([4], 2),
  kernel2: pattern([3, 3, 4, 6], 3),
  bias2: pattern([6], 4),
  weights: pattern([6 * 3 * 3, 5], 5),
  bias: pattern([5], 6),
};

function loss(p: Parameters, images: Tensor, targets: Tensor): Tensor {
  const first = nn.maxPool(nn.relu(nn.conv(images, p.kernel1, { padding: 'same' }).add(p.bias1)), 2);
  const second = nn.maxPool(nn.relu(nn.conv(first, p.kernel2, { padding: 'same' }).add(p.bias2)), 2);
  const logits = second
    .reshape([4, 6 * 3 * 3])
    .matmul(p.weights)
    .add(p.bias);
  return nn.logSoftmax(logits).mul(targets).sum().div(-4);
}

it('keeps the training step of a convolutional network, with few transposes left', () => {
  const step = (p: Parameters, images: Tensor, targets: Tensor): unknown => {
    const [value, gradients] = valueAndGrad(loss)(p, images, targets);
    return [value, tree.map((w, g) => w.sub(g!.mul(0.1)), p, gradients)];
  };
  const graph = checkLayout(step, parameters, pattern([4, 12, 12, 1], 7), pattern([4, 5], 8));
  const left = transposes(graph);
  console.log(`${left.length} transposes left in the training step:\n${left.join('\n')}`);
  expect(left).toMatchInlineSnapshot(`
    [
      "[3,3,1,4] {"permutation":[3,2,0,1]}",
      "[3,3,4,6] {"permutation":[3,2,0,1]}",
      "[4,6,3,3] {"permutation":[0,2,3,1]}",
      "[54,5] {"permutation":[1,0]}",
      "[4,3,3,6] {"permutation":[0,3,1,2]}",
      "[4,1,3,3] {"permutation":[2,3,1,0]}",
      "[6,4,3,3] {"permutation":[2,3,1,0]}",
      "[4,54] {"permutation":[1,0]}",
    ]
  `);
  expect(countPrimitives(graph)['conv']).toBe(2);
});

it('normalizes batches between convolutions without a transpose of the images', () => {
  const step = (k1: Tensor, k2: Tensor, scale: Tensor, x: Tensor): unknown =>
    valueAndGrad(
      (a: Tensor, b: Tensor, s: Tensor) => {
        const h = nn.relu(nn.batchNorm(nn.conv(x, a, { padding: 'same' }), { scale: s }).y);
        return nn
          .avgPool(nn.conv(h, b, { padding: 'same' }), 2)
          .square()
          .mean();
      },
      { argnums: [0, 1, 2] },
    )(k1, k2, scale);
  const graph = checkLayout(step, pattern([3, 3, 3, 4], 1), pattern([3, 3, 4, 5], 2), pattern([4], 3), image);
  expect(transposes(graph)).toMatchInlineSnapshot(`
    [
      "[2,8,8,3] {"permutation":[0,3,1,2]}",
      "[3,3,3,4] {"permutation":[3,2,0,1]}",
      "[3,3,4,5] {"permutation":[3,2,0,1]}",
      "[4,3,3,3] {"permutation":[2,3,1,0]}",
      "[5,4,3,3] {"permutation":[2,3,1,0]}",
    ]
  `);
});

it('leaves the state of an optimizer in the order in which it came', () => {
  const step = (k: Tensor, momentum: Tensor, velocity: Tensor, x: Tensor): readonly Tensor[] => {
    const g = grad((k: Tensor) => nn.conv(x, k).square().mean())(k);
    const m = momentum.mul(0.9).add(g);
    const v = velocity.mul(0.99).add(g.square());
    return [k.sub(m.mul(0.1).div(v.sqrt().add(0.1))), m, v];
  };
  const [k, m, v] = [1, 2, 3].map((seed) => pattern([3, 3, 3, 4], seed)) as [Tensor, Tensor, Tensor];
  const graph = checkLayout(step, k, m, v.square(), image);
  expect(transposes(graph)).toMatchInlineSnapshot(`
    [
      "[2,8,8,3] {"permutation":[0,3,1,2]}",
      "[3,3,3,4] {"permutation":[3,2,0,1]}",
      "[4,3,3,3] {"permutation":[2,3,1,0]}",
    ]
  `);
});
