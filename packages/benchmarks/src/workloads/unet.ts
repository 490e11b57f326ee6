import { gentleAdam, trainingTargets, type Workload } from './workload.js';

export const unetTrain: Workload = {
  name: 'unet-train',
  kind: 'train',
  network: { type: 'unet', inputShape: [64, 64, 3], widths: [16, 32, 64, 128], classes: 4 },
  batchSize: 16,
  optimizer: gentleAdam,
  targets: trainingTargets,
};
