import type { Tensor } from '@tesserajs/tensor';
import type { JsonValue } from '../training/batches.js';
import { checkLearningRate } from './check.js';
import { withOptions, type OptimizerOptions } from './common.js';
import { completeScalars, type Optimizer, type StepScalars } from './optimizer.js';

/** What an optimizer does with each parameter by itself. */
export interface ParameterRule<S extends string = string> {
  /** Name in saved models. */
  readonly name: string;
  /** Options that make an equal optimizer. */
  readonly config: Readonly<Record<string, JsonValue>>;
  /** Used when the options name none. */
  readonly learningRate: number;
  /** What is remembered of a parameter: the value before the first step, by name. */
  readonly state: Readonly<Record<S, (parameter: Tensor) => Tensor>>;
  /** Numbers that depend on learning rate and step alone, computed outside the graph. */
  readonly scalars?: (learningRate: number, step: number) => Readonly<Record<string, number>>;
  /** The new parameter, and what is remembered of it. */
  update(
    parameter: Tensor,
    gradient: Tensor,
    state: Readonly<Record<S, Tensor>>,
    scalars: StepScalars,
  ): readonly [parameter: Tensor, state: Readonly<Record<S, Tensor>>];
  /** The parameter to use after training, where that is another than the one that is trained. */
  readonly finalWeight?: (parameter: Tensor, state: Readonly<Record<S, Tensor>>) => Tensor;
}

/**
 * An optimizer from a rule for one parameter, with the options that all optimizers take: weight decay, clipping,
 * averages, accumulation.
 *
 * @example
 * ```ts
 * const signum = optimizers.parameterwise(
 *   {
 *     name: 'signum',
 *     config: {},
 *     learningRate: 0.01,
 *     state: { momentum: zerosLike },
 *     update(w, g, { momentum }, { learningRate }) {
 *       const next = momentum.mul(0.9).add(g);
 *       return [w.sub(next.sign().mul(learningRate)), { momentum: next }];
 *     },
 *   },
 *   { weightDecay: 0.1, clipNorm: 1 },
 * );
 * ```
 */
export function parameterwise<S extends string>(rule: ParameterRule<S>, options: OptimizerOptions = {}): Optimizer {
  const { name, config } = rule;
  const learningRate = options.learningRate ?? rule.learningRate;
  checkLearningRate(name, learningRate);
  const names = Object.keys(rule.state) as S[];
  const stateOf = (state: Readonly<Record<string, readonly Tensor[]>>, i: number): Readonly<Record<S, Tensor>> =>
    Object.fromEntries(names.map((key) => [key, state[key]![i]!])) as Record<S, Tensor>;
  const { finalWeight, scalars } = rule;
  const optimizer: Optimizer = {
    name,
    config,
    learningRate,
    init: (params) => Object.fromEntries(names.map((key) => [key, params.map((w) => rule.state[key](w))])),
    ...(scalars === undefined ? {} : { scalars }),
    update(params, grads, state, given) {
      const all = scalars === undefined ? given : completeScalars(name, scalars, given);
      const results = params.map((w, i) => rule.update(w, grads[i]!, stateOf(state, i), all));
      return [
        results.map(([w]) => w),
        Object.fromEntries(names.map((key) => [key, results.map(([, next]) => next[key])])),
      ];
    },
    ...(finalWeight === undefined
      ? {}
      : {
          finalWeights: (params: readonly Tensor[], state: Readonly<Record<string, readonly Tensor[]>>) =>
            params.map((w, i) => finalWeight(w, stateOf(state, i))),
        }),
  };
  return withOptions(optimizer, options);
}
