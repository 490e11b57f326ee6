import { full, logicalAnd, where, type Tensor, type TensorLike } from '@tesserajs/tensor';

/** c[0] + x·(c[1] + x·(c[2] + …)), by Horner's rule. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => sum.mul(x).add(coefficient), number(coefficients.at(-1)!));
}

/**
 * The same for |x| up to a limit, where the coefficients are tiny: ONNX Runtime takes the addition of a constant that is 0
 * in float32 out of a graph, in float64 as well.
 */
export function polynomialUpTo(limit: number, x: Tensor, coefficients: readonly number[]): Tensor {
  return polynomial(
    x.mul(1 / limit),
    coefficients.map((coefficient, k) => coefficient * limit ** k),
  );
}

/** A scalar of float64. */
export function number(value: number): Tensor {
  return full([], value, { dtype: 'float64' });
}

/** Whether x is a whole number or infinite. */
export function isWhole(x: Tensor): Tensor {
  return x.equal(x.floor());
}

/** The value of the first condition that holds, else the last one. */
export function choose(cases: readonly (readonly [condition: Tensor, value: TensorLike])[], otherwise: Tensor): Tensor {
  return cases.reduceRight((rest, [condition, value]) => where(condition, value, rest), otherwise);
}

/** Whether all conditions hold. */
export function all(first: Tensor, ...rest: readonly Tensor[]): Tensor {
  return rest.reduce((both, condition) => logicalAnd(both, condition), first);
}

/** sin(πx), reduced exactly. */
export function sinPi(x: Tensor): Tensor {
  const rest = x.sub(x.mul(0.5).round().mul(2));
  const size = rest.abs();
  const near = where(size.greater(0.5), size.neg().add(1), size);
  return rest.sign().mul(near.mul(Math.PI).sin());
}

/** cos x: the runtime's own cosine of float64 loses digits where it is small. */
export function cosine(x: Tensor): Tensor {
  const half = x.mul(0.5).sin();
  return half.mul(half).mul(-2).add(1);
}
