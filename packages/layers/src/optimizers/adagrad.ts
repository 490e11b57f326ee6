import { fullLike } from './fill.js';
import { checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `adagrad`; the default of `learningRate` is 0.001. */
export interface AdagradOptions extends OptimizerOptions {
  /** Where the sum of squared gradients begins. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * w −= lr · g / √(a + ε), where a is the sum of squared gradients. Source: Duchi et al. (2011); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adagrad({ learningRate: 0.1 }), loss: 'meanSquaredError' });
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { initialAccumulatorValue = 0.1, epsilon = 1e-7, ...common } = options;
  checkNotNegative('adagrad', { initialAccumulatorValue, epsilon });
  return parameterwise(
    {
      name: 'adagrad',
      config: { initialAccumulatorValue, epsilon },
      learningRate: 1e-3,
      state: { accumulator: (w) => fullLike(w, initialAccumulatorValue) },
      update(w, g, { accumulator }, { learningRate }) {
        const sum = accumulator.add(g.square());
        return [w.sub(g.mul(learningRate).div(sum.add(epsilon).sqrt())), { accumulator: sum }];
      },
    },
    common,
  );
}
