import { toOnnx } from '@tesserajs/onnx';
import { evaluate, random, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import type { sequential } from '../models/sequential.js';
import { applyModule } from '../module/apply-module.js';
import { namedWeights } from '../module/weights.js';

type SequentialModel = ReturnType<typeof sequential>;

/** Runs an exported model on plain ONNX Runtime; a random key goes by its bits. */
async function run(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor | bigint>>,
): Promise<Readonly<Record<string, RuntimeTensor>>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const feeds: Record<string, RuntimeTensor> = {};
  for (const name of session.inputNames) {
    const value = inputs[name]!;
    feeds[name] =
      typeof value === 'bigint'
        ? new RuntimeTensor('int64', BigInt64Array.of(value), [])
        : new RuntimeTensor('float32', await value.data('float32'), value.shape);
  }
  const results = await session.run(feeds);
  await session.release();
  return results;
}

async function expectSame(actual: RuntimeTensor | undefined, expected: Tensor): Promise<void> {
  const wanted = await expected.data('float32');
  expect(actual!.dims).toEqual(expected.shape);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  (actual!.data as Float32Array).forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `element ${i}`).toBeLessThanOrEqual(1e-5 * scale);
  });
}

/** Asserts that an exported model gives for each batch what the model gives. */
export async function expectSameInference(model: SequentialModel, batches: readonly Tensor[]): Promise<void> {
  const bytes = await toOnnx(model, [zeros([1, ...batches[0]!.shape.slice(1)])]);
  for (const x of batches) await expectSame((await run(bytes, { input: x }))['output'], model.apply(x));
}

/** Asserts the same of the loss of a training step and its gradients, in a file with the batch and random key open. */
export async function expectSameTraining(model: SequentialModel, batches: readonly Tensor[]): Promise<void> {
  const loss = (own: SequentialModel, x: Tensor, key: Tensor): Tensor =>
    applyModule(own, x, { training: true, key })[0].square().mean();
  const step = (own: SequentialModel, x: Tensor, key: Tensor): { loss: Tensor; gradients: unknown } => {
    const [value, gradients] = valueAndGrad(loss)(own, x, key);
    return { loss: value, gradients };
  };
  const options = { inputNames: ['model', 'x', 'key'], batchArgnums: [1] };
  const bytes = await toOnnx(step, [model, zeros([1, ...batches[0]!.shape.slice(1)]), random.key(0)], options);
  const weights = namedWeights(model);
  for (const x of batches) {
    const feeds = Object.fromEntries(weights.map(({ path, tensor }) => [`model.${path}`, tensor]));
    const results = await run(bytes, { ...feeds, x, key: 42n << 32n });
    const { loss: value, gradients } = step(model, x, random.key(42));
    const own = namedWeights(gradients as SequentialModel);
    await evaluate(value, ...own.map(({ tensor }) => tensor));
    await expectSame(results['loss'], value);
    for (const { path, tensor } of own) await expectSame(results[`gradients.${path}`], tensor);
  }
}
