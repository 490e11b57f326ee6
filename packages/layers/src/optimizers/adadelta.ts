import { zerosLike, type Tensor } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `adadelta`; the default of `learningRate` is 0.001. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the averages of squared gradients and steps. Default 0.95. */
  readonly rho?: number;
  /** Keeps roots from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Steps of the size of those before: w −= lr · g · √(d + ε) / √(a + ε), where a and d average the squares of gradients
 * and of steps. Source: Zeiler (2012); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adadelta({ learningRate: 1 }), loss: 'meanSquaredError' });
 * ```
 */
export function adadelta({ rho = 0.95, epsilon = 1e-7, ...options }: AdadeltaOptions = {}): Optimizer {
  checkDecays('adadelta', { rho });
  checkNotNegative('adadelta', { epsilon });
  const average = (before: Tensor, x: Tensor): Tensor => before.mul(rho).add(x.square().mul(1 - rho));
  return parameterwise(
    {
      name: 'adadelta',
      config: { rho, epsilon },
      learningRate: 1e-3,
      state: { gradients: zerosLike, steps: zerosLike },
      update(w, g, { gradients, steps }, { learningRate }) {
        const a = average(gradients, g);
        const step = steps.add(epsilon).div(a.add(epsilon)).sqrt().mul(g);
        return [w.sub(step.mul(learningRate)), { gradients: a, steps: average(steps, step) }];
      },
    },
    options,
  );
}
