import { kerasAdam, type Workload } from './workload.js';

export const gptTrain: Workload = {
  name: 'gpt-train',
  kind: 'train',
  network: { type: 'transformer', inputShape: [128], vocabulary: 256, width: 256, heads: 4, blocks: 4 },
  batchSize: 16,
  optimizer: kerasAdam,
  targets: { pytorch: 1 },
};
