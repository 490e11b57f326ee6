import { div, maximum, mul, pow, sqrt, sub, zerosLike, type Tensor, type TensorLike } from '@tesserajs/tensor';
import { checkDecays, checkLearningRate, checkNotNegative } from './check.js';
import { withOptions, type OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';

/** Options of `adam` and `adamW`; the default of `learningRate` is 0.001. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the largest v so far instead of the last. Default false. Source: Reddi et al. (2018). */
  readonly amsgrad?: boolean;
}

/**
 * Adam, with the numerics of Keras 3: w −= lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), where m = β₁m + (1 − β₁)g and
 * v = β₂v + (1 − β₂)g². (PyTorch adds ε to the corrected √v instead.)
 *
 * The state holds m / (1 − β₁) as `momentum` and v / (1 − β₂) as `velocity`: two multiplications less for each
 * parameter, with the factors in the scalar in front. Source: Kingma & Ba (2015).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adam({ learningRate: 3e-4 }), loss: 'meanSquaredError' });
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamNamed('adam', options);
}

/**
 * Adam with decoupled weight decay: w −= lr · weightDecay · w (default 0.004) before each step of `adam`. Source:
 * Loshchilov & Hutter (2019); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adamW({ weightDecay: 0.01 }), loss: 'meanSquaredError' });
 * ```
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  return adamNamed('adamW', { weightDecay: 0.004, ...options });
}

function adamNamed(name: string, options: AdamOptions): Optimizer {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false, ...common } = options;
  checkLearningRate(name, learningRate);
  checkDecays(name, { beta1, beta2 });
  checkNotNegative(name, { epsilon });
  const unscaled = Math.sqrt(1 - beta2);
  const factor = (1 - beta1) / unscaled;
  const correctedRate = (rate: number, step: number): number =>
    (rate * factor * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const tracedRate = (rate: TensorLike, step: TensorLike): Tensor =>
    mul(mul(rate, factor), div(sqrt(sub(1, pow(beta2, step))), sub(1, pow(beta1, step))));
  const optimizer: Optimizer = {
    name,
    config: { beta1, beta2, epsilon, ...(amsgrad ? { amsgrad } : {}) },
    learningRate,
    init: (params) => ({
      momentum: params.map(zerosLike),
      velocity: params.map(zerosLike),
      ...(amsgrad ? { largest: params.map(zerosLike) } : {}),
    }),
    scalars: (rate, step) => ({ rate: correctedRate(rate, step) }),
    update(params, grads, state, { learningRate: given, step, rate }) {
      const corrected = (w: Tensor): TensorLike => {
        if (rate !== undefined) return rate;
        return typeof given === 'number' && typeof step === 'number'
          ? correctedRate(given, step)
          : tracedRate(given, step).cast(w.dtype);
      };
      const momentum = grads.map((g, i) => state['momentum']![i]!.mul(beta1).add(g));
      const velocity = grads.map((g, i) => state['velocity']![i]!.mul(beta2).add(g.square()));
      const largest = amsgrad ? velocity.map((v, i) => maximum(state['largest']![i]!, v)) : velocity;
      const next = params.map((w, i) =>
        w.sub(momentum[i]!.mul(corrected(w)).div(largest[i]!.sqrt().add(epsilon / unscaled))),
      );
      return [next, { momentum, velocity, ...(amsgrad ? { largest } : {}) }];
    },
  };
  return withOptions(optimizer, common);
}
