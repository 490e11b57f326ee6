import { zerosLike, type Tensor } from '@tesserajs/tensor';
import { checkDecays, checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `rmsprop`; the default of `learningRate` is 0.001. */
export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the average of squared gradients. Default 0.9. */
  readonly rho?: number;
  /** Share of the last step that is taken again. Default 0. */
  readonly momentum?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the deviation of gradients instead of their mean square. Default false. */
  readonly centered?: boolean;
}

/**
 * w −= lr · g / √(v + ε), where v averages g²; `centered` subtracts the square of the average of g. Source: Tieleman &
 * Hinton (2012); numerics of Keras 3 (PyTorch adds ε to the root).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.rmsprop({ momentum: 0.9 }), loss: 'meanSquaredError' });
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false, ...common } = options;
  checkDecays('rmsprop', { rho, momentum });
  checkNotNegative('rmsprop', { epsilon });
  const average = (before: Tensor, x: Tensor): Tensor => before.mul(rho).add(x.mul(1 - rho));
  return parameterwise<string>(
    {
      name: 'rmsprop',
      config: { rho, momentum, epsilon, centered },
      learningRate: 1e-3,
      state: {
        velocity: zerosLike,
        ...(momentum > 0 ? { momentum: zerosLike } : {}),
        ...(centered ? { gradients: zerosLike } : {}),
      },
      update(w, g, state, { learningRate }) {
        const velocity = average(state['velocity']!, g.square());
        const gradients = centered ? average(state['gradients']!, g) : undefined;
        const variance = gradients === undefined ? velocity : velocity.sub(gradients.square());
        const step = g.mul(learningRate).div(variance.add(epsilon).sqrt());
        const move = momentum > 0 ? state['momentum']!.mul(momentum).add(step) : step;
        return [
          w.sub(move),
          {
            velocity,
            ...(momentum > 0 ? { momentum: move } : {}),
            ...(gradients === undefined ? {} : { gradients }),
          },
        ];
      },
    },
    common,
  );
}
