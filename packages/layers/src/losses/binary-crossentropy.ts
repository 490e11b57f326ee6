import { ArgumentError, log, nn, pow, type Tensor } from '@tesserajs/tensor';
import type { HostTensor } from '../training/host-tensor.js';
import { elementLoss, epsilon } from './align.js';
import { activationCheck } from './check-activation.js';
import type { Loss } from './loss.js';

/** Options of `binaryCrossentropy`. */
export interface BinaryCrossentropyOptions {
  /** Predictions are logits, which `sigmoid` would turn into probabilities: faster and exact. Default false. */
  readonly fromLogits?: boolean;
  /** Moves this share of each target to 1/2: 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** Throws an ArgumentError for a smoothing that is no share. */
export function checkSmoothing(name: string, labelSmoothing: number): void {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return;
  throw new ArgumentError(`${name}: labelSmoothing ${labelSmoothing} is not accepted; use 0 to 1`);
}

function checkBinary(name: string, { data }: HostTensor): void {
  for (let i = 0; i < data.length; i++) {
    const target = Number(data[i]);
    if (target >= 0 && target <= 1) continue;
    throw new ArgumentError(
      `${name}: target ${target} at position ${i} is no probability; use 0 to 1, or ` +
        "'sparseCategoricalCrossentropy' for class indices",
    );
  }
}

const smoothed = (y: Tensor, share: number): Tensor => (share === 0 ? y : y.mul(1 - share).add(share / 2));

/** −y · log p − (1 − y) · log(1 − p), with p within [1e-7, 1 − 1e-7]. */
function crossentropy(y: Tensor, p: Tensor): Tensor {
  const bounded = p.clip(epsilon, 1 - epsilon);
  const [yes, no] = [log(bounded), log(bounded.neg().add(1))];
  return y.mul(no.sub(yes)).sub(no);
}

/**
 * −target · log p − (1 − target) · log(1 − p), averaged over the last axis. targets (0 to 1) and predictions: [batch, …,
 * values] → [batch, …]. With `fromLogits` p = sigmoid(predictions); otherwise probabilities, kept within [1e-7, 1 − 1e-7],
 * as Keras 3 does.
 *
 * @example
 * ```ts
 * const loss = losses.binaryCrossentropy({ fromLogits: true });
 * const perExample = loss.call(tensor([[0], [1]]), tensor([[0], [9]])); // → [0.693147, 0.000123]
 * ```
 */
export function binaryCrossentropy(options: BinaryCrossentropyOptions = {}): Loss {
  const name = 'binaryCrossentropy';
  const { fromLogits = false, labelSmoothing = 0 } = options;
  checkSmoothing(name, labelSmoothing);
  return {
    ...elementLoss(name, { fromLogits, labelSmoothing }, (targets, p) => {
      const y = smoothed(targets, labelSmoothing);
      return fromLogits ? logitCrossentropy(y, p) : crossentropy(y, p);
    }),
    checkTargets: (targets) => {
      checkBinary(name, targets);
    },
    checkActivation: activationCheck(name, fromLogits, 'sigmoid'),
  };
}

/** Two terms of one sign, so that a small loss keeps its digits: softplus(x) − xy would lose them. */
function logitCrossentropy(y: Tensor, logits: Tensor): Tensor {
  return y.mul(nn.softplus(logits.neg())).add(y.neg().add(1).mul(nn.softplus(logits)));
}

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalCrossentropyOptions extends BinaryCrossentropyOptions {
  /** Weights targets of 1 by alpha, those of 0 by 1 − alpha. Default false. */
  readonly applyClassBalancing?: boolean;
  /** Default 0.25. */
  readonly alpha?: number;
  /** How much less easy examples count. Default 2. */
  readonly gamma?: number;
}

/**
 * Binary cross-entropy times (1 − pₜ)^gamma, where pₜ is the probability given to the target: easy examples count less.
 * targets (0 to 1) and predictions: [batch, …, values] → [batch, …]. Source: Lin et al. (2017); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const perExample = losses.binaryFocalCrossentropy().call(tensor([[1]]), tensor([[0.5]])); // → [0.173287]
 * ```
 */
export function binaryFocalCrossentropy(options: BinaryFocalCrossentropyOptions = {}): Loss {
  const name = 'binaryFocalCrossentropy';
  const { fromLogits = false, labelSmoothing = 0, applyClassBalancing = false, alpha = 0.25, gamma = 2 } = options;
  checkSmoothing(name, labelSmoothing);
  return {
    ...elementLoss(name, { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing }, (targets, predictions) => {
      const y = smoothed(targets, labelSmoothing);
      const p = fromLogits ? nn.sigmoid(predictions) : predictions;
      const miss = y.add(p).sub(y.mul(p).mul(2)); // 1 − pₜ
      const focal = pow(miss, gamma).mul(crossentropy(y, p));
      return applyClassBalancing ? focal.mul(y.mul(2 * alpha - 1).add(1 - alpha)) : focal;
    }),
    checkTargets: (targets) => {
      checkBinary(name, targets);
    },
    checkActivation: activationCheck(name, fromLogits, 'sigmoid'),
  };
}
