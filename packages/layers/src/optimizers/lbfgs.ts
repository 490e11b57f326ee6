import { ArgumentError, compile, tensor, valueAndGrad, type Tensor } from '@tesserajs/tensor';
import type { AnyModule } from '../module/module.js';
import { takeApart } from '../training/parts.js';
import { strongWolfe, type Point } from './line-search.js';

/** Options of `minimizeLbfgs`. */
export interface LbfgsOptions {
  /** Length of the first step tried along each direction. Default 1. */
  readonly learningRate?: number;
  /** Default 100. */
  readonly maxIterations?: number;
  /** Steps and changes of the gradient that are remembered. Default 10. */
  readonly historySize?: number;
  /** Ends when no element of the gradient is larger. Default 1e-7. */
  readonly toleranceGradient?: number;
  /** Ends when loss and parameters change less. Default 1e-9. */
  readonly toleranceChange?: number;
  /** Called after each iteration; false ends the search. */
  readonly onIteration?: (iteration: number, loss: number) => unknown;
}

/** What `minimizeLbfgs` found. */
export interface LbfgsResult<T> {
  /** Like those that it was given: for a model, a model. */
  readonly params: T;
  readonly loss: number;
  readonly iterations: number;
  /** How often loss and gradient were computed. */
  readonly evaluations: number;
  /** Whether a tolerance ended the search. */
  readonly converged: boolean;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Directions from the steps before: an approximation of the inverse Hessian. */
class History {
  readonly #size: number;
  #pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  #scale = 1;

  constructor(size: number) {
    this.#size = size;
  }

  add(s: Float64Array, y: Float64Array): void {
    const ys = dot(y, s);
    if (ys <= 1e-10) return; // the approximation would not stay positive definite
    this.#pairs = [...this.#pairs, { s, y, rho: 1 / ys }].slice(-this.#size);
    this.#scale = ys / dot(y, y);
  }

  /** −H · g, by the two-loop recursion. */
  direction(g: Float64Array): Float64Array {
    const q = g.map((value) => -value);
    const alphas: number[] = [];
    for (let k = this.#pairs.length - 1; k >= 0; k--) {
      const { s, y, rho } = this.#pairs[k]!;
      const alpha = (alphas[k] = rho * dot(s, q));
      for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
    }
    for (let i = 0; i < q.length; i++) q[i]! *= this.#scale;
    for (const [k, { s, y, rho }] of this.#pairs.entries()) {
      const change = alphas[k]! - rho * dot(y, q);
      for (let i = 0; i < q.length; i++) q[i]! += change * s[i]!;
    }
    return q;
  }
}

/**
 * Minimizes a function of parameters — a model, or any tree of tensors — with L-BFGS and a strong Wolfe line search: for
 * losses without noise, over all data at once, such as those of physics-informed networks. Loss and gradient are one
 * compiled step; directions are computed in float64 on the host. It is no optimizer of `fit`, whose steps see a batch and
 * one gradient each: a line search needs the loss of the same data at several weights. Throws an ArgumentError when there
 * is nothing to train. Source: Liu & Nocedal (1989); numerics of PyTorch's LBFGS with `strong_wolfe`.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * const [x, y] = [tensor([[1, 2], [3, 4], [5, 7]]), tensor([[1], [2], [4]])];
 * const { params, loss } = await optimizers.minimizeLbfgs((m) => m.apply(x).sub(y).square().mean(), model);
 * const fitted = params.apply(x);
 * ```
 */
export async function minimizeLbfgs<T extends object>(
  f: (params: T) => Tensor,
  params: T,
  options: LbfgsOptions = {},
): Promise<LbfgsResult<T>> {
  const { learningRate = 1, maxIterations = 100, historySize = 10 } = options;
  const { toleranceGradient = 1e-7, toleranceChange = 1e-9, onIteration } = options;
  const parts = takeApart(params as unknown as AnyModule);
  const { weights, fixed } = parts;
  if (weights.length === 0)
    throw new ArgumentError('minimizeLbfgs: the parameters hold no floats that are trained; give a model or tensors');
  const assemble = (weights: readonly Tensor[], fixed: readonly Tensor[]): T =>
    parts.assemble(weights, fixed) as unknown as T;
  const step = compile(function lbfgs(weights: readonly Tensor[], fixed: readonly Tensor[]) {
    return valueAndGrad((weights: readonly Tensor[]) => f(assemble(weights, fixed)))(weights);
  });
  const sizes = weights.map(({ size }) => size);
  const toTensors = (x: Float64Array): Tensor[] => {
    let next = 0;
    return weights.map(({ shape, dtype }, i) => tensor(x.slice(next, (next += sizes[i]!)), { shape }).cast(dtype));
  };
  const join = async (list: readonly Tensor[]): Promise<Float64Array> => {
    const arrays = await Promise.all(list.map((own) => own.data('float64')));
    return Float64Array.from(arrays.flatMap((own) => [...own]));
  };
  let evaluations = 0;
  const evaluate = async (x: Float64Array): Promise<{ f: number; g: Float64Array }> => {
    evaluations++;
    const [loss, grads] = step(toTensors(x), fixed);
    const [value, g] = await Promise.all([loss.item(), join(grads)]);
    return { f: value, g };
  };

  let x = await join(weights);
  let { f: loss, g } = await evaluate(x);
  const history = new History(historySize);
  let iterations = 0;
  let converged = largest(g) <= toleranceGradient;
  while (!converged && iterations < maxIterations) {
    const d = history.direction(g);
    const slope = dot(g, d);
    if (slope > -toleranceChange) {
      converged = true;
      break;
    }
    const length = g.reduce((sum, value) => sum + Math.abs(value), 0);
    const first = iterations === 0 ? Math.min(1, 1 / length) * learningRate : learningRate;
    const along = async (t: number): Promise<Point> => {
      const point = await evaluate(x.map((value, i) => value + t * d[i]!));
      return { ...point, t, slope: dot(point.g, d) };
    };
    const next = await strongWolfe(along, { t: 0, f: loss, g, slope }, first, toleranceChange / largest(d));
    const s = d.map((value) => value * next.t);
    const before = loss;
    history.add(
      s,
      next.g.map((value, i) => value - g[i]!),
    );
    x = x.map((value, i) => value + s[i]!);
    ({ f: loss, g } = next);
    iterations++;
    converged =
      largest(g) <= toleranceGradient || largest(s) <= toleranceChange || Math.abs(loss - before) < toleranceChange;
    if ((await onIteration?.(iterations, loss)) === false) break;
  }
  return { params: assemble(toTensors(x), fixed), loss, iterations, evaluations, converged };
}
