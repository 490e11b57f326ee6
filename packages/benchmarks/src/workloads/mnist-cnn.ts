import { architectures, withoutDropout } from '../architectures.js';
import { kerasAdam, type Workload } from './workload.js';

const common = { architecture: withoutDropout(architectures.cnn), batchSize: 128, optimizer: kerasAdam };

export const mnistCnnTrain: Workload = {
  name: 'mnist-cnn-train',
  kind: 'train',
  ...common,
  targets: { 'tfjs-cpu': 10 },
};

export const mnistCnnPredict: Workload = {
  name: 'mnist-cnn-predict',
  kind: 'predict',
  ...common,
  targets: { 'tfjs-wasm': 5 },
};
