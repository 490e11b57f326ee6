import { fromHostArray } from '../create.js';
import { isFloat } from '../dtypes.js';
import { compile } from '../transforms/compile.js';
import { grad } from '../transforms/grad.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { bufferOf, numbersOf, pattern } from '../values.fixture.js';

/** A power of two, so that x ± step is exact; the truncation error is about step² / 6. */
const step = 2 ** -17;
const epsilon = 2 ** -52;

type Scalar = (...operands: Tensor[]) => Tensor;

function moved(x: Tensor, index: number, by: number): Tensor {
  const data = Float64Array.from(numbersOf(x));
  data[index]! += by;
  return fromHostArray(data, x.shape, 'float64');
}

/** Central differences of a scalar function in one float64 operand. */
function centralDifferences(f: Scalar, operands: readonly Tensor[], position: number): number[] {
  const run = compile(f);
  const at = (index: number, by: number): number =>
    bufferOf(run(...operands.map((x, i) => (i === position ? moved(x, index, by) : x))))[0] as number;
  return Array.from({ length: operands[position]!.size }, (_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

/**
 * What is wrong with the gradients of a scalar function of float64 (and other) operands, or null. They may differ from
 * central differences by 1e-6·max(|a|, |n|, max |n|), and by the rounding error of a difference of sums as large as `scale`.
 */
function findGradientError(f: Scalar, operands: readonly Tensor[], scale: number): string | null {
  const positions = [...operands.keys()].filter((i) => isFloat(operands[i]!.dtype));
  const gradients = grad(f, { argnums: positions })(...operands) as Tensor[];
  for (const [k, position] of positions.entries()) {
    const { shape, dtype } = gradients[k]!;
    if (String(shape) !== String(operands[position]!.shape) || dtype !== 'float64') {
      return `gradient ${position} is ${dtype} [${String(shape)}]`;
    }
    const analytic = numbersOf(gradients[k]!);
    const numeric = centralDifferences(f, operands, position);
    const largest = Math.max(0, ...numeric.map(Math.abs));
    for (const [i, n] of numeric.entries()) {
      const a = analytic[i]!;
      const allowed = 1e-6 * Math.max(Math.abs(a), Math.abs(n), largest) + (4 * epsilon * scale) / step;
      if (!(Math.abs(a - n) <= allowed)) return `gradient ${position}, element ${i}: ${a}, by differences ${n}`;
    }
  }
  return null;
}

function magnitude(x: Tensor): number {
  return numbersOf(x).reduce((total, value) => total + Math.abs(value), 0);
}

/** Checks first and second derivatives of a function of float64 (and other) operands, each result weighted differently. */
export function checkGradients(
  f: (...operands: Tensor[]) => Tensor | readonly Tensor[],
  operands: readonly Tensor[],
): string | null {
  const weighted = (inner: readonly Tensor[]): Tensor[] => {
    const results = f(...inner);
    return (isTensor(results) ? [results] : results)
      .filter(({ dtype }) => isFloat(dtype))
      .map((result, i) => result.mul(pattern(result.shape, 10 * i + 1)));
  };
  const loss: Scalar = (...inner) => total(weighted(inner));
  const magnitudes = weighted(operands).map(magnitude);
  const first = findGradientError(
    loss,
    operands,
    magnitudes.reduce((sum, x) => sum + x),
  );
  if (first !== null) return first;
  const positions = [...operands.keys()].filter((i) => isFloat(operands[i]!.dtype));
  const slopes = (...inner: Tensor[]): Tensor[] =>
    (grad(loss, { argnums: positions })(...inner) as Tensor[]).map((gradient, i) =>
      gradient.mul(pattern(gradient.shape, i + 2)),
    );
  const scale = slopes(...operands).reduce((sum, slope) => sum + magnitude(slope), 0);
  const projected: Scalar = (...inner) => total(slopes(...inner));
  const second = findGradientError(projected, operands, scale);
  return second === null ? null : `second derivative: ${second}`;
}

/** The sum of all elements of all tensors. */
function total(tensors: readonly Tensor[]): Tensor {
  return tensors.map((x) => x.sum()).reduce((sum, x) => sum.add(x));
}
