import { nn, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { conv2d } from '../layers/convolution/conv.js';
import { dense } from '../layers/dense.js';
import { flatten } from '../layers/reshaping/flatten.js';
import { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import type { Context } from '../module/context.js';
import { costs } from './costs.js';

it('counts parameters, operations and bytes by the formulas', () => {
  const net = sequential(
    [
      conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false, trainable: false }),
      flatten(),
      dense({ units: 10, activation: 'relu' }),
    ],
    { inputShape: [8, 8, 2] },
  );
  const convolution = 8 * 8 * 4 * (3 * 3 * 2) * 2;
  const product = 2 * 256 * 10;
  expect(costs(net)).toEqual({
    layers: [
      { name: 'conv2d', type: 'Conv2D', parameters: 72, flops: convolution, activationBytes: 4 * 256 },
      { name: 'flatten', type: 'Flatten', parameters: 0, flops: 0, activationBytes: 0 },
      // product, sum with the bias (broadcast), maximum with 0
      { name: 'dense', type: 'Dense', parameters: 2570, flops: product + 10 + 10, activationBytes: expect.any(Number) },
    ],
    parameters: 2642,
    trainableParameters: 2570,
    parameterBytes: 4 * 2642,
    flops: convolution + product + 20,
    trainingFlops: expect.any(Number),
    activationBytes: expect.any(Number),
  });
});

it('counts a backward pass about twice as much as a forward pass', () => {
  const net = sequential([dense({ units: 512 }), dense({ units: 512 })], { inputShape: [512] });
  const { flops, trainingFlops } = costs(net);
  // the gradient with respect to the input is not needed
  const product = 2 * 512 * 512;
  expect(flops).toBe(2 * product + 2 * 512);
  expect(trainingFlops / product).toBeCloseTo(2 + 3, 1);
});

it('counts what a model computes between its layers, and a shared layer once', () => {
  class Net extends Model {
    readonly layer = dense({ units: 4, useBias: false });
    constructor() {
      super('net');
    }
    call(x: Tensor, ctx: Context): Tensor {
      return nn.relu(this.layer.apply(nn.relu(this.layer.apply(x, ctx)), ctx));
    }
  }
  const net = new Net();
  expect(() => costs(net)).toThrow('net: the layer has no weights yet');
  net.build([null, 4]);
  const found = costs(net);
  expect(found.layers.map(({ parameters, flops }) => [parameters, flops])).toEqual([
    [16, 32],
    [0, 32],
  ]);
  expect([found.parameters, found.flops, found.activationBytes]).toEqual([16, 64 + 8, 4 * 4 * 4]);
});
