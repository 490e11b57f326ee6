import { ArgumentError, eye, formatShape, ShapeError, type Tensor } from '@tesserajs/tensor';

/** A penalty for the values of a weight or of a layer's output, which training adds to the loss. */
export interface Regularizer {
  /** Name under which saved models know it. */
  readonly name: string;
  /** What the factory of that name takes to make an equal one. */
  readonly config: Readonly<Record<string, number | string>>;
  /** The penalty: a scalar. */
  call(x: Tensor): Tensor;
}

function checkFactor(operation: string, option: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${option} ${JSON.stringify(value)} is not accepted; use a number >= 0`);
}

/**
 * l1 · Σ|x|, which drives values to 0; l1 is 0.01 by default. As Keras 3. Throws an ArgumentError for a negative l1.
 *
 * @example
 * ```ts
 * const penalty = regularizers.l1({ l1: 0.5 }).call(tensor([1, -3])); // → 2
 * ```
 */
export function l1({ l1 = 0.01 }: { readonly l1?: number } = {}): Regularizer {
  checkFactor('l1', 'l1', l1);
  return { name: 'l1', config: { l1 }, call: (x) => x.abs().sum().mul(l1) };
}

/**
 * l2 · Σx², which keeps values small; l2 is 0.01 by default. As Keras 3. Throws an ArgumentError for a negative l2.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 64, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) });
 * ```
 */
export function l2({ l2 = 0.01 }: { readonly l2?: number } = {}): Regularizer {
  checkFactor('l2', 'l2', l2);
  return { name: 'l2', config: { l2 }, call: (x) => x.square().sum().mul(l2) };
}

/**
 * l1 · Σ|x| + l2 · Σx², both 0 by default. As Keras 3's `L1L2`. Throws an ArgumentError for a negative factor.
 *
 * @example
 * ```ts
 * const penalty = regularizers.l1l2({ l1: 0.5, l2: 0.1 }).call(tensor([1, -3])); // → 3
 * ```
 */
export function l1l2(options: { readonly l1?: number; readonly l2?: number } = {}): Regularizer {
  const { l1: factor1 = 0, l2: factor2 = 0 } = options;
  const [absolute, square] = [l1({ l1: factor1 }), l2({ l2: factor2 })];
  return {
    name: 'l1l2',
    config: { l1: factor1, l2: factor2 },
    call: (x) => absolute.call(x).add(square.call(x)),
  };
}

/** Options of `orthogonal`. */
export interface OrthogonalRegularizerOptions {
  /** Factor of the penalty. Default 0.01. */
  readonly factor?: number;
  /** What is to be orthogonal: `rows` (default) or `columns`. */
  readonly mode?: 'rows' | 'columns';
}

/**
 * factor · the mean of |cos| between all pairs of rows or columns, which drives them to be orthogonal. Takes matrices.
 * As Keras 3's `OrthogonalRegularizer`. Throws a ShapeError for tensors of other rank.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 8, kernelRegularizer: regularizers.orthogonal({ mode: 'columns' }) });
 * ```
 */
export function orthogonal({ factor = 0.01, mode = 'rows' }: OrthogonalRegularizerOptions = {}): Regularizer {
  checkFactor('orthogonal', 'factor', factor);
  if (!['rows', 'columns'].includes(mode)) {
    throw new ArgumentError(`orthogonal: mode ${JSON.stringify(mode)} is not known; use 'rows' or 'columns'`);
  }
  return {
    name: 'orthogonal',
    config: { factor, mode },
    call: (x) => {
      if (x.rank !== 2) {
        throw new ShapeError(
          `orthogonal: a weight ${formatShape(x.shape)} has ${x.rank} axes; only matrices have rows`,
        );
      }
      const vectors = mode === 'rows' ? x : x.transpose();
      const count = vectors.shape[0]!;
      if (count === 1) return x.sum().mul(0);
      const unit = vectors.div(vectors.square().sum(1, { keepDims: true }).maximum(1e-12).sqrt());
      const cosines = unit.matmul(unit.transpose()).mul(eye(count, count, { dtype: x.dtype }).neg().add(1));
      return cosines
        .abs()
        .sum()
        .mul(factor / (count * (count - 1)));
    },
  };
}
