import { ArgumentError, log, nn, pow } from '@tesserajs/tensor';
import { epsilon } from './align.js';
import { checkSmoothing } from './binary-crossentropy.js';
import { activationCheck } from './check-activation.js';
import {
  checkClasses,
  classIndices,
  floatPredictions,
  oneHotTargets,
  type CategoricalCrossentropyOptions,
} from './crossentropy.js';
import type { Loss } from './loss.js';

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalCrossentropyOptions extends CategoricalCrossentropyOptions {
  /** Weight of all classes. Default 0.25. */
  readonly alpha?: number;
  /** How much less easy examples count. Default 2. */
  readonly gamma?: number;
}

/**
 * Cross-entropy times alpha · (1 − p)^gamma: easy examples count less. targets (one-hot) and predictions: [batch, …,
 * classes] → [batch, …]; probabilities are made to sum to 1 and kept within [1e-7, 1 − 1e-7]. Source: Lin et al. (2017);
 * numerics of Keras 3.
 *
 * @example
 * ```ts
 * const perExample = losses.categoricalFocalCrossentropy().call(tensor([[0, 1]]), tensor([[0.5, 0.5]])); // → [0.043322]
 * ```
 */
export function categoricalFocalCrossentropy(options: CategoricalFocalCrossentropyOptions = {}): Loss {
  const name = 'categoricalFocalCrossentropy';
  const { fromLogits = false, labelSmoothing = 0, alpha = 0.25, gamma = 2 } = options;
  checkSmoothing(name, labelSmoothing);
  return {
    name,
    config: { alpha, gamma, fromLogits, labelSmoothing },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      oneHotTargets(name, targets, predictions);
      const given = fromLogits ? nn.softmax(predictions) : predictions;
      const p = given.div(given.sum(-1, { keepDims: true })).clip(epsilon, 1 - epsilon);
      const y = targets.cast(p.dtype);
      const smooth = labelSmoothing === 0 ? y : y.mul(1 - labelSmoothing).add(labelSmoothing / p.shape.at(-1)!);
      return pow(p.neg().add(1), gamma).mul(log(p)).mul(smooth).sum(-1).mul(-alpha);
    },
    checkActivation: activationCheck(name, fromLogits),
  };
}

/**
 * (1 − p[target]^q) / q: between cross-entropy (q → 0) and absolute error (q = 1), for targets of which some are wrong.
 * targets: class indices [batch, …]; predictions: probabilities [batch, …, classes] → [batch, …]. Source: Zhang & Sabuncu
 * (2018).
 *
 * @example
 * ```ts
 * const loss = losses.categoricalGeneralizedCrossEntropy();
 * const perExample = loss.call(tensor(new Int32Array([0])), tensor([[0.25, 0.75]])); // → [1]
 * ```
 */
export function categoricalGeneralizedCrossEntropy({ q = 0.5 }: { readonly q?: number } = {}): Loss {
  const name = 'categoricalGeneralizedCrossEntropy';
  if (!(q > 0 && q < 1)) throw new ArgumentError(`${name}: q ${q} is not accepted; use a number between 0 and 1`);
  return {
    name,
    config: { q },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      const indices = classIndices(name, targets, predictions).cast('int32');
      const p = predictions.mul(nn.oneHot(indices, predictions.shape.at(-1)!, predictions.dtype)).sum(-1);
      return pow(p, q).neg().add(1).div(q);
    },
    checkTargets(targets, predictions) {
      checkClasses(name, targets, predictions.at(-1)!, undefined);
    },
    checkActivation: activationCheck(name, false),
  };
}
