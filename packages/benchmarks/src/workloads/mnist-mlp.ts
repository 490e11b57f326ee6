import { architectures, withoutDropout } from '../architectures.js';
import { kerasAdam, type Workload } from './workload.js';

export const mnistMlpTrain: Workload = {
  name: 'mnist-mlp-train',
  kind: 'train',
  architecture: withoutDropout(architectures.mlp),
  batchSize: 128,
  optimizer: kerasAdam,
  targets: { 'tfjs-wasm': 5 },
};
