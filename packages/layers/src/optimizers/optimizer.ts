import type { Tensor, TensorLike } from '@tesserajs/tensor';

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
 * How parameters follow from gradients: pure functions, traced into the training step.
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
  readonly config: Readonly<Record<string, number | boolean>>;
  /** Used when `fit` is given none; may be set between steps. */
  learningRate: number;
  /** The state before the first step. */
  init(params: readonly Tensor[]): OptimizerState;
  /**
   * Numbers that depend on learning rate and step alone (bias corrections), computed in float64 outside the graph; they
   * reach `update` beside those two.
   */
  scalars?(learningRate: number, step: number): Readonly<Record<string, number>>;
  /** New parameters and state; `grads` are those of `params`, in order. */
  update(
    params: readonly Tensor[],
    grads: readonly Tensor[],
    state: OptimizerState,
    scalars: StepScalars,
  ): readonly [readonly Tensor[], OptimizerState];
}

/** The numbers of one step before it is compiled. */
export interface HostScalars extends StepScalars {
  readonly learningRate: number;
  readonly step: number;
  readonly [name: string]: number;
}

/**
 * All numbers that `update` gets in one step.
 *
 * @example
 * ```ts
 * const sgd = optimizers.sgd();
 * const scalars = optimizers.stepScalars(sgd, sgd.learningRate, 1);
 * const [[w]] = sgd.update([tensor([1])], [tensor([5])], sgd.init([tensor([1])]), scalars);
 * await w!.array(); // → [0.95]
 * ```
 */
export function stepScalars(optimizer: Optimizer, learningRate: number, step: number): HostScalars {
  return { ...optimizer.scalars?.(learningRate, step), learningRate, step };
}
