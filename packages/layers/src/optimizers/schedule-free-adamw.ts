import { ArgumentError, zerosLike } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `scheduleFreeAdamW`; the default of `learningRate` is 0.0025. */
export interface ScheduleFreeAdamWOptions extends OptimizerOptions {
  /** Share of the average in the weights whose gradients are taken: above 0. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-8. */
  readonly epsilon?: number;
  /** Steps in which the learning rate rises to its value. Default 0. */
  readonly warmupSteps?: number;
}

/**
 * AdamW that needs no schedule: gradients are taken between the fastest weights z and their average x, and x is what
 * the model gets when training is complete (Keras leaves the weights in between). Source: Defazio et al. (2024); the
 * steps have the numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.scheduleFreeAdamW({ warmupSteps: 100 }), loss: 'meanSquaredError' });
 * ```
 */
export function scheduleFreeAdamW(options: ScheduleFreeAdamWOptions = {}): Optimizer {
  const name = 'scheduleFreeAdamW';
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, warmupSteps = 0, ...common } = options;
  if (!(beta1 > 0 && beta1 <= 1))
    throw new ArgumentError(`${name}: beta1 ${beta1} is not accepted; use a number above 0, at most 1`);
  checkDecays(name, { beta2 });
  checkNotNegative(name, { epsilon, warmupSteps });
  return parameterwise(
    {
      name,
      config: { beta1, beta2, epsilon, warmupSteps },
      learningRate: 0.0025,
      // Adding 0 gives z memory of its own: a step consumes it and the weights apart from each other.
      state: { momentum: (w) => w.add(0), velocity: zerosLike },
      scalars: (rate, step) => ({
        rate: rate * (warmupSteps > 0 ? Math.min(step / warmupSteps, 1) : 1),
        correction: 1 / (1 - beta2 ** step),
        share: 1 / step,
      }),
      update(w, g, { momentum, velocity }, { rate, correction, share }) {
        const v = velocity.add(
          g
            .square()
            .sub(velocity)
            .mul(1 - beta2),
        );
        const z = momentum.sub(g.mul(rate!).div(v.mul(correction!).sqrt().add(epsilon)));
        const x = w.sub(momentum.mul(1 - beta1)).div(beta1);
        const next = x.add(z.sub(x).mul(share!));
        return [z.mul(1 - beta1).add(next.mul(beta1)), { momentum: z, velocity: v }];
      },
      finalWeight: (w, { momentum }) => w.sub(momentum.mul(1 - beta1)).div(beta1),
    },
    common,
  );
}
