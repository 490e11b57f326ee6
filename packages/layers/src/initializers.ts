import {
  ArgumentError,
  eye,
  formatShape,
  linalg,
  random,
  ShapeError,
  sizeOf,
  tensor,
  where,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';

/** Makes the first values of a parameter. */
export interface Initializer {
  /** Name under which saved models know it. */
  readonly name: string;
  /** What the factory of that name takes to make an equal one. */
  readonly config: Readonly<Record<string, number | string>>;
  /**
   * Values for a parameter of a shape; equal keys give equal values. An initializer with a seed of its own ignores
   * the key. The fans are those of the unit, where they do not follow from the shape by `computeFans`.
   */
  create(key: Tensor, shape: Shape, fans?: Fans): Tensor;
}

/** Number of inputs and outputs of a unit. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Options of initializers that draw numbers. */
export interface SeedOption {
  /**
   * Fixes the numbers, whatever layer and model they are for. By default they follow from the model's seed and the
   * layer's path.
   */
  readonly seed?: number;
}

function constantOf(name: string, value: number, config: Initializer['config']): Initializer {
  return {
    name,
    config,
    create: (_, shape) => tensor(new Float32Array(sizeOf(shape)).fill(value), { shape, copy: false }),
  };
}

function drawn(
  name: string,
  config: Readonly<Record<string, number | string | undefined>>,
  draw: (key: Tensor, shape: Shape, fans?: Fans) => Tensor,
): Initializer {
  const { seed } = config;
  const set = Object.entries(config).filter((entry): entry is [string, number | string] => entry[1] !== undefined);
  return {
    name,
    config: Object.fromEntries(set),
    create: (key, shape, fans) => draw(typeof seed === 'number' ? random.key(seed) : key, shape, fans),
  };
}

function checkSpread(operation: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new ArgumentError(`${operation}: stddev ${value} is not accepted; use a number >= 0`);
}

/**
 * All zeros.
 *
 * @example
 * ```ts
 * const bias = initializers.zeros().create(random.key(0), [2]); // → [0, 0]
 * ```
 */
export function zeros(): Initializer {
  return constantOf('zeros', 0, {});
}

/**
 * All ones.
 *
 * @example
 * ```ts
 * const scale = initializers.ones().create(random.key(0), [2]); // → [1, 1]
 * ```
 */
export function ones(): Initializer {
  return constantOf('ones', 1, {});
}

/**
 * One repeated value.
 *
 * @example
 * ```ts
 * const bias = initializers.constant({ value: 0.5 }).create(random.key(0), [2]); // → [0.5, 0.5]
 * ```
 */
export function constant({ value = 0 }: { readonly value?: number } = {}): Initializer {
  return constantOf('constant', value, { value });
}

/** Options of normal initializers. */
export interface NormalOptions extends SeedOption {
  /** Mean. Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 0.05. */
  readonly stddev?: number;
}

/**
 * Normal with a mean (default 0) and standard deviation (default 0.05).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.randomNormal({ stddev: 0.02 }) });
 * ```
 */
export function randomNormal({ mean = 0, stddev = 0.05, seed }: NormalOptions = {}): Initializer {
  checkSpread('randomNormal', stddev);
  return drawn('randomNormal', { mean, stddev, seed }, (key, shape) => random.normal(key, shape).mul(stddev).add(mean));
}

/**
 * Normal, cut off at two standard deviations (before cutting, default 0.05) from the mean.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.truncatedNormal({ stddev: 0.02 }) });
 * ```
 */
export function truncatedNormal({ mean = 0, stddev = 0.05, seed }: NormalOptions = {}): Initializer {
  checkSpread('truncatedNormal', stddev);
  return drawn('truncatedNormal', { mean, stddev, seed }, (key, shape) =>
    random.truncatedNormal(key, shape).mul(stddev).add(mean),
  );
}

/** Options of `randomUniform`. */
export interface UniformInitializerOptions extends SeedOption {
  /** Lowest value. Default -0.05. */
  readonly minval?: number;
  /** Values stay below it. Default 0.05. */
  readonly maxval?: number;
}

/**
 * Uniform in [minval, maxval), by default ±0.05.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.randomUniform({ minval: -0.1, maxval: 0.1 }) });
 * ```
 */
export function randomUniform({ minval = -0.05, maxval = 0.05, seed }: UniformInitializerOptions = {}): Initializer {
  if (!(minval < maxval)) throw new ArgumentError(`randomUniform: minval ${minval} is not below maxval ${maxval}`);
  return drawn('randomUniform', { minval, maxval, seed }, (key, shape) =>
    random.uniform(key, shape, { low: minval, high: maxval }),
  );
}

/**
 * Number of inputs and outputs of a unit, by Keras's rule: [in, out] for matrices; kernels […receptive, in, out] count
 * the receptive field in both; a vector of n has n and n.
 *
 * @example
 * ```ts
 * const fans = initializers.computeFans([3, 3, 16, 32]); // → { fanIn: 144, fanOut: 288 }
 * ```
 */
export function computeFans(shape: Shape): Fans {
  const last = shape.at(-1) ?? 1;
  const receptive = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) ?? last) * receptive, fanOut: last * receptive };
}

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions extends SeedOption {
  /** Factor of the variance. Default 1. */
  readonly scale?: number;
  /** What the variance is divided by. Default `fanIn`. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAvg';
  /** Default `truncatedNormal`. */
  readonly distribution?: 'truncatedNormal' | 'untruncatedNormal' | 'uniform';
}

