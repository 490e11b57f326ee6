import { gentleAdam, trainingTargets, type Workload } from './workload.js';

export const resnet20Train: Workload = {
  name: 'resnet20-train',
  kind: 'train',
  network: { type: 'residual', inputShape: [32, 32, 3], widths: [16, 32, 64], blocksPerStage: 3, classes: 10 },
  batchSize: 64,
  optimizer: gentleAdam,
  targets: { ...trainingTargets, 'hand-built': 0.95 },
};
