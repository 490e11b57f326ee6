import { ArgumentError, evaluate, isTensor, tensor, type HostArray, type Tensor } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import { mapLeaves, tensorsOf, type Tensors } from '../structure.js';
import { isBatchSource, sourceEpochs, type BatchSource } from './batches.js';
import { arrayEpochs } from './array-epochs.js';
import { feed, toHostTensors, type Arrays } from './host-tensor.js';
import type { BatchedOptions } from './options.js';
import { Predictor } from './predictor.js';
import { buildFor } from './prepare.js';

/** Implements `model.predict`. */
export async function predictModel(
  model: AnyModel,
  x: Arrays | BatchSource,
  { batchSize = 32 }: BatchedOptions,
): Promise<Tensors> {
  const data = isBatchSource(x)
    ? sourceEpochs('predict', x)
    : arrayEpochs(
        'predict',
        { inputs: await toHostTensors('predict', 'x', x), targets: null, weights: null },
        { batchSize, shuffleSeed: null },
      );
  const outputs: Tensors[] = [];
  for await (const batch of data.epoch(0, null)) {
    buildFor(model, batch.data.inputs);
    outputs.push(Predictor.of(model).run(model, feed(batch.data.inputs)));
    const before = outputs.at(-2);
    if (before !== undefined) await evaluate(...tensorsOf(before));
  }
  if (outputs.length === 0) throw new ArgumentError('predict: the data holds no batches');
  if (outputs.length === 1) return outputs[0]!;
  const lists = outputs.map(tensorsOf);
  const joined = await Promise.all(lists[0]!.map((_, i) => joinRows(lists.map((list) => list[i]!))));
  let next = 0;
  return mapLeaves(outputs[0], isTensor, () => joined[next++]!) as Tensors;
}

/** Outputs of batches one below the other. */
async function joinRows(outputs: readonly Tensor[]): Promise<Tensor> {
  const first = outputs[0]!;
  const rows = outputs.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const parts = await Promise.all(outputs.map((output) => output.data()));
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const joined = new (parts[0]!.constructor as new (length: number) => HostArray)(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part as never, at);
    at += part.length;
  }
  return tensor(joined, { shape: [rows, ...first.shape.slice(1)], dtype: first.dtype, copy: false });
}
