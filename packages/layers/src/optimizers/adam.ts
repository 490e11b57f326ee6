import { ArgumentError, div, mul, pow, sqrt, sub, zerosLike, type Tensor, type TensorLike } from '@tesserajs/tensor';
import { checkLearningRate } from './check.js';
import type { Optimizer } from './optimizer.js';

/** Options of `adam`. */
export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Decay of the average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

function checkDecay(option: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new ArgumentError(`adam: ${option} ${value} is not accepted; use 0 up to, but not including, 1`);
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
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  checkLearningRate('adam', learningRate);
  checkDecay('beta1', beta1);
  checkDecay('beta2', beta2);
  if (!(epsilon >= 0 && Number.isFinite(epsilon)))
    throw new ArgumentError(`adam: epsilon ${epsilon} is not accepted; use a number >= 0`);
  const unscaled = Math.sqrt(1 - beta2);
  const factor = (1 - beta1) / unscaled;
  const correctedRate = (rate: number, step: number): number =>
    (rate * factor * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const tracedRate = (rate: TensorLike, step: TensorLike): Tensor =>
    mul(mul(rate, factor), div(sqrt(sub(1, pow(beta2, step))), sub(1, pow(beta1, step))));
  return {
    name: 'adam',
    config: { beta1, beta2, epsilon },
    learningRate,
    init: (params) => ({ momentum: params.map(zerosLike), velocity: params.map(zerosLike) }),
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
      const next = params.map((w, i) =>
        w.sub(momentum[i]!.mul(corrected(w)).div(velocity[i]!.sqrt().add(epsilon / unscaled))),
      );
      return [next, { momentum, velocity }];
    },
  };
}
