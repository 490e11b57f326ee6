import * as tf from '@tensorflow/tfjs';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import { readInputs } from '../inputs/index.js';
import { elementCount } from '../networks/parameters.js';
import type { SequentialNetwork } from '../networks/sequential.js';
import { AbsentError, type LoadRequest, serve, type Session } from '../protocol.js';
import type { AdamSpec } from '../workloads/workload.js';

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

function forward(network: SequentialNetwork, parameters: readonly tf.Variable[], input: tf.Tensor): tf.Tensor {
  let index = 0;
  const next = (): tf.Variable => parameters[index++] as tf.Variable;
  let x = input;
  for (const layer of network.layers) {
    switch (layer.type) {
      case 'conv2d': {
        const [filter, bias] = [next() as tf.Variable<tf.Rank.R4>, next()];
        const activation = layer.activation ?? 'linear';
        x = tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides: 1, pad: 'valid', bias, activation });
        break;
      }
      case 'dense':
        x = tf.fused.matMul({ a: x, b: next(), bias: next(), activation: layer.activation ?? 'linear' });
        break;
      case 'maxPooling2d':
        x = tf.maxPool(x as tf.Tensor4D, layer.poolSize, layer.poolSize, 'valid');
        break;
      case 'flatten':
        x = tf.reshape(x, [x.shape[0], -1]);
        break;
    }
  }
  return x;
}

async function prepare(backend: 'cpu' | 'wasm', request: LoadRequest): Promise<Session> {
  const { workload, batchCount } = request;
  const { network } = workload;
  if (network.type !== 'sequential') throw new AbsentError(`a ${network.type} network is not written for it`);
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: the ${backend} backend does not start`);
  const convolutional = network.layers.some((layer) => layer.type === 'conv2d');
  const trainsConvolutions = tf.getKernelsForBackend(backend).some((k) => k.kernelName === 'Conv2DBackpropFilter');
  if (workload.kind === 'train' && convolutional && !trainsConvolutions) {
    throw new AbsentError('cannot train convolutions: no Conv2DBackpropFilter kernel');
  }
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
  const classes = parameters.at(-1)?.size ?? 0;
  let step = 0;

  const batch = (): [images: tf.Tensor, oneHot: tf.Tensor] => {
    const index = step++ % batchCount;
    const labels = inputs.labels.subarray(index * workload.batchSize, (index + 1) * workload.batchSize);
    const oneHot = new Float32Array(workload.batchSize * classes);
    labels.forEach((label, row) => (oneHot[row * classes + label] = 1));
    const images = tf.tensor(inputs.examples.subarray(index * size, (index + 1) * size), shape);
    return [images, tf.tensor(oneHot, [workload.batchSize, classes])];
  };
  const trainStep = (): tf.Scalar =>
    tf.tidy(() => {
      const [images, oneHot] = batch();
      const loss = (): tf.Scalar => tf.losses.softmaxCrossEntropy(oneHot, forward(network, parameters, images));
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
      if (workload.kind === 'predict') values = await read(tf.tidy(() => forward(network, parameters, batch()[0])));
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
