import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import * as layers from '@tesserajs/layers';
import { ones, setBackend, tensor, version, type Tensor } from '@tesserajs/tensor';
import { env } from 'onnxruntime-node';
import { type Inputs, readInputs } from '../../inputs/index.js';
import { labelShape, type Network } from '../../networks/network.js';
import { elementCount } from '../../networks/parameters.js';
import { type LoadRequest, serve, type Session } from '../../protocol.js';
import type { Workload } from '../../workloads/workload.js';
import { Discriminator } from './discriminator.js';
import { Poisson } from './poisson.js';
import { Recurrent } from './recurrent.js';
import { Residual } from './residual.js';
import { buildSequential } from './sequential.js';
import { Transformer } from './transformer.js';
import { UNet } from './unet.js';

/** The parameters as tensors. */
function parametersOf(shapes: LoadRequest['parameterShapes'], values: Float32Array): Tensor[] {
  let offset = 0;
  return shapes.map((shape) => {
    const start = offset;
    offset += elementCount(shape);
    return tensor(values.subarray(start, offset), { shape });
  });
}

function buildModel(network: Network, parameters: readonly Tensor[]): layers.Model {
  switch (network.type) {
    case 'sequential':
      return buildSequential(network, parameters);
    case 'residual':
      return new Residual(network, parameters);
    case 'recurrent':
      return new Recurrent(network, parameters);
    case 'transformer':
      return new Transformer(network, parameters);
    case 'unet':
      return new UNet(network, parameters);
    case 'discriminator':
      return new Discriminator(network, parameters);
    case 'poisson':
      return new Poisson(network, parameters);
  }
}

type HostBatch = layers.Batch & { readonly inputs: layers.HostTensor };

/** Batches from host memory: after the last comes the first again. */
function batchStream(workload: Workload, inputs: Inputs, batchCount: number): () => HostBatch {
  const { network, batchSize } = workload;
  const shape = [batchSize, ...network.inputShape];
  const targetShape = [batchSize, ...labelShape(network)];
  const [size, targetSize] = [elementCount(shape), elementCount(targetShape)];
  const dtype = inputs.examples instanceof Int32Array ? 'int32' : 'float32';
  let step = 0;
  return () => {
    const index = step++ % batchCount;
    const examples = inputs.examples.subarray(index * size, (index + 1) * size);
    const labels = inputs.labels.subarray(index * targetSize, (index + 1) * targetSize);
    return {
      inputs: { data: examples, shape, dtype },
      targets: { data: labels, shape: targetShape, dtype: 'int32' },
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

/** Only what ONNX Runtime documents: results are copied, convolutions are the standard ones. */
const documented = { outputs: 'copied', convolutions: 'standard' } as const;

async function prepare(isPublic: boolean, request: LoadRequest): Promise<Session> {
  const { workload, threads } = request;
  setBackend(onnxruntime(isPublic ? { threads, ...documented } : { threads }));
  const inputs = await readInputs(request.directory, workload.network);
  const model = buildModel(workload.network, parametersOf(request.parameterShapes, inputs.parameters));
  const nextBatch = batchStream(workload, inputs, request.batchCount);
  // Loads the runtime: as with libraries that load when they are imported, its code is no memory of the steps.
  const square = ones([256, 256]);
  await square.matmul(square).data();
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
  const loss =
    workload.network.type === 'poisson'
      ? (_: Tensor, residuals: Tensor): Tensor => residuals.square().mean(-1)
      : layers.losses.sparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ optimizer: layers.optimizers.adam(workload.optimizer), loss });
  return { ...session, run: trainer(model, nextBatch) };
}

serve((request) => prepare(process.argv[2] === 'public', request));
