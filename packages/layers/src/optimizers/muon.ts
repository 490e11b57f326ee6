import { linalg, zerosLike, type Tensor } from '@tesserajs/tensor';
import { adam } from './adam.js';
import { checkDecays, checkLearningRate, checkNotNegative } from './check.js';
import { withOptions, type OptimizerOptions } from './common.js';
import { multiOptimizer } from './multi-optimizer.js';
import type { Optimizer } from './optimizer.js';
import { parameterwise } from './parameterwise.js';

/** Options of `muon`; the defaults of `learningRate` and `weightDecay` are 0.001 and 0.004. */
export interface MuonOptions extends OptimizerOptions {
  /** Decay of the momentum. Default 0.95. */
  readonly momentum?: number;
  /** Looks ahead along the momentum. Default true. */
  readonly nesterov?: boolean;
  /** Newton–Schulz iterations. Default 5. */
  readonly nsSteps?: number;
  /** Coefficients of the iteration. Default [3.4445, -4.775, 2.0315]. */
  readonly coefficients?: readonly [number, number, number];
  /** Scales steps to √max(rows, columns) times it, the size of Adam's; null: to 1. Default 0.2. */
  readonly rmsRate?: number | null;
  /** Whether parameters whose path holds `embedding` are trained with Adam. Default true. */
  readonly excludeEmbeddings?: boolean;
  /** Parameters of matching paths are trained with Adam. Default none. */
  readonly excludeLayers?: readonly RegExp[];
  /** Adam's learning rate as a multiple of this one. Default 1. */
  readonly adamLearningRateRatio?: number;
  /** Adam's `beta1`. Default 0.9. */
  readonly adamBeta1?: number;
  /** Adam's `beta2`. Default 0.999. */
  readonly adamBeta2?: number;
  /** Adam's weight decay. Default 0.004. */
  readonly adamWeightDecay?: number;
  /** Adam's `epsilon`. Default 1e-7. */
  readonly epsilon?: number;
}

/** A matrix with the singular vectors of x, and all singular values near 1: Newton–Schulz iterations. */
function orthogonalized(x: Tensor, steps: number, [a, b, c]: readonly [number, number, number]): Tensor {
  const isTall = x.shape[0]! > x.shape[1]!;
  const wide = isTall ? x.transpose() : x;
  let result = wide.div(linalg.norm(wide).add(1e-7));
  for (let i = 0; i < steps; i++) {
    const gram = result.matmul(result.transpose());
    const polynomial = gram.mul(b).add(gram.matmul(gram).mul(c));
    result = result.mul(a).add(polynomial.matmul(result));
  }
  return isTall ? result.transpose() : result;
}

/**
 * Momentum whose singular values are all made equal, for matrices; everything else, and embeddings, is trained with
 * Adam. Source: Jordan et al. (2024); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 8 }), dense({ units: 1 })]);
 * // The last layer is better left to Adam.
 * const optimizer = optimizers.muon({ learningRate: 0.02, excludeLayers: [/^layers\.1\./] });
 * model.compile({ optimizer, loss: 'meanSquaredError' });
 * ```
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const {
    learningRate = 1e-3,
    momentum: decay = 0.95,
    nesterov = true,
    nsSteps = 5,
    coefficients = [3.4445, -4.775, 2.0315],
    rmsRate = 0.2,
    excludeEmbeddings = true,
    excludeLayers = [],
    adamLearningRateRatio = 1,
    adamBeta1 = 0.9,
    adamBeta2 = 0.999,
    adamWeightDecay = 0.004,
    epsilon = 1e-7,
    weightDecay = 0.004,
    ...common
  } = options;
  checkLearningRate('muon', learningRate);
  checkDecays('muon', { momentum: decay });
  checkNotNegative('muon', { nsSteps, adamLearningRateRatio, weightDecay, adamWeightDecay });
  const matrices = parameterwise(
    {
      name: 'muon',
      config: { momentum: decay, nesterov, nsSteps, coefficients, rmsRate },
      learningRate: 1,
      state: { momentum: zerosLike },
      update(w, g, { momentum }, { learningRate: rate }) {
        const m = momentum.mul(decay).add(g);
        const step = orthogonalized(nesterov ? g.add(m.mul(decay)) : m, nsSteps, coefficients);
        const scale = rmsRate === null ? 1 : Math.sqrt(Math.max(...w.shape)) * rmsRate;
        return [w.sub(step.mul(scale).mul(rate)), { momentum: m }];
      },
    },
    { weightDecay },
  );
  const others = adam({
    learningRate: adamLearningRateRatio,
    beta1: adamBeta1,
    beta2: adamBeta2,
    epsilon,
    // Decay goes by the learning rate of the whole.
    weightDecay: adamLearningRateRatio === 0 ? 0 : adamWeightDecay / adamLearningRateRatio,
  });
  const isMatrix = ({ path, tensor }: { readonly path: string; readonly tensor: Tensor }): boolean =>
    tensor.rank === 2 &&
    !(excludeEmbeddings && /embedding/i.test(path)) &&
    !excludeLayers.some((pattern) => path.search(pattern) >= 0);
  const both = multiOptimizer({ groups: [{ match: isMatrix, optimizer: matrices }], fallback: others });
  const config = {
    matrices: matrices.config,
    others: others.config,
    adamLearningRateRatio,
    excludeEmbeddings,
    excludeLayers: excludeLayers.map(String),
  };
  return withOptions({ ...both, name: 'muon', config, learningRate }, common);
}
