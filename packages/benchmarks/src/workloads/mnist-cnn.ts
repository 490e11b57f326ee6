import type { SequentialNetwork } from '../networks/sequential.js';
import { gentleAdam, trainingTargets, type Workload } from './workload.js';

/** The network of the quickstart without dropout: its masks differ between libraries, so losses could not be compared. */
const network: SequentialNetwork = {
  type: 'sequential',
  inputShape: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
    { type: 'maxPooling2d', poolSize: 2 },
    { type: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
    { type: 'maxPooling2d', poolSize: 2 },
    { type: 'flatten' },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 10 },
  ],
};

const common = { network, batchSize: 128, optimizer: gentleAdam };

export const mnistCnnTrain: Workload = {
  name: 'mnist-cnn-train',
  kind: 'train',
  ...common,
  targets: trainingTargets,
};

export const mnistCnnPredict: Workload = {
  name: 'mnist-cnn-predict',
  kind: 'predict',
  ...common,
  targets: { 'tfjs-wasm': 5 },
};
