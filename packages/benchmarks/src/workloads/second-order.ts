import { gentleAdam, type Workload } from './workload.js';

/** A step through the gradient of a gradient of convolutions, normalizations and pooling. */
export const r1Train: Workload = {
  name: 'r1-train',
  kind: 'train',
  network: { type: 'discriminator', inputShape: [32, 32, 3], widths: [32, 64, 64], penalty: 10 },
  batchSize: 32,
  optimizer: gentleAdam,
  targets: { pytorch: 1 },
};

/** A step through second derivatives by the inputs of a network. */
export const pinnTrain: Workload = {
  name: 'pinn-train',
  kind: 'train',
  network: { type: 'poisson', inputShape: [2], units: 128, layers: 4 },
  batchSize: 1024,
  optimizer: gentleAdam,
  targets: { pytorch: 1 },
};
