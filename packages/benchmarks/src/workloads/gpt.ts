import type { TransformerNetwork } from '../networks/transformer.js';
import { kerasAdam, trainingTargets, type Workload } from './workload.js';

const network: TransformerNetwork = {
  type: 'transformer',
  inputShape: [128],
  vocabulary: 256,
  width: 256,
  heads: 4,
  blocks: 4,
};

const common = { kind: 'train', batchSize: 16, optimizer: kerasAdam, targets: trainingTargets } as const;

export const gptTrain: Workload = { name: 'gpt-train', network, ...common };

/** The same steps with less memory. */
export const gptCheckpointTrain: Workload = {
  name: 'gpt-checkpoint-train',
  network: { ...network, checkpoint: true },
  ...common,
};
