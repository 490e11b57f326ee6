import { compile, random, tensor, tree, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, keras, type KerasLayerCase } from '../fixtures/keras.fixture.js';
import { sequential } from '../models/sequential.js';
import { applyModule } from '../module/apply-module.js';
import { namedWeights, setWeights } from '../module/weights.js';
import { loadModel, saveModel } from '../saving/save-model.js';
import { expectSameInference, expectSameTraining } from './exported.fixture.js';
import type { Layer } from './layer.js';

/** What is known of a layer. */
export interface LayerContract {
  readonly make: () => Layer;
  /** Makes inputs of normal values, where the layer takes others. */
  readonly inputs?: (normal: Tensor) => Tensor;
  /** With the batch axis. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Shapes in order. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

const key = random.key(11);

function input(shape: readonly number[], from = 0): Tensor {
  return random.normal(random.foldIn(key, from), shape, { dtype: 'float64' });
}

/** Gives a built layer or model weights in float64, away from zero. */
function widen<M extends Layer>(model: M): M {
  setWeights(
    model,
    namedWeights(model).map((weight, i) => input(weight.tensor.shape, i + 1)),
  );
  return model;
}

/** A layer in a model, as users have it. */
function inModel({ make, inputShape }: LayerContract): ReturnType<typeof sequential> {
  return sequential([make()], { inputShape: inputShape.slice(1), seed: 5 });
}

/** Tests that every layer passes. */
export function testLayer(contract: LayerContract): void {
  const { make, inputShape, outputShape, weights, inputs = (normal) => normal } = contract;
  const example = (shape: readonly number[], from = 0): Tensor => inputs(input(shape, from));

  it('has the shapes, weights and order that it promises', () => {
    const layer = make();
    layer.build([null, ...inputShape.slice(1)]);
    const own = namedWeights(layer);
    expect(Object.fromEntries(own.map((weight) => [weight.path, weight.tensor.shape]))).toEqual(weights);
    expect(own.map(({ path }) => path)).toEqual(Object.keys(weights));
    expect(own.every((weight) => weight.tensor.dtype === 'float32')).toBe(true);
    expect(layer.apply(zeros(inputShape)).shape).toEqual(outputShape);
    expect(layer.apply(zeros(inputShape)).dtype).toBe('float32');
  });

  it('takes integers', async () => {
    const y = make().apply(zeros(inputShape, { dtype: 'uint8' }));
    expect((await y.data()).every((value) => Number.isFinite(Number(value)))).toBe(true);
  });

  it('gives the same compiled and not', async () => {
    const model = inModel(contract);
    const x = example(inputShape).cast('float32');
    const compiled = compile((x: Tensor) => model.apply(x));
    expect(await compiled(x).data()).toEqual(await model.apply(x).data());
  });

  it('has the gradients that central differences give', async () => {
    const model = widen(inModel(contract));
    const x = example(inputShape);
    const cotangent = input(outputShape, 99);
    const { definition, leaves } = tree.flatten(model);
    const f = (parts: readonly Tensor[]): Tensor => {
      const copy = tree.unflatten(definition, parts.slice(1)) as typeof model;
      return applyModule(copy, parts[0]!, { training: true, key: random.key(3) })[0]
        .mul(cotangent)
        .sum();
    };
    await checkGradients(f, [x, ...(leaves as Tensor[])]);
  });

  it('is the same after saving and loading', async () => {
    const model = inModel(contract);
    const copy = loadModel(await saveModel(model));
    const x = example(inputShape).cast('float32');
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    expect(copy.weights.map(({ path }) => path)).toEqual(model.weights.map(({ path }) => path));
    expect((await saveModel(copy)).config).toBe((await saveModel(model)).config);
  });

  it('gives the same as an ONNX file, for every batch size', async () => {
    const batches = [1, 3].map((size) => example([size, ...inputShape.slice(1)], size).cast('float32'));
    await expectSameInference(inModel(contract), batches);
    await expectSameTraining(inModel(contract), batches);
  });

  it('changes the loss in one step of training', async () => {
    const model = inModel(contract);
    if (model.countParams() === 0) return;
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const data = [example(inputShape).cast('float32'), input(outputShape, 1).cast('float32')] as const;
    const before = await model.evaluate(...data);
    await model.fit(...data, { verbose: 0 });
    expect((await model.evaluate(...data))['loss']).toBeLessThan(before['loss']!);
  });
}

/** Compares gradients in float64 with central differences, element by element. */
async function checkGradients(f: (parts: readonly Tensor[]) => Tensor, parts: readonly Tensor[]): Promise<void> {
  const [, grads] = valueAndGrad(f)(parts);
  const value = compile(f);
  const step = 1e-5;
  for (const [n, part] of parts.entries()) {
    const analytic = (await (grads[n] as Tensor).data('float64')) as Float64Array;
    for (let i = 0; i < part.size; i++) {
      const at = async (by: number): Promise<number> => {
        const bump = new Float64Array(part.size);
        bump[i] = by;
        const moved = parts.map((other, k) => (k === n ? other.add(tensor(bump, { shape: part.shape })) : other));
        return value(moved).item();
      };
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      const scale = Math.max(Math.abs(numeric), ...analytic.map(Math.abs), 1e-3);
      expect(Math.abs(analytic[i]! - numeric), `part ${n}, element ${i}`).toBeLessThanOrEqual(1e-6 * scale);
    }
  }
}

/** Compares a layer with what Keras, or PyTorch where Keras lacks it, computes for the same weights. */
export function testAgainstKeras(
  name: string,
  make: () => Layer,
  cases: Readonly<Record<string, KerasLayerCase>> = keras.layers,
): void {
  it(`gives what its model in Python gives: ${name}`, async () => {
    const { x, weights, y } = cases[name]!;
    const layer = make();
    layer.build([null, ...x.shape.slice(1)]);
    expect(namedWeights(layer).map((weight) => weight.tensor.shape)).toEqual(weights.map(({ shape }) => shape));
    setWeights(
      layer,
      weights.map((weight) => fromKeras(weight)),
    );
    await expectKeras(layer.apply(fromKeras(x)), y);
  });
}
