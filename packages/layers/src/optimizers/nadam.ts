import { zerosLike } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `nadam`; the default of `learningRate` is 0.001. */
export interface NadamOptions extends OptimizerOptions {
  /** Decay of the average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with Nesterov's look ahead, its momentum scheduled by β₁(1 − 0.96ᵗ / 2). Source: Dozat (2016); numerics of
 * Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.nadam({ learningRate: 0.002 }), loss: 'meanSquaredError' });
 * ```
 */
export function nadam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...options }: NadamOptions = {}): Optimizer {
  checkDecays('nadam', { beta1, beta2 });
  checkNotNegative('nadam', { epsilon });
  const momentumAt = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** step);
  const products = [1]; // of the momenta of all steps up to an index
  const productAt = (step: number): number => {
    while (products.length <= step) products.push(products.at(-1)! * momentumAt(products.length));
    return products[step]!;
  };
  return parameterwise(
    {
      name: 'nadam',
      config: { beta1, beta2, epsilon },
      learningRate: 1e-3,
      state: { momentum: zerosLike, velocity: zerosLike },
      scalars: (rate, step) => ({
        momentumRate: (rate * momentumAt(step + 1)) / (1 - productAt(step + 1)),
        gradientRate: (rate * (1 - momentumAt(step))) / (1 - productAt(step)),
        correction: 1 / (1 - beta2 ** step),
      }),
      update(w, g, { momentum, velocity }, { momentumRate, gradientRate, correction }) {
        const m = momentum.add(g.sub(momentum).mul(1 - beta1));
        const v = velocity.add(
          g
            .square()
            .sub(velocity)
            .mul(1 - beta2),
        );
        const move = m.mul(momentumRate!).add(g.mul(gradientRate!));
        return [w.sub(move.div(v.mul(correction!).sqrt().add(epsilon))), { momentum: m, velocity: v }];
      },
    },
    options,
  );
}
