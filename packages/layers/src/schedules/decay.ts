import { ArgumentError } from '@tesserajs/tensor';
import type { Schedule } from './schedule.js';

/** Throws an ArgumentError unless a number of steps is above 0. */
export function checkSteps(operation: string, option: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use a number above 0`);
}

/** Throws an ArgumentError unless a rate, factor or share is a finite number of at least 0. */
export function checkRates(operation: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use a number >= 0`);
  }
}

/** Options of `exponentialDecay` and `inverseTimeDecay`. */
export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Steps in which the learning rate decays once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decays at once after each `decaySteps` instead of with each step. Default false. */
  readonly staircase?: boolean;
}

function decay(name: string, options: DecayOptions, factor: (rate: number, times: number) => number): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  checkRates(name, { initialLearningRate, decayRate });
  checkSteps(name, 'decaySteps', decaySteps);
  return {
    name,
    config: { initialLearningRate, decaySteps, decayRate, staircase },
    at(steps) {
      const times = staircase ? Math.floor(steps / decaySteps) : steps / decaySteps;
      return initialLearningRate * factor(decayRate, times);
    },
  };
}

/**
 * initialLearningRate · decayRate^(steps / decaySteps). Source: Keras 3's ExponentialDecay.
 *
 * @example
 * ```ts
 * const learningRate = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.5 });
 * learningRate.at(200); // → 0.025
 * const optimizer = optimizers.sgd({ learningRate });
 * ```
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  return decay('exponentialDecay', options, (rate, times) => rate ** times);
}

/**
 * initialLearningRate / (1 + decayRate · steps / decaySteps). Source: Keras 3's InverseTimeDecay.
 *
 * @example
 * ```ts
 * const rate = schedules.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.5 });
 * rate.at(200); // → 0.05
 * ```
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  return decay('inverseTimeDecay', options, (rate, times) => 1 / (1 + rate * times));
}

/** Options of `piecewiseConstantDecay`. */
export interface PiecewiseConstantDecayOptions {
  /** Numbers of steps, rising, up to which (inclusive) each value but the last holds. */
  readonly boundaries: readonly number[];
  /** Learning rates: one more than boundaries. */
  readonly values: readonly number[];
}

/**
 * values[0] up to boundaries[0] steps, then values[1] up to boundaries[1], and so on. Throws an ArgumentError unless
 * there is one value more than boundaries. Source: Keras 3's PiecewiseConstantDecay.
 *
 * @example
 * ```ts
 * const rate = schedules.piecewiseConstantDecay({ boundaries: [1000, 2000], values: [0.1, 0.01, 0.001] });
 * rate.at(1001); // → 0.01
 * ```
 */
export function piecewiseConstantDecay({ boundaries, values }: PiecewiseConstantDecayOptions): Schedule {
  const name = 'piecewiseConstantDecay';
  if (values.length !== boundaries.length + 1) {
    throw new ArgumentError(
      `${name}: ${boundaries.length} boundaries need ${boundaries.length + 1} values, got ${values.length}`,
    );
  }
  if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1]!))
    throw new ArgumentError(`${name}: boundaries [${boundaries.join(', ')}] do not rise; order them`);
  checkRates(name, Object.fromEntries(values.map((value, i) => [`values[${i}]`, value])));
  return {
    name,
    config: { boundaries: [...boundaries], values: [...values] },
    at(steps) {
      const place = boundaries.findIndex((boundary) => steps <= boundary);
      return values.at(place)!;
    },
  };
}

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Exponent; 1 is a straight line. Default 1. */
  readonly power?: number;
  /** Begins again, over a multiple of `decaySteps`, instead of staying at the end. Default false. */
  readonly cycle?: boolean;
}

/**
 * (initialLearningRate − endLearningRate) · (1 − steps / decaySteps)^power + endLearningRate. Source: Keras 3's
 * PolynomialDecay.
 *
 * @example
 * ```ts
 * const rate = schedules.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 100, endLearningRate: 0 });
 * rate.at(50); // → 0.05
 * ```
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const name = 'polynomialDecay';
  const { initialLearningRate, decaySteps, endLearningRate = 1e-4, power = 1, cycle = false } = options;
  checkRates(name, { initialLearningRate, endLearningRate, power });
  checkSteps(name, 'decaySteps', decaySteps);
  return {
    name,
    config: { initialLearningRate, decaySteps, endLearningRate, power, cycle },
    at(steps) {
      const whole = cycle ? decaySteps * Math.max(1, Math.ceil(steps / decaySteps)) : decaySteps;
      const share = Math.min(steps, whole) / whole;
      return (initialLearningRate - endLearningRate) * (1 - share) ** power + endLearningRate;
    },
  };
}
