import { kerasAdam, trainingTargets, type Workload } from './workload.js';

export const mnistMlpTrain: Workload = {
  name: 'mnist-mlp-train',
  kind: 'train',
  network: {
    type: 'sequential',
    inputShape: [784],
    layers: [
      { type: 'dense', units: 512, activation: 'relu' },
      { type: 'dense', units: 512, activation: 'relu' },
      { type: 'dense', units: 10 },
    ],
  },
  batchSize: 128,
  optimizer: kerasAdam,
  targets: { ...trainingTargets, 'hand-built': 0.95 },
};
