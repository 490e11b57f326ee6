import type { Network } from '../networks/network.js';

/** Adam in the form w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon). */
export interface AdamSpec {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * What the peers are asked to do. A peer implements the kinds and networks it can:
 * - `train`: one step is forward, softmax cross-entropy from logits (the mean over all labels; of residuals the mean
 *   square), what the network adds to the loss, backward and Adam on the next batch; its value is the loss before the
 *   update.
 * - `predict`: one step is the logits of the next batch, read back to the host.
 */
export interface Workload {
  readonly name: string;
  readonly kind: 'train' | 'predict';
  readonly network: Network;
  readonly batchSize: number;
  readonly optimizer: AdamSpec;
  /** How many times faster than a peer the subject is meant to be, by peer name. */
  readonly targets: Readonly<Record<string, number>>;
}

/** Keras's defaults. */
export const kerasAdam: AdamSpec = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/**
 * For deep networks, whose first steps at Keras's rate enlarge a difference of one rounding a hundred thousand times
 * within 50 steps (PyTorch in float32 then differs from PyTorch in float64 by 10 % in the loss of ResNet-20; at this rate
 * by 0.05 %): the cost of a step is the same, and the losses can be compared.
 */
export const gentleAdam: AdamSpec = { ...kerasAdam, learningRate: 1e-4 };

/** How many times faster than each peer a training step is meant to be. */
export const trainingTargets: Workload['targets'] = { 'tfjs-cpu': 10, 'tfjs-wasm': 5, 'jax-js': 3, pytorch: 1 };
