import { ArgumentError } from '@tesserajs/tensor';
import { checkRates, checkSteps } from './decay.js';
import type { Schedule } from './schedule.js';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  readonly initialLearningRate: number;
  /** Steps from the highest to the lowest learning rate, without those of the warm-up. */
  readonly decaySteps: number;
  /** Lowest learning rate, as a share of the highest. Default 0. */
  readonly alpha?: number;
  /** Where a straight warm-up from `initialLearningRate` ends and the decay begins. Default: no warm-up. */
  readonly warmupTarget?: number;
  /** Steps of the warm-up. Default 0. */
  readonly warmupSteps?: number;
}

const wave = (share: number): number => 0.5 * (1 + Math.cos(Math.PI * share));

/**
 * Half a cosine from the highest learning rate to `alpha` of it, after an optional warm-up. Source: Keras 3's
 * CosineDecay; Loshchilov & Hutter (2017).
 *
 * @example
 * ```ts
 * const learningRate = schedules.cosineDecay({
 *   initialLearningRate: 0,
 *   warmupTarget: 0.1,
 *   warmupSteps: 10,
 *   decaySteps: 90,
 * });
 * learningRate.at(5); // → 0.05
 * const optimizer = optimizers.adam({ learningRate });
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const name = 'cosineDecay';
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  checkRates(name, { initialLearningRate, alpha, warmupSteps, warmupTarget: warmupTarget ?? 0 });
  checkSteps(name, 'decaySteps', decaySteps);
  if (warmupTarget === undefined && warmupSteps > 0)
    throw new ArgumentError(`${name}: warmupSteps ${warmupSteps} need a warmupTarget, the rate where they lead`);
  const highest = warmupTarget ?? initialLearningRate;
  return {
    name,
    config: {
      initialLearningRate,
      decaySteps,
      alpha,
      ...(warmupTarget === undefined ? {} : { warmupTarget, warmupSteps }),
    },
    at(steps) {
      if (steps < warmupSteps) return initialLearningRate + (highest - initialLearningRate) * (steps / warmupSteps);
      const share = Math.min(steps - warmupSteps, decaySteps) / decaySteps;
      return highest * ((1 - alpha) * wave(share) + alpha);
    },
  };
}

/** Options of `cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first period. */
  readonly firstDecaySteps: number;
  /** How many times longer each period is than the one before: at least 1. Default 2. */
  readonly tMul?: number;
  /** Height of each period as a share of the one before. Default 1. */
  readonly mMul?: number;
  /** Lowest learning rate, as a share of the initial one. Default 0. */
  readonly alpha?: number;
}

/**
 * Half cosines that begin again, each `tMul` times longer than the one before. Source: Keras 3's CosineDecayRestarts;
 * Loshchilov & Hutter (2017).
 *
 * @example
 * ```ts
 * const rate = schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 100 });
 * rate.at(100); // → 0.1
 * ```
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const name = 'cosineDecayRestarts';
  const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  checkRates(name, { initialLearningRate, mMul, alpha });
  checkSteps(name, 'firstDecaySteps', firstDecaySteps);
  if (!(tMul >= 1 && Number.isFinite(tMul)))
    throw new ArgumentError(`${name}: tMul ${tMul} is not accepted; use a number >= 1`);
  return {
    name,
    config: { initialLearningRate, firstDecaySteps, tMul, mMul, alpha },
    at(steps) {
      let [period, start, length] = [0, 0, firstDecaySteps];
      if (tMul === 1) {
        period = Math.floor(steps / length);
        start = period * length;
      }
      // Sums of whole periods are exact, where the logarithm of Keras's closed form may miss a restart by one.
      for (; steps >= start + length; period++) [start, length] = [start + length, length * tMul];
      const height = mMul ** period * wave((steps - start) / length);
      return initialLearningRate * ((1 - alpha) * height + alpha);
    },
  };
}
