import { maximum, zeros, type Tensor } from '@tesserajs/tensor';
import { checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `adafactor`; the default of `learningRate` is 0.001. */
export interface AdafactorOptions extends OptimizerOptions {
  /** The average of squared gradients keeps 1 − step^beta2Decay. Default -0.8. */
  readonly beta2Decay?: number;
  /** Keeps the divisor from 0. Default 1e-30. */
  readonly epsilon1?: number;
  /** Least size of a parameter, which its steps are in proportion to. Default 0.001. */
  readonly epsilon2?: number;
  /** Largest root mean square of a step. Default 1. */
  readonly clipThreshold?: number;
  /** Lowers the learning rate to 1 / √step at most; not where it is a schedule. Default true. */
  readonly relativeStep?: boolean;
}

const rms = (x: Tensor): Tensor => x.square().mean().sqrt();

/**
 * Adam without momentum whose average of squared gradients is kept as row and column means: hardly any memory for
 * matrices. Source: Shazeer & Stern (2018); numerics of Keras 3 (which keeps v besides, to no effect).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: optimizers.adafactor({ learningRate: 0.01 }), loss: 'meanSquaredError' });
 * ```
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const {
    beta2Decay = -0.8,
    epsilon1 = 1e-30,
    epsilon2 = 1e-3,
    clipThreshold = 1,
    relativeStep = true,
    ...common
  } = options;
  checkNotNegative('adafactor', { epsilon1, epsilon2, clipThreshold });
  const relative = relativeStep && typeof options.learningRate !== 'object';
  return parameterwise(
    {
      name: 'adafactor',
      config: { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep },
      learningRate: 1e-3,
      state: {
        // Means over columns and over rows of matrices; of vectors, whole averages and nothing.
        rows: ({ shape, dtype }) => zeros(shape.length < 2 ? shape : shape.slice(0, -1), { dtype }),
        columns: ({ shape, dtype }) =>
          zeros(shape.length < 2 ? [0] : [...shape.slice(0, -2), shape.at(-1)!], { dtype }),
      },
      scalars: (rate, step) => ({
        rate: Math.min(relative ? Math.min(rate, 1 / Math.sqrt(step)) : rate, 1 / Math.sqrt(step)),
        renewal: step ** beta2Decay,
      }),
      update(w, g, { rows, columns }, { rate, renewal }) {
        const squares = g.square().add(epsilon1);
        const average = (before: Tensor, now: Tensor): Tensor => before.add(now.sub(before).mul(renewal!));
        const isVector = w.rank < 2;
        const r = average(rows, isVector ? squares : squares.mean(-1));
        const c = isVector ? columns : average(columns, squares.mean(-2));
        const v = isVector
          ? r
          : r
              .div(r.mean(-1, { keepDims: true }))
              .expandDims(-1)
              .mul(c.expandDims(-2));
        const step = g.div(v.sqrt());
        const bounded = step.div(maximum(rms(step).div(clipThreshold), 1));
        const size = maximum(rms(w), epsilon2).mul(rate!);
        return [w.sub(bounded.mul(size)), { rows: r, columns: c }];
      },
    },
    common,
  );
}
