import { compile, ones, random, tensor, tree, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { conv2d } from '../layers/convolution/conv.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { flatten } from '../layers/reshaping/flatten.js';
import { add } from '../layers/merging/add.js';
import { applyModule } from '../module/apply-module.js';
import type { Context } from '../module/context.js';
import { Module } from '../module/module.js';
import { model, type Functional } from './functional.js';
import { input } from './input.js';
import { sequential } from './sequential.js';

/** Splits its input in two. */
class Halves extends Module<Tensor, { left: Tensor; right: Tensor }> {
  call(x: Tensor): { left: Tensor; right: Tensor } {
    const middle = x.shape[1]! / 2;
    return { left: x.slice([0, null], [0, middle]), right: x.slice([0, null], [middle, null]) };
  }
}

/** left − right, with a layer of its own. */
class Difference extends Module<{ left: Tensor; right: Tensor }> {
  readonly scale: Tensor = tensor(2);
  readonly projection = dense({ units: 1, kernelInitializer: 'ones' });
  call({ left, right }: { left: Tensor; right: Tensor }, ctx: Context): Tensor {
    return this.projection.apply(left.sub(right), ctx).mul(this.scale);
  }
}

function residual(): Functional {
  const x = input({ shape: [4] });
  const hidden = dense({ units: 4, activation: 'relu' }).apply(x);
  return model({ inputs: x, outputs: dense({ units: 2 }).apply(add([x, hidden])) });
}

it('runs its layers where they were applied', async () => {
  const net = residual();
  const [first, , last] = net.layers as [ReturnType<typeof dense>, Module, ReturnType<typeof dense>];
  const x = random.normal(random.key(1), [3, 4]);
  const expected = last.apply(x.add(first.apply(x)));
  expect(await net.apply(x).array()).toEqual(await expected.array());
  expect(net.weights.map(({ path }) => path)).toEqual([
    'layers.0.kernel',
    'layers.0.bias',
    'layers.2.kernel',
    'layers.2.bias',
  ]);
  expect(net.outputActivation).toBe('linear');
  expect(net.built).toBe(true);
});

it('has symbolic tensors with shapes and dtypes', () => {
  const x = input({ shape: [28, 28, 1], dtype: 'uint8', name: 'image' });
  expect([x.shape, x.dtype, x.name]).toEqual([[null, 28, 28, 1], 'uint8', 'image']);
  const y = conv2d({ filters: 3, kernelSize: 3 }).apply(x);
  expect([y.shape, y.dtype]).toEqual([[null, 26, 26, 3], 'float32']);
  expect(String(y)).toBe('SymbolicTensor(float32 [null,26,26,3])');
  const fixed = dense({ units: 2 }).apply(input({ shape: [3], batchSize: 8 }));
  expect(fixed.shape).toEqual([8, 2]);
  const halves = new Halves().apply(input({ shape: [6] }));
  expect(halves.left.shape).toEqual([null, 3]);
  expect(sequential([dense({ units: 5 }), flatten()]).apply(x).shape).toEqual([null, 28 * 28 * 5]);
});

it('takes and gives lists and records', async () => {
  const image = input({ shape: [2] });
  const text = input({ shape: [2], name: 'words' });
  const net = model({
    inputs: { image, text },
    outputs: [add([image, text]), new Difference().apply({ left: image, right: text })],
  });
  const [sum, difference] = net.apply({ text: tensor([[1, 2]]), image: tensor([[10, 20]]) });
  expect(await sum.array()).toEqual([[11, 22]]);
  expect(await difference.array()).toEqual([[(9 + 18) * 2]]);
  expect(net.graph.inputs.map(({ name }) => name)).toEqual(['image', 'words']);
  const [[y], next] = applyModule(net, { text: ones([1, 2]), image: zeros([1, 2]) });
  expect(await y.array()).toEqual([[1, 1]]);
  expect(next).toBe(net);
});

it('ties the weights of a layer that is applied twice', async () => {
  const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
  const shared = dense({ units: 2, kernelInitializer: 'ones', useBias: false });
  const net = model({ inputs: [a, b], outputs: add([shared.apply(a), shared.apply(b)]) });
  expect(net.weights).toHaveLength(1);
  expect(await net.apply([ones([1, 3]), ones([1, 3])]).array()).toEqual([[6, 6]]);
  const [, grads] = valueAndGrad((m: typeof net, x: Tensor) => m.apply([x, x.mul(2)]).sum())(net, ones([1, 3]));
  const [gradient] = tree.leaves(grads);
  expect(await gradient!.array()).toEqual([
    [3, 3],
    [3, 3],
    [3, 3],
  ]);
});

it('is a layer of other models, and of itself again', async () => {
  const inner = residual();
  const x = input({ shape: [4] });
  const outer = model({ inputs: x, outputs: add([inner.apply(x), inner.apply(x)]) });
  const batch = random.normal(random.key(2), [2, 4]);
  const once = inner.apply(batch);
  expect(await outer.apply(batch).array()).toEqual(await once.add(once).array());
  expect(outer.weights).toHaveLength(4);
  const tower = sequential([outer, dense({ units: 1 })], { inputShape: [4] });
  expect(tower.apply(batch).shape).toEqual([2, 1]);
  expect(tower.weights[0]!.path).toBe('layers.0.layers.0.layers.0.kernel');
});

it('may begin and end in the middle of another model, with the same weights', async () => {
  const net = residual();
  const features = model({ inputs: net.inputs, outputs: net.outputOf('dense') });
  const x = random.normal(random.key(3), [2, 4]);
  expect(await features.apply(x).array()).toEqual(await (net.layers[0] as ReturnType<typeof dense>).apply(x).array());
  const head = model({ inputs: net.outputOf('add'), outputs: net.outputs });
  expect(await head.apply(features.apply(x).add(x)).array()).toEqual(await net.apply(x).array());
  expect(() => net.outputOf('dens')).toThrow('functional: no layer is called "dens"; there are dense, add, dense_1');
  const more = model({ inputs: net.inputs, outputs: dense({ units: 1 }).apply(net.outputs) });
  expect((more.layers.at(-1) as ReturnType<typeof dense>).name).toBe('dense_2');
  expect(net.layers.map((layer) => (layer as ReturnType<typeof dense>).name)).toEqual(['dense', 'add', 'dense_1']);
});

it('has the weights that its seed and the names of its layers decide', async () => {
  const kernels = (net: Functional): Promise<unknown[]> =>
    Promise.all(net.weights.map(({ tensor: weight }) => weight.data()));
  expect(await kernels(residual())).toEqual(await kernels(residual()));
  const x = input({ shape: [4] });
  const layer = dense({ units: 2 });
  const y = layer.apply(x);
  expect(layer.built).toBe(false);
  const same = sequential([dense({ units: 2 })], { inputShape: [4], seed: 9 });
  expect(await kernels(model({ inputs: x, outputs: y, seed: 9 }))).toEqual(
    await Promise.all(same.weights.map(({ tensor: weight }) => weight.data())),
  );
});

it('trains, and gives keys to its layers', async () => {
  const x = input({ shape: [4] });
  const net = model({ inputs: x, outputs: dense({ units: 1 }).apply(add([x, dropout({ rate: 0.5 }).apply(x)])) });
  net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const data = random.normal(random.key(1), [16, 4]);
  const { history } = await net.fit(data, data.sum(1, { keepDims: true }), { epochs: 3, verbose: 0 });
  expect(history['loss']![2]).toBeLessThan(history['loss']![0]!);
  const run = (n: number): Tensor => applyModule(net, ones([1, 4]), { training: true, key: random.key(n) })[0];
  expect(await run(1).array()).toEqual(await run(1).array());
  const compiled = compile((batch: Tensor) => net.apply(batch));
  expect(await compiled(data).data()).toEqual(await net.apply(data).data());
});

it('says what does not fit', () => {
  const x = input({ shape: [8, 8, 3] });
  expect(() => add([x, conv2d({ filters: 3, kernelSize: 3 }).apply(x)])).toThrow(
    'add: inputs [1,8,8,3] and [1,6,6,3] differ in axis 1, 2; sizes must be equal or 1; a convolution or pooling with ' +
      "padding: 'same' and strides 1 keeps height and width",
  );
  expect(() => add([x])).toThrow('add: got 1 inputs; apply it to a list of at least two: apply([x, y])');
  expect(() => add([x, ones([1, 8, 8, 3])] as never)).toThrow(
    'apply: 1 is a tensor (float32 [1,8,8,3]) beside symbolic ones; make it an input of the model, or keep it in a ' +
      'field of a module of your own',
  );
  expect(() => input({ shape: [0] })).toThrow('input: shape [null,0] is not accepted: the batch axis may be null');
  expect(() => input({ shape: 3 as never })).toThrow('input: shape 3 is not accepted; give the shape of one example');
  const y = flatten().apply(x);
  const other = input({ shape: [3], name: 'other' });
  expect(() => model({ inputs: other, outputs: y })).toThrow(
    'functional: the outputs depend on the input [null,8,8,3], which is not among the inputs; add it to inputs',
  );
  expect(() => model({ inputs: [x, other], outputs: y, name: 'net' })).toThrow(
    'net: input other [null,3] leads to no output; leave it out of the inputs, or use it',
  );
  expect(() => model({ inputs: [x, x], outputs: y })).toThrow('functional: input 1 occurs twice among the inputs');
  expect(() => model({ inputs: [], outputs: y })).toThrow('functional: there are no inputs; give what input() made');
  expect(() => model({ inputs: x, outputs: [] })).toThrow('functional: there are no outputs');
});

it('says what inputs it takes', () => {
  const [a, b] = [input({ shape: [2] }), input({ shape: [3], dtype: 'int32' })];
  const net = model({ inputs: { a, b }, outputs: [a, b] });
  const good = { a: ones([1, 2]), b: ones([1, 3]) };
  expect(net.apply(good)[1]!.dtype).toBe('int32');
  expect(() => net.apply({ a: ones([1, 2]) } as never)).toThrow('functional: got 1 tensors, the inputs are 2: a, b');
  expect(() => net.apply({ a: ones([1, 2]), c: ones([1, 3]) } as never)).toThrow(
    'functional: input b takes [null,3], but is missing; give the inputs in the structure of the model',
  );
  expect(() => net.apply({ ...good, a: ones([1, 3]) })).toThrow(
    'functional: input a takes [null,2], got [1,3]; sizes other than null must be equal',
  );
  expect(() => net.apply({ ...good, a: ones([2]) })).toThrow(
    'functional: input a takes [null,2], got [2]; is the batch axis missing? add it with expandDims',
  );
  net.build({ a: [null, 2], b: [7, 3] });
  expect(() => net.build({ a: [null, 3], b: [null, 3] })).toThrow('functional: input a takes [null,2], got [null,3]');
});

it('is as deep as memory allows', async () => {
  let x = input({ shape: [2] });
  const first = x;
  const layer = dense({ units: 2 });
  for (let i = 0; i < 50; i++) x = add([layer.apply(x), first]);
  const net = model({ inputs: first, outputs: x });
  expect(net.layers).toHaveLength(51);
  expect(net.apply(ones([1, 2])).shape).toEqual([1, 2]);
});