/** Standard deviation of a standard normal cut off at ±2. */
const truncatedDeviation = 0.87962566103423978;

/**
 * Variance scale / fan, so that signals neither grow nor vanish. Source: Keras 3's VarianceScaling.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.varianceScaling({ scale: 2, mode: 'fanAvg' }) });
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal', seed } = options;
  return scaled('varianceScaling', { scale, mode, distribution }, { scale, mode, distribution, seed });
}

function scaled(
  name: string,
  { scale, mode, distribution }: Required<Omit<VarianceScalingOptions, 'seed'>>,
  config: Readonly<Record<string, number | string | undefined>>,
): Initializer {
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new ArgumentError(`${name}: scale ${scale} is not accepted; use a number above 0`);
  return drawn(name, config, (key, shape, fans = computeFans(shape)) => {
    const { fanIn, fanOut } = fans;
    const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    const variance = scale / Math.max(1, fan);
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return random.uniform(key, shape, { low: -limit, high: limit });
    }
    if (distribution === 'untruncatedNormal') return random.normal(key, shape).mul(Math.sqrt(variance));
    return random.truncatedNormal(key, shape).mul(Math.sqrt(variance) / truncatedDeviation);
  });
}

/**
 * Uniform in ±√(6 / (fanIn + fanOut)); the default of kernels. Source: Glorot & Bengio (2010).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.glorotUniform({ seed: 1 }) });
 * ```
 */
export function glorotUniform({ seed }: SeedOption = {}): Initializer {
  return scaled('glorotUniform', { scale: 1, mode: 'fanAvg', distribution: 'uniform' }, { seed });
}

/**
 * Truncated normal of variance 2 / (fanIn + fanOut). Source: Glorot & Bengio (2010).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.glorotNormal() });
 * ```
 */
export function glorotNormal({ seed }: SeedOption = {}): Initializer {
  return scaled('glorotNormal', { scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' }, { seed });
}

/**
 * Uniform in ±√(6 / fanIn), for relu networks. Source: He et al. (2015).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, activation: 'relu', kernelInitializer: initializers.heUniform() });
 * ```
 */
export function heUniform({ seed }: SeedOption = {}): Initializer {
  return scaled('heUniform', { scale: 2, mode: 'fanIn', distribution: 'uniform' }, { seed });
}

/**
 * Truncated normal of variance 2 / fanIn, for relu networks. Source: He et al. (2015).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, activation: 'relu', kernelInitializer: initializers.heNormal() });
 * ```
 */
export function heNormal({ seed }: SeedOption = {}): Initializer {
  return scaled('heNormal', { scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' }, { seed });
}

/**
 * Uniform in ±√(3 / fanIn). Source: LeCun et al. (1998).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, activation: 'tanh', kernelInitializer: initializers.lecunUniform() });
 * ```
 */
export function lecunUniform({ seed }: SeedOption = {}): Initializer {
  return scaled('lecunUniform', { scale: 1, mode: 'fanIn', distribution: 'uniform' }, { seed });
}

/**
 * Truncated normal of variance 1 / fanIn. Source: LeCun et al. (1998).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, activation: 'tanh', kernelInitializer: initializers.lecunNormal() });
 * ```
 */
export function lecunNormal({ seed }: SeedOption = {}): Initializer {
  return scaled('lecunNormal', { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' }, { seed });
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends SeedOption {
  /** Factor of the matrix. Default 1. */
  readonly gain?: number;
}

/**
 * Orthonormal rows or columns, whichever are fewer, times a gain; kernels […, outputs] count as matrices of that many
 * columns. Throws a ShapeError for vectors. As Keras 3. Source: Saxe et al. (2014).
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelInitializer: initializers.orthogonal({ gain: Math.SQRT2 }) });
 * ```
 */
export function orthogonal({ gain = 1, seed }: OrthogonalOptions = {}): Initializer {
  checkGain('orthogonal', gain);
  return drawn('orthogonal', { gain, seed }, (key, shape) => {
    if (shape.length < 2) throw new ShapeError(`orthogonal: a weight ${formatShape(shape)} is no matrix`);
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape) / columns;
    const { q, r } = linalg.qr(random.normal(key, [Math.max(rows, columns), Math.min(rows, columns)]));
    // With positive diagonals of r, q is uniform among all orthogonal matrices.
    const diagonal = r.mul(eye(Math.min(rows, columns))).sum(0);
    const unique = q.mul(where(diagonal.less(0), -1, 1)).mul(gain);
    return (rows < columns ? unique.transpose() : unique).reshape(shape);
  });
}

/**
 * The identity matrix times a gain (default 1), cut off or with zeros where it is not square. Throws a ShapeError for
 * weights that are no matrices. As Keras 3.
 *
 * @example
 * ```ts
 * const kernel = initializers.identity().create(random.key(0), [2, 2]); // → [[1, 0], [0, 1]]
 * ```
 */
export function identity({ gain = 1 }: { readonly gain?: number } = {}): Initializer {
  checkGain('identity', gain);
  return {
    name: 'identity',
    config: { gain },
    create: (_, shape) => {
      if (shape.length !== 2) throw new ShapeError(`identity: a weight ${formatShape(shape)} is no matrix`);
      return eye(shape[0]!, shape[1]).mul(gain);
    },
  };
}

function checkGain(operation: string, gain: number): void {
  if (Number.isFinite(gain)) return;
  throw new ArgumentError(`${operation}: gain ${JSON.stringify(gain)} is not accepted; use a number`);
}
