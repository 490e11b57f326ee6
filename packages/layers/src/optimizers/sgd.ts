import { ArgumentError, zerosLike } from '@tesserajs/tensor';
import { checkLearningRate } from './check.js';
import { withOptions, type OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';

/** Options of `sgd`; the default of `learningRate` is 0.01. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is taken again: 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent, with the numerics of Keras 3: w −= lr · g; with momentum m = μm − lr · g and w += m, or with
 * `nesterov` w += μm − lr · g. (PyTorch's buffer does not hold the learning rate.)
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }), loss: 'meanSquaredError' });
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { learningRate = 0.01, momentum = 0, nesterov = false, ...common } = options;
  checkLearningRate('sgd', learningRate);
  if (!(momentum >= 0 && momentum <= 1))
    throw new ArgumentError(`sgd: momentum ${momentum} is not accepted; use 0 to 1`);
  const optimizer: Optimizer = {
    name: 'sgd',
    config: { momentum, nesterov },
    learningRate,
    init: (params) => (momentum === 0 ? {} : { momentum: params.map(zerosLike) }),
    update(params, grads, state, { learningRate: rate }) {
      if (momentum === 0) return [params.map((w, i) => w.sub(grads[i]!.mul(rate))), state];
      const steps = grads.map((g) => g.mul(rate));
      const next = steps.map((step, i) => state['momentum']![i]!.mul(momentum).sub(step));
      const moves = nesterov ? next.map((m, i) => m.mul(momentum).sub(steps[i]!)) : next;
      return [params.map((w, i) => w.add(moves[i]!)), { momentum: next }];
    },
  };
  return withOptions(optimizer, common);
}
