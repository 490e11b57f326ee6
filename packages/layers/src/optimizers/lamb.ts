import { where, zerosLike, type Tensor } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `lamb`; the default of `learningRate` is 0.001. */
export interface LambOptions extends OptimizerOptions {
  /** Decay of the average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam's step with the norm of the parameter that it changes, for very large batches. Source: You et al. (2020);
 * numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.lamb({ weightDecay: 0.01 }), loss: 'meanSquaredError' });
 * ```
 */
export function lamb({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...options }: LambOptions = {}): Optimizer {
  checkDecays('lamb', { beta1, beta2 });
  checkNotNegative('lamb', { epsilon });
  const norm = (x: Tensor): Tensor => x.square().sum().sqrt();
  return parameterwise(
    {
      name: 'lamb',
      config: { beta1, beta2, epsilon },
      learningRate: 1e-3,
      state: { momentum: zerosLike, velocity: zerosLike },
      scalars: (_, step) => ({ correction1: 1 / (1 - beta1 ** step), correction2: 1 / (1 - beta2 ** step) }),
      update(w, g, { momentum, velocity }, { learningRate, correction1, correction2 }) {
        const m = momentum.add(g.sub(momentum).mul(1 - beta1));
        const v = velocity.add(
          g
            .square()
            .sub(velocity)
            .mul(1 - beta2),
        );
        const step = m.mul(correction1!).div(v.mul(correction2!).sqrt().add(epsilon));
        const [size, length] = [norm(w), norm(step)];
        const ratio = where(size.mul(length).greater(0), size.div(length), 1);
        return [w.sub(step.mul(ratio.mul(learningRate))), { momentum: m, velocity: v }];
      },
    },
    options,
  );
}
