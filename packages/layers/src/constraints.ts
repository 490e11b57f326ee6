import { ArgumentError, type Tensor } from '@tesserajs/tensor';

/** What a weight is made to fulfil after each step of training. */
export interface Constraint {
  /** Name under which saved models know it. */
  readonly name: string;
  /** What the factory of that name takes to make an equal one. */
  readonly config: Readonly<Record<string, number | string | readonly number[]>>;
  /** The values that take the place of a weight's: same shape and dtype. */
  call(weight: Tensor): Tensor;
}

/** Keras's epsilon, beside norms that may be 0. */
const epsilon = 1e-7;

/** Options of constraints that concern norms. */
export interface NormAxisOption {
  /**
   * Axes over which a norm is taken. Default 0: the incoming weights of each unit of a dense layer; for each filter of
   * a convolution take [0, 1, 2].
   */
  readonly axis?: number | readonly number[];
}

function checkAxis(operation: string, axis: number | readonly number[]): void {
  if ([axis].flat().every(Number.isInteger)) return;
  throw new ArgumentError(`${operation}: axis ${JSON.stringify(axis)} is not accepted; use a whole number or several`);
}

function checkBound(operation: string, option: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${option} ${JSON.stringify(value)} is not accepted; use a number >= 0`);
}

function normsOf(weight: Tensor, axis: number | readonly number[]): Tensor {
  return weight.square().sum(axis, { keepDims: true }).sqrt();
}

/** A weight whose norms become others. */
function rescaled(weight: Tensor, norms: Tensor, wanted: Tensor): Tensor {
  return weight.mul(wanted.div(norms.add(epsilon)));
}

/** Options of `maxNorm`. */
export interface MaxNormOptions extends NormAxisOption {
  /** Largest norm. Default 2. */
  readonly maxValue?: number;
}

/**
 * Norms of at most `maxValue`: longer vectors are shortened. As Keras 3. Source: Srivastava et al. (2014).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelConstraint: constraints.maxNorm({ maxValue: 3 }) });
 * ```
 */
export function maxNorm({ maxValue = 2, axis = 0 }: MaxNormOptions = {}): Constraint {
  checkBound('maxNorm', 'maxValue', maxValue);
  checkAxis('maxNorm', axis);
  return {
    name: 'maxNorm',
    config: { maxValue, axis },
    call: (weight) => {
      const norms = normsOf(weight, axis);
      return rescaled(weight, norms, norms.minimum(maxValue));
    },
  };
}

/**
 * No negative values: they become 0. As Keras 3.
 *
 * @example
 * ```ts
 * const weight = constraints.nonNeg().call(tensor([2, -1])); // → [2, 0]
 * ```
 */
export function nonNeg(): Constraint {
  return { name: 'nonNeg', config: {}, call: (weight) => weight.maximum(0) };
}

/**
 * Norms of 1. As Keras 3.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelConstraint: 'unitNorm' });
 * ```
 */
export function unitNorm({ axis = 0 }: NormAxisOption = {}): Constraint {
  checkAxis('unitNorm', axis);
  return { name: 'unitNorm', config: { axis }, call: (weight) => weight.div(normsOf(weight, axis).add(epsilon)) };
}

/** Options of `minMaxNorm`. */
export interface MinMaxNormOptions extends NormAxisOption {
  /** Smallest norm. Default 0. */
  readonly minValue?: number;
  /** Largest norm. Default 1. */
  readonly maxValue?: number;
  /** How much of the way to the bounds a step goes: 1 (default) all of it. */
  readonly rate?: number;
}

/**
 * Norms between `minValue` and `maxValue`. As Keras 3. Throws an ArgumentError unless 0 <= minValue <= maxValue and 0 <
 * rate <= 1.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelConstraint: constraints.minMaxNorm({ minValue: 0.5, maxValue: 2 }) });
 * ```
 */
export function minMaxNorm({ minValue = 0, maxValue = 1, rate = 1, axis = 0 }: MinMaxNormOptions = {}): Constraint {
  checkBound('minMaxNorm', 'minValue', minValue);
  checkBound('minMaxNorm', 'maxValue', maxValue);
  checkAxis('minMaxNorm', axis);
  if (minValue > maxValue) {
    throw new ArgumentError(`minMaxNorm: minValue ${minValue} is above maxValue ${maxValue}`);
  }
  if (!(rate > 0 && rate <= 1)) {
    throw new ArgumentError(`minMaxNorm: rate ${JSON.stringify(rate)} is not accepted; use a number above 0, up to 1`);
  }
  return {
    name: 'minMaxNorm',
    config: { minValue, maxValue, rate, axis },
    call: (weight) => {
      const norms = normsOf(weight, axis);
      const bounded = norms.maximum(minValue).minimum(maxValue);
      return rescaled(weight, norms, rate === 1 ? bounded : bounded.mul(rate).add(norms.mul(1 - rate)));
    },
  };
}
