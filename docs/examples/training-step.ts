import { writeFile } from 'node:fs/promises';
import { applyModule, dense, optimizers, sequential, type Sequential } from '@tesserajs/layers';
import { toOnnx } from '@tesserajs/onnx';
import { compile, isTensor, nn, random, tree, valueAndGrad, type Tensor } from '@tesserajs/tensor';

const model = sequential([dense({ units: 16, activation: 'tanh' }), dense({ units: 3 })]);
model.build([null, 4]);
const adam = optimizers.adam();

function loss(model: Sequential, x: Tensor, labels: Tensor): Tensor {
  const [logits] = applyModule(model, x, { training: true });
  return nn.logSoftmax(logits).mul(nn.oneHot(labels, 3)).sum(1).mean().neg();
}

type State = ReturnType<typeof adam.init>;

/** One step of Adam; `count` is 1 for the first. */
const step = compile(
  (model: Sequential, state: State, x: Tensor, labels: Tensor, learningRate: number, count: number) => {
    const [value, gradients] = valueAndGrad(loss)(model, x, labels);
    const { leaves, definition } = tree.flatten(model);
    const [weights, next] = adam.update(leaves as Tensor[], tree.leaves(gradients), state, {
      learningRate,
      step: count,
    });
    return [tree.unflatten(definition, weights) as Sequential, next, value] as const;
  },
);

/** A batch of points in four dimensions; the label is the largest of the first three coordinates. */
function batch(n: number): { x: Tensor; labels: Tensor } {
  const x = random.normal(random.foldIn(random.key(1), n), [n === 19 ? 7 : 32, 4]);
  return { x, labels: x.slice(null, [0, 3]).argmax(1) };
}

let current = model;
let state = adam.init(tree.leaves(model));
const { x, labels } = batch(0);

// Files that any ONNX runtime trains with. The batch of arguments 2 and 3 is open.
const example = [model, state, x, labels, 0.02, 1] as const;
const names = {
  inputNames: ['model', 'state', 'x', 'labels', 'learningRate', 'count'],
  outputNames: ['nextModel', 'nextState', 'loss'],
  batchArgnums: [2, 3],
};
await writeFile('step.onnx', await toOnnx(step, example, names));
const { gradient, update } = await toOnnx(step, example, { ...names, split: true });
await writeFile('gradient.onnx', gradient);
await writeFile('update.onnx', update);

/** The tensors of trees by name, as JSON. */
async function values(named: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const { leaves, paths } = tree.flatten(named);
  const entries = await Promise.all(
    leaves.map(async (leaf, i) => [paths[i]!, isTensor(leaf) ? await leaf.array() : leaf]),
  );
  return Object.fromEntries(entries) as Record<string, unknown>;
}

// Where training begins, the batches of 20 steps, and the losses that Tessera finds.
const start = await values({ model, state });
const steps: unknown[] = [];
for (let n = 0; n < 20; n++) {
  const { x, labels } = batch(n);
  const result = step(current, state, x, labels, 0.02, n + 1);
  [current, state] = result;
  steps.push({ ...(await values({ x, labels })), loss: await result[2].item() });
}
await writeFile('training.json', JSON.stringify({ start, learningRate: 0.02, steps }));
