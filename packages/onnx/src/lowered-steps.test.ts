import { evaluate, grad, nn, tree, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { printModel } from './print-model.js';
import { expectLike, foreignOperators, lower, runBytes, waves } from './run-function.fixture.js';

/** One step of gradient descent with momentum on the mean of squares. */
function step(f: (parameters: Tensor[], x: Tensor) => Tensor) {
  const loss = (parameters: Tensor[], x: Tensor, y: Tensor): Tensor => f(parameters, x).sub(y).square().mean();
  return (x: Tensor, y: Tensor, ...state: Tensor[]): Tensor[] => {
    const [p, m] = [state.slice(0, state.length / 2), state.slice(state.length / 2)];
    const momentum = tree.map((old, g) => old.mul(0.9).add(g!), m, grad(loss)(p, x, y));
    return [...tree.map((old, change) => old.sub(change!.mul(0.1)), p, momentum), ...momentum];
  };
}

const mlp = step(([w, b, v, c], x) => x.matmul(w!).add(b!).relu().matmul(v!).add(c!));

const cnn = step(([k, b, w, c], x) => {
  const h = nn.maxPool(nn.conv(x, k!, { padding: 'same' }).add(b!).relu(), 2);
  return nn.softmax(h.reshape([x.shape[0]!, -1]).matmul(w!).add(c!));
});

const twice = (tensors: Tensor[]): Tensor[] => [...tensors, ...tensors];

const steps = {
  mlp: {
    f: mlp,
    inputs: [waves([4, 3]), waves([4, 2]), ...twice([waves([3, 5]), waves([5]), waves([5, 2]), waves([2])])],
  },
  cnn: {
    f: cnn,
    inputs: [
      waves([2, 6, 6, 1]),
      waves([2, 3]),
      ...twice([waves([3, 3, 1, 2]), waves([2]), waves([18, 3]), waves([3])]),
    ],
  },
};

it.each(
  (['mlp', 'cnn'] as const).flatMap((name) =>
    (['standard', 'onnxruntime'] as const).map((target) => [name, target] as const),
  ),
)('writes the training step of the %s for %s', async (name, target) => {
  const { f, inputs } = steps[name];
  const builder = lower(f, inputs, target);
  await expect(`${printModel(builder.toModel())}\n`).toMatchFileSnapshot(`../fixtures/${name}-step.${target}.txt`);
  if (target === 'standard') expect(foreignOperators(builder)).toEqual([]);

  const feeds = Object.fromEntries(inputs.map((input, i) => [`input_${i}`, input]));
  const outputs = await runBytes(builder.toBytes(), feeds);
  const expected = f(inputs[0]!, inputs[1]!, ...inputs.slice(2));
  await evaluate(...expected);
  for (const [i, tensor] of expected.entries()) await expectLike(outputs[`output_${i}`], tensor);
});
