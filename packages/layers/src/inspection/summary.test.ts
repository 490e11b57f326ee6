import { tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { conv2d } from '../layers/convolution/conv.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { flatten } from '../layers/reshaping/flatten.js';
import { add } from '../layers/merging/add.js';
import { model } from '../models/functional.js';
import { input } from '../models/input.js';
import { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import type { Context } from '../module/context.js';
import { Module } from '../module/module.js';
import { traceCalls } from './calls.js';
import { costs } from './costs.js';

/** Two outputs. */
class Halves extends Module<Tensor, { left: Tensor; right: Tensor }> {
  call(x: Tensor): { left: Tensor; right: Tensor } {
    const middle = x.shape[1]! / 2;
    return { left: x.slice([0, null], [0, middle]), right: x.slice([0, null], [middle, null]) };
  }
}

it('shows what the layers of a model with branches are connected to', () => {
  const image = input({ shape: [4, 4, 1], name: 'image' });
  const table = input({ shape: [6], name: 'table' });
  const same = conv2d({ filters: 1, kernelSize: 3, padding: 'same' });
  const flat = flatten().apply(add([same.apply(same.apply(image)), image]));
  const { left, right } = new Halves().apply(table);
  const side = dropout({ rate: 0.5 }).apply(dense({ units: 16 }).apply(add([left, right])));
  const net = model({ inputs: { image, table }, outputs: add([flat, side], { name: 'sum' }), name: 'net' });
  expect(net.summary({ print: null })).toBe(`Model: net
┌────────────────────┬────────────────────┬────────┬──────────────────┐
│ Layer (type)       │ Output shape       │ Params │ Connected to     │
├────────────────────┼────────────────────┼────────┼──────────────────┤
│ image (InputLayer) │ [null,4,4,1]       │      0 │                  │
│ table (InputLayer) │ [null,6]           │      0 │                  │
│ conv2d (Conv2D)    │ [null,4,4,1]       │     10 │ image, conv2d    │
│ add (Add)          │ [null,4,4,1]       │      0 │ conv2d, image    │
│ flatten (Flatten)  │ [null,16]          │      0 │ add              │
│ layers.3 (Halves)  │ [null,3], [null,3] │      0 │ table            │
│ add_1 (Add)        │ [null,3]           │      0 │ layers.3         │
│ dense (Dense)      │ [null,16]          │     64 │ add_1            │
│ dropout (Dropout)  │ [null,16]          │      0 │ dense            │
│ sum (Add)          │ [null,16]          │      0 │ flatten, dropout │
└────────────────────┴────────────────────┴────────┴──────────────────┘
Total params: 74 (296 B)
Trainable params: 74
Non-trainable params: 0`);
});

/** Connects its layers in its own way. */
class Net extends Model {
  readonly first = dense({ units: 3 });
  readonly second = dropout({ rate: 0.5 });
  readonly scale: Tensor = tensor(2);
  readonly third = dense({ units: 3 });
  constructor() {
    super('net');
  }
  call(x: Tensor, ctx: Context): Tensor {
    const y = this.first.apply(x, ctx);
    return this.third.apply(this.second.apply(y, ctx).mul(this.scale).add(y), ctx);
  }
}

it('finds the connections of a class of your own, through what it computes between', () => {
  const net = new Net();
  expect(traceCalls(net)).toBeNull();
  net.build([null, 2]);
  const { calls, outputs } = traceCalls(net)!;
  expect(calls.map(({ sources }) => sources)).toEqual([[-1], [0], [1, 0]]);
  expect(outputs).toEqual([2]);
  expect(net.summaryRows().rows.map(({ name, connectedTo }) => [name, connectedTo])).toEqual([
    ['input', []],
    ['dense', ['input']],
    ['dropout', ['dense']],
    ['dense', ['dropout', 'dense']],
  ]);
});

it('counts the operations of each layer', () => {
  const net = sequential([dense({ units: 5, activation: 'relu' }), dropout({ rate: 0.5 }), dense({ units: 2 })], {
    inputShape: [3],
  });
  expect(costs(net).layers.map(({ flops }) => flops)).toEqual([2 * 3 * 5 + 5 + 5, 0, 2 * 5 * 2 + 2]);
});
