import { ArgumentError, log, maximum, nn, where } from '@tesserajs/tensor';
import { alignTargets, elementLoss, epsilon, unitVectors } from './align.js';
import type { Loss } from './loss.js';

function checkAbove0(operation: string, option: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use a number above 0`);
}

/**
 * |target − prediction|, averaged over the last axis. targets and predictions: [batch, …, values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.meanAbsoluteError().call(tensor([[1, 2]]), tensor([[1, 4]])); // → [1]
 * ```
 */
export function meanAbsoluteError(): Loss {
  return elementLoss('meanAbsoluteError', {}, (y, p) => p.sub(y).abs());
}

/**
 * 100 · |target − prediction| / max(|target|, 1e-7), averaged over the last axis. targets and predictions: [batch, …,
 * values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.meanAbsolutePercentageError().call(tensor([[1, 2]]), tensor([[1, 4]])); // → [50]
 * ```
 */
export function meanAbsolutePercentageError(): Loss {
  return elementLoss('meanAbsolutePercentageError', {}, (y, p) =>
    p.sub(y).div(maximum(y.abs(), epsilon)).abs().mul(100),
  );
}

/**
 * (log(1 + target) − log(1 + prediction))² of numbers that are at least 1e-7, averaged over the last axis. targets and
 * predictions: [batch, …, values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.meanSquaredLogarithmicError().call(tensor([[0]]), tensor([[Math.E - 1]])); // → [1]
 * ```
 */
export function meanSquaredLogarithmicError(): Loss {
  return elementLoss('meanSquaredLogarithmicError', {}, (y, p) =>
    log(maximum(p, epsilon).add(1))
      .sub(log(maximum(y, epsilon).add(1)))
      .square(),
  );
}

/** Options of `huber`. */
export interface HuberOptions {
  /** Errors above it count linearly. Default 1. */
  readonly delta?: number;
}

/**
 * e² / 2 for errors up to delta, delta · (|e| − delta / 2) beyond, averaged over the last axis. targets and predictions:
 * [batch, …, values] → [batch, …]. Source: Huber (1964).
 *
 * @example
 * ```ts
 * const perExample = losses.huber().call(tensor([[0, 0]]), tensor([[0.5, 2]])); // → [0.8125]
 * ```
 */
export function huber({ delta = 1 }: HuberOptions = {}): Loss {
  checkAbove0('huber', 'delta', delta);
  return elementLoss('huber', { delta }, (y, p) => {
    const error = p.sub(y).abs();
    const small = error.clip(0, delta); // of both branches in one: s · (e − s / 2)
    return small.mul(error.sub(small.mul(0.5)));
  });
}

/** Options of `smoothL1`. */
export interface SmoothL1Options {
  /** Errors above it count linearly. Default 1. */
  readonly beta?: number;
}

/**
 * e² / (2 beta) for errors below beta, |e| − beta / 2 beyond, averaged over the last axis: `huber` over its delta.
 * targets and predictions: [batch, …, values] → [batch, …]. Source: Girshick (2015); PyTorch's SmoothL1Loss.
 *
 * @example
 * ```ts
 * const perExample = losses.smoothL1({ beta: 0.5 }).call(tensor([[0, 0]]), tensor([[0.5, 2]])); // → [1]
 * ```
 */
export function smoothL1({ beta = 1 }: SmoothL1Options = {}): Loss {
  checkAbove0('smoothL1', 'beta', beta);
  return elementLoss('smoothL1', { beta }, (y, p) => {
    const error = p.sub(y).abs();
    return where(error.less(beta), error.square().mul(0.5 / beta), error.sub(0.5 * beta));
  });
}

/** Options of `charbonnier`. */
export interface CharbonnierOptions {
  /** Errors well below it count as squares. Default 0.001. */
  readonly epsilon?: number;
}

/**
 * √(e² + epsilon²), averaged over the last axis: a smooth absolute error, for restoring images. targets and predictions:
 * [batch, …, values] → [batch, …]. Source: Charbonnier et al. (1994); Lai et al. (2017).
 *
 * @example
 * ```ts
 * const perExample = losses.charbonnier({ epsilon: 3 }).call(tensor([[0]]), tensor([[4]])); // → [5]
 * ```
 */
export function charbonnier({ epsilon: small = 1e-3 }: CharbonnierOptions = {}): Loss {
  checkAbove0('charbonnier', 'epsilon', small);
  return elementLoss('charbonnier', { epsilon: small }, (y, p) =>
    p
      .sub(y)
      .square()
      .add(small * small)
      .sqrt(),
  );
}

/**
 * log(cosh(target − prediction)), averaged over the last axis. targets and predictions: [batch, …, values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.logCosh().call(tensor([[0]]), tensor([[1]])); // → [0.433781]
 * ```
 */
export function logCosh(): Loss {
  return elementLoss('logCosh', {}, (y, p) => {
    const error = p.sub(y);
    return error.add(nn.softplus(error.mul(-2))).sub(Math.LN2);
  });
}

/**
 * prediction − target · log(prediction + 1e-7), averaged over the last axis: for counts. targets and predictions (above
 * 0): [batch, …, values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.poisson().call(tensor([[3]]), tensor([[1]])); // → [1]
 * ```
 */
export function poisson(): Loss {
  return elementLoss('poisson', {}, (y, p) => p.sub(y.mul(log(p.add(epsilon)))));
}

/**
 * −cos of the angle between target and prediction: −1 for equal directions, 1 for opposite ones. targets and predictions:
 * [batch, …, values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.cosineSimilarity().call(tensor([[3, 4]]), tensor([[6, 8]])); // → [-1]
 * ```
 */
export function cosineSimilarity(): Loss {
  return {
    name: 'cosineSimilarity',
    config: {},
    call(targets, predictions) {
      const [y, p] = alignTargets('cosineSimilarity', targets, predictions);
      return unitVectors(y).mul(unitVectors(p)).sum(-1).neg();
    },
  };
}
