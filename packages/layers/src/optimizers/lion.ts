import { ArgumentError, zerosLike } from '@tesserajs/tensor';
import { checkDecays } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `lion`; the default of `learningRate` is 0.001. */
export interface LionOptions extends OptimizerOptions {
  /** Share of the momentum in a step: above 0. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the momentum. Default 0.99. */
  readonly beta2?: number;
}

/**
 * Steps of equal size for all: w −= lr · sign(β₁m + (1 − β₁)g). It wants a learning rate 3 to 10 times smaller than
 * Adam's. Source: Chen et al. (2023); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.lion({ learningRate: 1e-4, weightDecay: 0.1 }), loss: 'meanSquaredError' });
 * ```
 */
export function lion({ beta1 = 0.9, beta2 = 0.99, ...options }: LionOptions = {}): Optimizer {
  if (!(beta1 > 0 && beta1 <= 1))
    throw new ArgumentError(`lion: beta1 ${beta1} is not accepted; use a number above 0, at most 1`);
  checkDecays('lion', { beta2 });
  return parameterwise(
    {
      name: 'lion',
      config: { beta1, beta2 },
      learningRate: 1e-3,
      state: { momentum: zerosLike },
      update(w, g, { momentum }, { learningRate }) {
        const direction = momentum
          .mul(beta1)
          .add(g.mul(1 - beta1))
          .sign();
        return [w.sub(direction.mul(learningRate)), { momentum: momentum.mul(beta2).add(g.mul(1 - beta2)) }];
      },
    },
    options,
  );
}
