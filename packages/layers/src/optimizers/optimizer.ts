import { ArgumentError, type Tensor, type TensorLike } from '@tesserajs/tensor';
import { rateAt, type Schedule } from '../schedules/schedule.js';
import type { JsonValue } from '../training/batches.js';

/** The numbers of one step, as an optimizer gets them: JavaScript numbers, or scalars of a compiled step. */
export interface StepScalars {
  readonly learningRate: TensorLike;
  /** Which step this is, from 1. */
  readonly step: TensorLike;
  readonly [name: string]: TensorLike;
}

/** Tensors that an optimizer carries from step to step, by name. */
export type OptimizerState = Readonly<Record<string, readonly Tensor[]>>;

/**
 * How parameters follow from gradients: pure functions, traced into the training step. `optimizers.parameterwise` makes
 * one of a rule for a single parameter.
 *
 * @example
 * ```ts
 * const signDescent: optimizers.Optimizer = {
 *   name: 'signDescent',
 *   config: {},
 *   learningRate: 0.01,
 *   init: () => ({}),
 *   update(params, grads, state, { learningRate }) {
 *     return [params.map((w, i) => w.sub(grads[i]!.sign().mul(learningRate))), state];
 *   },
 * };
 * ```
 */
export interface Optimizer {
  /** Name in saved models. */
  readonly name: string;
  /** Options that make an equal optimizer. */
  readonly config: Readonly<Record<string, JsonValue>>;
  /** Used when `fit` is given none; may be set between steps. */
  learningRate: number | Schedule;
  /** The state before the first step; `paths` are those of the parameters in their model. */
  init(params: readonly Tensor[], paths?: readonly string[]): OptimizerState;
  /**
   * Numbers that depend on learning rate and step alone (bias corrections), computed in float64 outside the graph; they
   * reach `update` beside those two.
   */
  scalars?(learningRate: number, step: number): Readonly<Record<string, number>>;
  /** New parameters and state; `grads` are those of `params`, in order, and `paths` name them. */
  update(
    params: readonly Tensor[],
    grads: readonly Tensor[],
    state: OptimizerState,
    scalars: StepScalars,
    paths?: readonly string[],
  ): readonly [readonly Tensor[], OptimizerState];
  /** The weights to use after training, where these are others than those that are trained: averages. */
  finalWeights?(params: readonly Tensor[], state: OptimizerState, paths?: readonly string[]): readonly Tensor[];
}

/** The numbers of one step before it is compiled. */
export interface HostScalars extends StepScalars {
  readonly learningRate: number;
  readonly step: number;
  readonly [name: string]: number;
}

/**
 * All numbers that `update` gets in one step, from 1.
 *
 * @example
 * ```ts
 * const sgd = optimizers.sgd();
 * const scalars = optimizers.stepScalars(sgd, sgd.learningRate, 1);
 * const [[w]] = sgd.update([tensor([1])], [tensor([5])], sgd.init([tensor([1])]), scalars);
 * await w!.array(); // → [0.95]
 * ```
 */
export function stepScalars(optimizer: Optimizer, learningRate: number | Schedule, step: number): HostScalars {
  const rate = rateAt(learningRate, step);
  return { ...optimizer.scalars?.(rate, step), learningRate: rate, step };
}

/**
 * The scalars of a step together with what `scalars` makes of them, where the caller gave learning rate and step alone.
 * Throws an ArgumentError where these are traced, so that nothing can be made of them.
 */
export function completeScalars(
  name: string,
  scalars: NonNullable<Optimizer['scalars']>,
  given: StepScalars,
): StepScalars {
  const { learningRate, step } = given;
  if (typeof learningRate === 'number' && typeof step === 'number') return { ...scalars(learningRate, step), ...given };
  const missing = Object.keys(scalars(0, 1)).find((key) => given[key] === undefined);
  if (missing === undefined) return given;
  throw new ArgumentError(
    `${name}: a compiled step got no ${missing}; pass all of optimizers.stepScalars(optimizer, learningRate, step) to it`,
  );
}
