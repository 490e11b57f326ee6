import { ArgumentError, div, pow, zerosLike, type Tensor } from '@tesserajs/tensor';
import { checkNotNegative } from './check.js';
import type { OptimizerOptions } from './common.js';
import { fullLike } from './fill.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `ftrl`; the default of `learningRate` is 0.001. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the learning rate falls with the sum of squared gradients: at most 0. Default -0.5. */
  readonly learningRatePower?: number;
  /** Where the sum of squared gradients begins. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Pulls parameters to exactly 0. Default 0. */
  readonly l1RegularizationStrength?: number;
  /** Pulls parameters towards 0. Default 0. */
  readonly l2RegularizationStrength?: number;
  /** As `l2RegularizationStrength`, in the gradient alone. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** β of the paper. Default 0. */
  readonly beta?: number;
}

/**
 * Follow the regularized leader: for large sparse models, whose parameters it keeps at exactly 0. Source: McMahan et al.
 * (2013), with shrinkage; numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * const optimizer = optimizers.ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 });
 * model.compile({ optimizer, loss: 'meanSquaredError' });
 * ```
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  const {
    learningRatePower = -0.5,
    initialAccumulatorValue = 0.1,
    l1RegularizationStrength = 0,
    l2RegularizationStrength = 0,
    l2ShrinkageRegularizationStrength = 0,
    beta = 0,
    ...common
  } = options;
  const strengths = { l1RegularizationStrength, l2RegularizationStrength, l2ShrinkageRegularizationStrength };
  checkNotNegative('ftrl', { initialAccumulatorValue, ...strengths, beta });
  if (!(learningRatePower <= 0))
    throw new ArgumentError(`ftrl: learningRatePower ${learningRatePower} is not accepted; use a number <= 0`);
  const power = (x: Tensor): Tensor => (learningRatePower === -0.5 ? x.sqrt() : pow(x, -learningRatePower));
  return parameterwise(
    {
      name: 'ftrl',
      config: { learningRatePower, initialAccumulatorValue, ...strengths, beta },
      learningRate: 1e-3,
      state: { accumulator: (w) => fullLike(w, initialAccumulatorValue), linear: zerosLike },
      update(w, g, { accumulator, linear }, { learningRate }) {
        const sum = accumulator.add(g.square());
        const shrunk =
          l2ShrinkageRegularizationStrength === 0 ? g : g.add(w.mul(2 * l2ShrinkageRegularizationStrength));
        const z = linear.add(shrunk).sub(power(sum).sub(power(accumulator)).div(learningRate).mul(w));
        const quadratic = power(sum)
          .add(beta)
          .div(learningRate)
          .add(2 * l2RegularizationStrength);
        const pull = z.clip(-l1RegularizationStrength, l1RegularizationStrength).sub(z);
        return [div(pull, quadratic), { accumulator: sum, linear: z }];
      },
    },
    common,
  );
}
