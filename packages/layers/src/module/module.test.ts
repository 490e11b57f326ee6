import { ones, random, stack, tensor, traceGraph, tree, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, expectTypeOf, it } from 'vitest';
import { UnbuiltError } from '../errors.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { sequential } from '../models/sequential.js';
import { applyModule } from './apply-module.js';
import type { Context } from './context.js';
import { Module } from './module.js';
import { namedWeights, setWeights } from './weights.js';

class Residual extends Module {
  readonly inner: Module;
  readonly scale: Tensor = tensor([2]);
  constructor(inner: Module) {
    super();
    this.inner = inner;
  }
  call(x: Tensor, ctx: Context): Tensor {
    return x.add(this.inner.apply(x, ctx).mul(this.scale));
  }
}

/** Counts how often it was called, and what it saw on the average. */
class RunningMean extends Module {
  static override readonly stateFields: readonly string[] = ['mean'];
  mean: Tensor = zeros([]);
  call(x: Tensor, ctx: Context): Tensor {
    if (ctx.training) ctx.update(this, { mean: this.mean.mul(0.5).add(x.mean().mul(0.5)) });
    return x.sub(this.mean);
  }
}

class Noise extends Module {
  call(x: Tensor, ctx: Context): Tensor {
    return x.add(random.normal(ctx.key(), x.shape));
  }
}

it('needs a constructor and call, and is differentiated as it is', async () => {
  const block = new Residual(dense({ units: 2, useBias: false, kernelInitializer: 'ones', inputShape: [2] }));
  const x = tensor([[1, 2]]);
  expect(await block.apply(x).array()).toEqual([[7, 8]]);
  const [, grads] = valueAndGrad((m: Residual, x: Tensor) => m.apply(x).sum())(block, x);
  expect(await grads.scale.array()).toEqual([6]);
  expect(
    namedWeights(block)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['inner.kernel', 'scale']);
});

it('gives no gradient to frozen modules and state', () => {
  const block = new Residual(dense({ units: 2, trainable: false }));
  block.apply(ones([1, 2]));
  const [, grads] = valueAndGrad((m: Residual) => m.apply(ones([1, 2])).sum())(block);
  expect((grads.inner as unknown as { kernel: unknown }).kernel).toBeNull();
  expect(grads.scale).not.toBeNull();
  expect(
    namedWeights(block)
      .filter(({ trainable }) => trainable)
      .map(({ path }) => path),
  ).toEqual(['scale']);
  expect(namedWeights(new RunningMean())[0]!.trainable).toBe(false);
});

it('returns new state beside the result, and leaves the model as it is', async () => {
  const model = sequential([new RunningMean()]);
  const x = tensor([2, 4]);
  const [y, next] = applyModule(model, x, { training: true });
  expect(await y.array()).toEqual([2, 4]);
  const state = (m: typeof model): Promise<number> => (m.layers[0] as RunningMean).mean.item();
  expect([await state(model), await state(next)]).toEqual([0, 1.5]);
  expect(applyModule(model, x)[1]).toBe(model);
});

it('replaces the state of one module alone, also when others hold the same tensor', async () => {
  const shared = zeros([]);
  const list = [new RunningMean(), new RunningMean()];
  for (const module of list) module.mean = shared;
  class Second extends Module {
    readonly list = list;
    call(x: Tensor, ctx: Context): Tensor {
      return this.list[1]!.apply(x, ctx);
    }
  }
  const [, next] = applyModule(new Second(), tensor([2, 4]), { training: true });
  expect(await Promise.all(next.list.map(({ mean }) => mean.item()))).toEqual([0, 1.5]);
});

it('refuses new state that has no place', () => {
  expect(() => new RunningMean().apply(ones([2]))).not.toThrow();
  class Eager extends Module {
    call(x: Tensor, ctx: Context): Tensor {
      ctx.update(this, { mean: x });
      return x;
    }
  }
  expect(() => new Eager().apply(ones([2]))).toThrow(
    'Eager: new state has no place to go in apply(); use applyModule, which returns the new model, or fit',
  );
  expect(() => applyModule(new Eager(), ones([2]))).toThrow('update: Eager has no tensor in a field called mean');
  class Growing extends RunningMean {
    override call(x: Tensor, ctx: Context): Tensor {
      ctx.update(this, { mean: x });
      return x;
    }
  }
  expect(() => applyModule(new Growing(), ones([2]))).toThrow(
    'update: Growing.mean is float32 [], its new value float32 [2]; shape and dtype must stay',
  );
});

