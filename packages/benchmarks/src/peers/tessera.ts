import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import * as layers from '@tesserajs/layers';
import { setBackend, tensor, version } from '@tesserajs/tensor';
import { env } from 'onnxruntime-node';
import { elementCount, type LayerSpec } from '../architectures.js';
import { type Inputs, readInputs } from '../inputs.js';
import { type LoadRequest, serve, type Session } from '../protocol.js';
import type { Workload } from '../workloads/workload.js';

function build(spec: LayerSpec): layers.Layer {
  switch (spec.type) {
    case 'conv2d':
      return layers.conv2d(spec);
    case 'dense':
      return layers.dense(spec);
    case 'maxPooling2d':
      return layers.maxPooling2d(spec);
    case 'dropout':
      return layers.dropout(spec);
    case 'flatten':
      return layers.flatten();
  }
}

function buildModel(
  { architecture }: Workload,
  shapes: LoadRequest['parameterShapes'],
  values: Float32Array,
): layers.Model {
  const { inputShape } = architecture;
  const model = layers.sequential(architecture.layers.map(build), { inputShape });
  let [index, offset] = [0, 0];
  const next = (): ReturnType<typeof tensor> => {
    const shape = shapes[index++] ?? [];
    const start = offset;
    offset += elementCount(shape);
    return tensor(values.subarray(start, offset), { shape });
  };
  for (const layer of model.layers) {
    if (!(layer instanceof layers.Dense || layer instanceof layers.Conv2d)) continue;
    layer.kernel = next();
    layer.bias = next();
  }
  return model;
}

type ImageBatch = layers.Batch & { readonly inputs: layers.HostTensor };

/** Batches from host memory: after the last comes the first again. */
function batchStream(workload: Workload, inputs: Inputs, batchCount: number): () => ImageBatch {
  const { architecture, batchSize } = workload;
  const shape = [batchSize, ...architecture.inputShape];
  const size = elementCount(shape);
  let step = 0;
  return () => {
    const index = step++ % batchCount;
    const images = inputs.images.subarray(index * size, (index + 1) * size);
    const labels = inputs.labels.subarray(index * batchSize, (index + 1) * batchSize);
    return {
      inputs: { data: images, shape, dtype: 'float32' },
      targets: { data: labels, shape: [batchSize], dtype: 'int32' },
    };
  };
}

/**
 * One call of `fit` for the life of the process, so that steps cost what they cost in a long training: each request is
 * an epoch of as many batches. Resolves to the mean loss of the epoch.
 */
function trainer(model: layers.Model, nextBatch: () => layers.Batch): Session['run'] {
  let release: (steps: number) => void = () => undefined;
  let requested = new Promise<number>((resolve) => (release = resolve));
  let settle: { resolve(loss: number[]): void; reject(error: unknown): void } | undefined;
  const source = {
    async *[Symbol.asyncIterator](): AsyncGenerator<layers.Batch> {
      const steps = await requested;
      requested = new Promise<number>((resolve) => (release = resolve));
      for (let i = 0; i < steps; i++) yield nextBatch();
    },
  };
  const onEpochEnd = (_: number, { loss }: layers.Logs): void => settle?.resolve([loss ?? NaN]);
  model
    .fit(source, { epochs: Number.MAX_SAFE_INTEGER, verbose: 0, callbacks: { onEpochEnd } })
    .catch((error: unknown) => settle?.reject(error));
  return (steps) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      release(steps);
    });
}

async function prepare(request: LoadRequest): Promise<Session> {
  const { workload, threads } = request;
  setBackend(onnxruntime({ threads }));
  const inputs = await readInputs(request.directory);
  const model = buildModel(workload, request.parameterShapes, inputs.parameters);
  const nextBatch = batchStream(workload, inputs, request.batchCount);
  const session = {
    versions: { '@tesserajs/tensor': version, 'onnxruntime-node': env.versions.node ?? 'unknown' },
    threads,
  };
  if (workload.kind === 'predict') {
    const run = async (steps: number): Promise<ArrayLike<number>> => {
      let logits: ArrayLike<number> = [];
      for (let i = 0; i < steps; i++) {
        const predictions = await model.predict(nextBatch().inputs, { batchSize: workload.batchSize });
        logits = await predictions.data('float32');
      }
      return logits;
    };
    return { ...session, run };
  }
  const loss = layers.losses.sparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ optimizer: layers.optimizers.adam(workload.optimizer), loss });
  return { ...session, run: trainer(model, nextBatch) };
}

serve(prepare);
