import * as tf from '@tensorflow/tfjs';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import { readInputs } from '../../inputs/index.js';
import { labelShape } from '../../networks/network.js';
import { elementCount } from '../../networks/parameters.js';
import { AbsentError, type LoadRequest, serve, type Session } from '../../protocol.js';
import type { AdamSpec, Workload } from '../../workloads/workload.js';
import { forwardOf } from '../stepwise/forward.js';
import { operations } from './operations.js';

/** tfjs adds epsilon to the bias-corrected root; scaling epsilon per step gives Keras's form exactly. */
class KerasAdam extends tf.AdamOptimizer {
  private step = 0;

  constructor(private readonly spec: AdamSpec) {
    super(spec.learningRate, spec.beta1, spec.beta2, spec.epsilon);
  }

  override applyGradients(gradients: Parameters<tf.AdamOptimizer['applyGradients']>[0]): void {
    this.step++;
    this.epsilon = this.spec.epsilon / Math.sqrt(1 - this.spec.beta2 ** this.step);
    super.applyGradients(gradients);
  }
}

/** Kernels that the backend would need to train the network and lacks. */
function missingKernels(backend: string, { network, kind }: Workload): string[] {
  const convolutions =
    network.type === 'sequential'
      ? network.layers.some((layer) => layer.type === 'conv2d')
      : network.type === 'residual' || network.type === 'unet';
  const needed = kind === 'train' && convolutions ? ['Conv2DBackpropFilter'] : [];
  const present = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
  return needed.filter((name) => !present.has(name));
}

async function prepare(backend: 'cpu' | 'wasm', request: LoadRequest): Promise<Session> {
  const { workload, batchCount } = request;
  const { network } = workload;
  const forward = forwardOf(network, operations);
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: the ${backend} backend does not start`);
  const missing = missingKernels(backend, workload);
  if (missing.length > 0) throw new AbsentError(`cannot train convolutions: no ${missing.join(', ')} kernel`);
  const inputs = await readInputs(request.directory, network);
  let offset = 0;
  const parameters = request.parameterShapes.map((shape) => {
    const end = offset + elementCount(shape);
    const values = inputs.parameters.slice(offset, end);
    offset = end;
    return tf.variable(tf.tensor(values, [...shape]));
  });
  const optimizer = new KerasAdam(workload.optimizer);
  const shape = [workload.batchSize, ...network.inputShape];
  const size = elementCount(shape);
  const labelCount = workload.batchSize * elementCount(labelShape(network));
  const classes = parameters.at(-1)?.shape.at(-1) ?? 0;
  const dtype = inputs.examples instanceof Int32Array ? 'int32' : 'float32';
  let step = 0;

  const batch = (): [examples: tf.Tensor, oneHot: tf.Tensor] => {
    const index = step++ % batchCount;
    const labels = inputs.labels.subarray(index * labelCount, (index + 1) * labelCount);
    const oneHot = new Float32Array(labelCount * classes);
    labels.forEach((label, row) => (oneHot[row * classes + label] = 1));
    const examples = tf.tensor(inputs.examples.subarray(index * size, (index + 1) * size), shape, dtype);
    return [examples, tf.tensor(oneHot, [labelCount, classes])];
  };
  const trainStep = (): tf.Scalar =>
    tf.tidy(() => {
      const [examples, oneHot] = batch();
      const loss = (): tf.Scalar =>
        tf.losses.softmaxCrossEntropy(oneHot, tf.reshape(forward(parameters, examples), [labelCount, classes]));
      const cost = optimizer.minimize(loss, true, parameters);
      if (cost === null) throw new Error('tfjs: minimize returned no cost');
      return cost;
    });
  const read = async (tensor: tf.Tensor): Promise<Float32Array> => {
    const values = await tensor.data<'float32'>();
    tensor.dispose();
    return values;
  };
  const run = async (steps: number): Promise<Float32Array> => {
    let values: Float32Array = new Float32Array();
    for (let i = 0; i < steps; i++) {
      if (workload.kind === 'predict') values = await read(tf.tidy(() => forward(parameters, batch()[0])));
      else if (i === steps - 1) values = await read(trainStep());
      else trainStep().dispose();
    }
    return values;
  };
  return {
    versions: { '@tensorflow/tfjs': tf.version.tfjs },
    // Both run on one thread in Node: tfjs offers its threaded wasm to browsers only.
    threads: backend === 'wasm' ? wasm.getThreadsCount() : 1,
    run,
  };
}

const [backend] = process.argv.slice(2);
if (backend !== 'cpu' && backend !== 'wasm') throw new Error(`tfjs: unknown backend ${backend}`);
serve((request) => prepare(backend, request));