it('gives each module keys of its own, which adding a layer does not change', async () => {
  const draw = async (layers: readonly Module[], seed = 1): Promise<number[]> => {
    const [y] = applyModule(sequential(layers), zeros([4]), { training: true, key: random.key(seed) });
    return (await y.array()) as number[];
  };
  const alone = await draw([new Noise()]);
  expect(await draw([new Noise()])).toEqual(alone);
  expect(await draw([new Noise()], 2)).not.toEqual(alone);
  class Twice extends Module {
    call(_: Tensor, ctx: Context): Tensor {
      return stack([random.uniform(ctx.key(), []), random.uniform(ctx.key(), [])]);
    }
  }
  const [a, b] = await draw([new Twice()]);
  expect(a).not.toBe(b);
  const both = await draw([new Noise(), new Noise()]);
  expect(both.map((v, i) => v - alone[i]!)).not.toEqual(alone);

  const mask = async (layers: readonly Module[]): Promise<unknown> => {
    const [y] = applyModule(sequential(layers), ones([1, 64]), { training: true, key: random.key(1) });
    return y.array();
  };
  const identity = dense({
    units: 64,
    useBias: false,
    kernelInitializer: { name: 'eye', config: {}, create: (_, [n]) => eye(n!) },
  });
  expect(await mask([identity, dropout({ rate: 0.5 })])).toEqual(await mask([dropout({ rate: 0.5 })]));
});

function eye(n: number): Tensor {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return tensor(data, { shape: [n, n] });
}

it('says that a layer has no weights where they would come too late', () => {
  const layer = dense({ units: 2 });
  const f = valueAndGrad((m: typeof layer) => m.apply(ones([1, 3])).sum());
  expect(() => f(layer)).toThrow(UnbuiltError);
  expect(() => f(layer)).toThrow(/^dense: the layer has no weights yet; give the model's first layer an inputShape/);
  expect(() => traceGraph((x: Tensor) => layer.apply(x), ones([1, 3]))).toThrow(UnbuiltError);
  expect(layer.built).toBe(false);
  layer.apply(ones([1, 3]));
  expect(layer.built).toBe(true);
});

it('gives bare layers weights that differ', async () => {
  const [a, b] = [dense({ units: 2 }), dense({ units: 2 })];
  for (const layer of [a, b]) layer.apply(ones([1, 3]));
  expect(await a.kernel!.data()).not.toEqual(await b.kernel!.data());
});

it('can be exported: its weights are what the graph captures', () => {
  const model = sequential([dense({ units: 3, activation: 'relu' }), dense({ units: 2 })], { inputShape: [4] });
  const { captured } = traceGraph((x: Tensor) => model.apply(x), zeros([1, 4]));
  expect(new Set(captured)).toEqual(new Set(tree.leaves(model)));
  expect(namedWeights(model).map(({ path }) => path)).toEqual([
    'layers.0.kernel',
    'layers.0.bias',
    'layers.1.kernel',
    'layers.1.bias',
  ]);
});

it('takes new weights in the order in which it names them', async () => {
  const shared = dense({ units: 2, inputShape: [2] });
  const model = sequential([shared, shared, dense({ units: 1 })]);
  model.build([null, 2]);
  const fresh = namedWeights(model).map(({ tensor: { shape } }, i) => zeros(shape).add(i));
  setWeights(model, fresh);
  expect(namedWeights(model).every(({ tensor }, i) => tensor === fresh[i])).toBe(true);
  expect(shared.kernel).toBe(fresh[0]);
  expect(fresh).toHaveLength(4);
});

it('has gradients whose types are those of its fields', () => {
  const [, grads] = valueAndGrad((m: RunningMean, x: Tensor) => m.apply(x).sum())(new RunningMean(), ones([2]));
  expectTypeOf(grads.mean).toEqualTypeOf<Tensor>();
  expectTypeOf(grads.trainable).toBeNull();
  expectTypeOf(grads.call).toBeNull();
  const layer = dense({ units: 1, inputShape: [2] });
  layer.build([null, 2]);
  const [, own] = valueAndGrad((m: typeof layer) => m.apply(ones([1, 2])).sum())(layer);
  expectTypeOf(own.kernel).toEqualTypeOf<Tensor | null>();
  expectTypeOf(own.units).toBeNull();
  expect(own.kernel!.shape).toEqual([2, 1]);
  const [y] = applyModule(new Pair(), { a: ones([2]), b: ones([2]) });
  expectTypeOf(y).toEqualTypeOf<Tensor[]>();
});

class Pair extends Module<{ a: Tensor; b: Tensor }, Tensor[]> {
  call({ a, b }: { a: Tensor; b: Tensor }): Tensor[] {
    return [a, b];
  }
}
