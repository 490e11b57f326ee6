import { kerasAdam, trainingTargets, type Workload } from './workload.js';

export const lstmTrain: Workload = {
  name: 'lstm-train',
  kind: 'train',
  network: { type: 'recurrent', inputShape: [100, 64], units: 128, layers: 2, classes: 10 },
  batchSize: 64,
  optimizer: kerasAdam,
  targets: trainingTargets,
};
