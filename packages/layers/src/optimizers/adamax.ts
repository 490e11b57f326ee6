import { maximum, zerosLike } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `adamax`; the default of `learningRate` is 0.001. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Decay of the average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the largest magnitude of gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with the largest magnitude of gradients in place of their mean square: w −= lr / (1 − β₁ᵗ) · m / (u + ε), where
 * u = max(β₂u, |g|). Source: Kingma & Ba (2015), §7.1; numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adamax({ learningRate: 0.002 }), loss: 'meanSquaredError' });
 * ```
 */
export function adamax({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...options }: AdamaxOptions = {}): Optimizer {
  checkDecays('adamax', { beta1, beta2 });
  checkNotNegative('adamax', { epsilon });
  return parameterwise(
    {
      name: 'adamax',
      config: { beta1, beta2, epsilon },
      learningRate: 1e-3,
      state: { momentum: zerosLike, norm: zerosLike },
      scalars: (rate, step) => ({ rate: rate / (1 - beta1 ** step) }),
      update(w, g, { momentum, norm }, { rate }) {
        const m = momentum.add(g.sub(momentum).mul(1 - beta1));
        const u = maximum(norm.mul(beta2), g.abs());
        return [w.sub(m.mul(rate!).div(u.add(epsilon))), { momentum: m, norm: u }];
      },
    },
    options,
  );
}
