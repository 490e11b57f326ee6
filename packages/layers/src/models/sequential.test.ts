import { ones, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { conv2d } from '../layers/convolution/conv.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { flatten } from '../layers/reshaping/flatten.js';
import { maxPooling2d } from '../layers/pooling/pooling.js';
import type { Context } from '../module/context.js';
import { Model } from './model.js';
import { sequential, type Sequential } from './sequential.js';

function digits(): Sequential {
  return sequential(
    [
      conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      maxPooling2d(),
      dropout({ rate: 0.25 }),
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dropout({ rate: 0.5 }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { inputShape: [28, 28, 1] },
  );
}

// The numbers that Keras prints for its MNIST example.
it('summarizes as Keras does', () => {
  const printed: string[] = [];
  const text = digits().summary({ print: (line) => printed.push(line) });
  expect(text).toBe(`Model: sequential
┌─────────────────────────────┬─────────────────┬───────────┐
│ Layer (type)                │ Output shape    │    Params │
├─────────────────────────────┼─────────────────┼───────────┤
│ conv2d (Conv2D)             │ [null,26,26,32] │       320 │
│ conv2d_1 (Conv2D)           │ [null,24,24,64] │    18,496 │
│ maxPooling2d (MaxPooling2D) │ [null,12,12,64] │         0 │
│ dropout (Dropout)           │ [null,12,12,64] │         0 │
│ flatten (Flatten)           │ [null,9216]     │         0 │
│ dense (Dense)               │ [null,128]      │ 1,179,776 │
│ dropout_1 (Dropout)         │ [null,128]      │         0 │
│ dense_1 (Dense)             │ [null,10]       │     1,290 │
└─────────────────────────────┴─────────────────┴───────────┘
Total params: 1,199,882 (4.58 MB)
Trainable params: 1,199,882
Non-trainable params: 0`);
  expect(printed).toEqual([text]);
});

it('counts frozen parameters apart, and shows what is not known yet', () => {
  const model = sequential([dense({ units: 3, trainable: false }), dense({ units: 2, name: 'head' })]);
  expect(model.summary({ print: null })).toContain('│ dense (Dense) │ ?            │      ? │');
  model.build([null, 4]);
  expect(model.countParams()).toBe(15 + 8);
  expect(model.countParams({ trainable: true })).toBe(8);
  expect(model.summary({ print: null })).toContain(
    'Total params: 23 (92 B)\nTrainable params: 8\nNon-trainable params: 15',
  );
  expect(model.summaryRows().rows[1]).toEqual({ name: 'head', type: 'Dense', outputShape: [null, 2], params: 8 });
});

it('is built by an input shape here or in the first layer, by build, or by its first input', () => {
  const shapes = (model: Model): number[][] => model.weights.map(({ tensor: { shape } }) => [...shape]);
  const expected = [[4, 3], [3], [3, 2], [2]];
  expect(shapes(sequential([dense({ units: 3 }), dense({ units: 2 })], { inputShape: [4] }))).toEqual(expected);
  expect(shapes(sequential([dense({ units: 3, inputShape: [4] }), dense({ units: 2 })]))).toEqual(expected);
  const built = sequential([dense({ units: 3 }), dense({ units: 2 })]);
  expect(built.built).toBe(false);
  built.build([null, 4]);
  expect(shapes(built)).toEqual(expected);
  const applied = sequential([dense({ units: 3 }), dense({ units: 2 })]);
  expect(applied.apply(ones([5, 4])).shape).toEqual([5, 2]);
  expect(shapes(applied)).toEqual(expected);
});

it('gives the same weights for the same seed, and others for another', async () => {
  const kernels = (seed?: number): Promise<unknown[]> =>
    Promise.all(
      sequential([dense({ units: 4 }), dense({ units: 4 })], {
        inputShape: [4],
        ...(seed === undefined ? {} : { seed }),
      }).weights.map(({ tensor }) => tensor.data()),
    );
  const first = await kernels();
  expect(await kernels(0)).toEqual(first);
  expect(await kernels(1)).not.toEqual(first);
  expect(first[0]).not.toEqual(first[2]); // two layers of one shape
});

it('keeps the weights of layers when others are put between them', async () => {
  const last = async (...between: Parameters<typeof sequential>[0]): Promise<unknown> =>
    sequential([dense({ units: 4 }), ...between, dense({ units: 2, name: 'head' })], { inputShape: [4] })
      .weights.at(-2)!
      .tensor.data();
  expect(await last(dropout({ rate: 0.5 }), flatten())).toEqual(await last());
});

it('names the layer that does not take what it gets, and can be built again', () => {
  const model = sequential([conv2d({ filters: 2, kernelSize: 3 }), conv2d({ filters: 2, kernelSize: 9 }), flatten()]);
  expect(() => model.build([null, 8, 8, 3])).toThrow(
    "conv2d_1: input [1,6,6,2] is smaller than the window [9,9]; use padding: 'same' or a smaller kernelSize",
  );
  model.build([null, 12, 12, 1]);
  expect(model.weights[0]!.tensor.shape).toEqual([3, 3, 1, 2]);
  expect(() => sequential([dense({ units: 1 })]).build([null, null])).toThrow(
    'sequential: build: shape [null,null] is not accepted: the batch axis may be null, all others must be whole ' +
      'numbers >= 1',
  );
});

it('refuses two layers of one name, and no layers', () => {
  expect(() => sequential([dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })])).toThrow(
    'sequential: two layers are called a; names must differ',
  );
  expect(() => sequential([])).toThrow('sequential: there are no layers; give at least one');
});

it('nests, and shares layers', async () => {
  const block = sequential([dense({ units: 4, activation: 'relu' }), dense({ units: 4 })], { name: 'block' });
  const model = sequential([block, block, dense({ units: 1 })], { inputShape: [4] });
  expect(model.weights.map(({ path }) => path)).toEqual([
    'layers.0.layers.0.kernel',
    'layers.0.layers.0.bias',
    'layers.0.layers.1.kernel',
    'layers.0.layers.1.bias',
    'layers.2.kernel',
    'layers.2.bias',
  ]);
  const x = tensor([[1, 2, 3, 4]]);
  const once = block.apply(block.apply(x));
  expect(await model.layers[2]!.apply(once).array()).toEqual(await model.apply(x).array());
  expect(model.outputActivation).toBe('linear');
  expect(sequential([block]).outputActivation).toBe('linear');
});

it('can be a class of your own', async () => {
  class Net extends Model {
    readonly first = dense({ units: 3, activation: 'tanh' });
    readonly second = dense({ units: 1 });
    constructor() {
      super('net');
    }
    call(x: Tensor, ctx: Context): Tensor {
      return this.second.apply(this.first.apply(x, ctx), ctx);
    }
  }
  const net = new Net();
  net.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const { history } = await net.fit(ones([8, 2]), zeros([8, 1]), { epochs: 2, verbose: 0 });
  expect(history['loss']![1]).toBeLessThan(history['loss']![0]!);
  expect(net.weights.map(({ path }) => path)).toEqual(['first.kernel', 'first.bias', 'second.kernel', 'second.bias']);
  expect(net.summary({ print: null })).toContain('│ dense (Dense) │ [null,3]');
});
