import { tensor } from '../create.js';
import { isFloat } from '../dtypes.js';
import { evaluate } from '../execution/evaluate.js';
import { referenceBackend } from '../execution/reference.js';
import { formatShape } from '../shapes.js';
import { withBackend } from '../set-backend.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';
import { checkPositions } from './arguments.js';
import { compile } from './compile.js';
import { valueAndGrad } from './grad.js';

/** Options of `checkGradients`. */
export interface CheckGradientsOptions {
  /** Which arguments to check. Default: all that hold floats. */
  readonly argnums?: readonly number[];
  /** Largest accepted difference, relative to the largest element of the gradient. Default 1e-6. */
  readonly tolerance?: number;
  /** Half the distance of the differences. Default 2^−17, for values of order 1. */
  readonly step?: number;
  /** Checks at most this many elements of each tensor, spread evenly. Default 100. */
  readonly elements?: number;
}

/** What was found for one tensor. */
export interface GradientCheck {
  /** Where it lies: the argument's number, then its path. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Largest difference found, relative to the largest element of the gradient. */
  readonly difference: number;
  /** The element with that difference: its indices, the gradient, and the value by differences. */
  readonly worst: { readonly index: readonly number[]; readonly gradient: number; readonly numeric: number };
  readonly passed: boolean;
}

/** The result of `checkGradients`; as text, a line for each tensor. */
export interface GradientReport {
  readonly passed: boolean;
  readonly checks: readonly GradientCheck[];
  toString(): string;
}

function indicesOf(flat: number, shape: readonly number[]): number[] {
  const indices: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    indices.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return indices;
}

function describe({ path, shape, difference, worst, passed }: GradientCheck): string {
  const { index, gradient, numeric } = worst;
  return (
    `${(passed ? 'ok' : 'differs').padEnd(8)}argument ${path} ${formatShape(shape)}: largest relative difference ` +
    difference.toExponential(1) +
    (passed ? '' : `; element [${index.join(',')}]: gradient ${gradient}, by differences ${numeric}`)
  );
}

/**
 * Compares the gradients of a scalar function with central differences, in float64 on the reference backend: for tests of
 * custom gradients. Arguments are as `grad` takes them, trees included; floats are converted to float64.
 *
 * Differences make no sense where f has a kink (relu at 0) or rounds to a narrower type.
 *
 * @example
 * ```ts
 * const report = await checkGradients((x: Tensor) => x.tanh().sum(), [tensor([0.5, -1])]);
 * report.passed; // → true
 * ```
 */
export async function checkGradients<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  args: A,
  options: CheckGradientsOptions = {},
): Promise<GradientReport> {
  const { tolerance = 1e-6, step = 2 ** -17, elements = 100, argnums = [...args.keys()] } = options;
  checkPositions('checkGradients', argnums, args.length);
  const flat = flatten(args);
  const leaves = flat.leaves as Tensor[];
  await evaluate(...leaves);
  const wide = await Promise.all(
    leaves.map(async (leaf) =>
      isFloat(leaf.dtype) ? tensor(await leaf.data('float64'), { shape: leaf.shape, copy: false }) : leaf,
    ),
  );
  const checked = [...leaves.keys()].filter(
    (i) => isFloat(leaves[i]!.dtype) && flat.frozen[i] !== true && argnums.includes(Number.parseInt(flat.paths[i]!)),
  );
  const call = (values: readonly Tensor[]): Tensor => {
    const all = wide.map((leaf, i) => values[checked.indexOf(i)] ?? leaf);
    return f(...(unflatten(flat.definition, all) as A));
  };
  const loss = compile((...values: Tensor[]) => call(values));
  const lossAndGradients = compile((values: Tensor[]) => valueAndGrad((inner: Tensor[]) => call(inner))(values));
  const starts = checked.map((i) => wide[i]!);
  const at = (values: readonly Tensor[]): Promise<number> =>
    withBackend(referenceBackend, () => loss(...values)).item();
  const [, gradients] = withBackend(referenceBackend, () => lossAndGradients(starts));

  const checks: GradientCheck[] = [];
  for (const [k, i] of checked.entries()) {
    const { shape, size } = starts[k]!;
    const gradient = await gradients[k]!.data('float64');
    const values = await starts[k]!.data('float64');
    const stride = Math.max(1, Math.ceil(size / elements));
    const found: { at: number; numeric: number }[] = [];
    for (let element = 0; element < size; element += stride) {
      const moved = (by: number): Promise<number> => {
        const changed = values.slice();
        changed[element]! += by;
        return at(starts.map((start, n) => (n === k ? tensor(changed, { shape, copy: false }) : start)));
      };
      found.push({ at: element, numeric: ((await moved(step)) - (await moved(-step))) / (2 * step) });
    }
    const scale = found.reduce(
      (most, one) => Math.max(most, Math.abs(one.numeric), Math.abs(gradient[one.at]!)),
      1e-300,
    );
    let [difference, worst] = [0, found[0] ?? { at: 0, numeric: 0 }];
    for (const one of found) {
      const other = Math.abs(gradient[one.at]! - one.numeric) / scale;
      if (other <= difference) continue;
      [difference, worst] = [Number.isNaN(other) ? Infinity : other, one];
    }
    checks.push({
      path: flat.paths[i]!,
      shape,
      difference,
      worst: { index: indicesOf(worst.at, shape), gradient: gradient[worst.at] ?? 0, numeric: worst.numeric },
      passed: difference <= tolerance,
    });
  }
  const passed = checks.every((check) => check.passed);
  return { passed, checks, toString: () => checks.map(describe).join('\n') };
}
