import {
  minimum,
  where,
  type BesselAttributes,
  type ModifiedBesselAttributes,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { ModelBuildError } from '../../errors.js';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { choose, cosine, number, polynomial, polynomialUpTo } from './arithmetic.js';

const eulerGamma = 0.5772156649015329;

/**
 * Where power series end and asymptotic ones begin: both are off by less than 1e-11 of the amplitude there, in float64.
 * Functions of higher orders are recurrences from those of orders 0 and 1 beyond.
 */
const border = 13;

/** The upward recurrence of J is stable beyond the border up to this order. */
const highestOrder = 13;

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** Terms that a power series in x²/4 takes up to the limit, beyond which they shrink fast. */
function termsUpTo(limit: number): number {
  return Math.ceil(1.7 * limit) + 16;
}

/** Σ factor(k)·z^k / (k!·(n + 1)⋯(n + k)), nested so that no coefficient is out of range. */
function series(n: number, z: Tensor, terms: number): Tensor {
  let sum = number(1);
  for (let k = terms; k >= 1; k--) sum = sum.mul(z.mul(1 / (k * (n + k)))).add(1);
  return sum;
}

/** (x/2)^n / n!. */
function lead(n: number, x: Tensor): Tensor {
  let product = number(1);
  for (let k = 1; k <= n; k++) product = product.mul(x.mul(0.5 / k));
  return product;
}

/** Jₙ(x) for 0 ≤ x up to the border. */
function seriesJ(n: number, x: Tensor): Tensor {
  return lead(n, x).mul(series(n, x.mul(x).mul(-0.25), termsUpTo(border)));
}

/**
 * Yₙ(x) (sign −1), or (−1)ⁿ⁺¹·2/π·Kₙ(x) (sign 1), for n of 0 and 1 and small x: the logarithm times Jₙ or Iₙ, and a series
 * with digamma's values (DLMF 10.8.1 and 10.31.1).
 */
function seriesSecond(n: 0 | 1, x: Tensor, first: Tensor, sign: -1 | 1, limit: number): Tensor {
  const coefficients: number[] = [];
  let harmonic = -2 * eulerGamma + (n === 1 ? 1 : 0); // ψ(k + 1) + ψ(n + k + 1)
  for (let k = 0; k < termsUpTo(limit); k++) {
    coefficients.push((harmonic * sign ** k) / (factorial(k) * factorial(n + k)));
    harmonic += 1 / (k + 1) + 1 / (n + k + 1);
  }
  const sum = polynomialUpTo((limit * limit) / 4, x.mul(x).mul(0.25), coefficients).mul(n === 0 ? 1 : x.mul(0.5));
  const logarithm = x.mul(0.5).log().mul(2).mul(first);
  const pole = n === 0 ? number(0) : number(2 * sign).div(x);
  return logarithm
    .sub(sum)
    .add(pole)
    .mul(1 / Math.PI);
}

/** Hankel's expansion (DLMF 10.17.3): the amplitudes of cosine and sine of x − (n/2 + 1/4)π, over √(2/πx). */
function hankel(n: 0 | 1, x: Tensor): readonly [Tensor, Tensor] {
  const inverse = number(1).div(x);
  const [even, odd]: [number[], number[]] = [[], []];
  let term = 1;
  for (let k = 0; k < 2 * border - 2; k++) {
    (k % 2 === 0 ? even : odd).push((k % 4 < 2 ? 1 : -1) * term);
    term *= (4 * n * n - (2 * k + 1) ** 2) / (8 * (k + 1));
  }
  const square = inverse.mul(inverse);
  return [polynomial(square, even), polynomial(square, odd).mul(inverse)];
}

/** Jₙ(x) and Yₙ(x) beyond the border. */
function asymptotic(n: 0 | 1, x: Tensor): readonly [Tensor, Tensor] {
  const [p, q] = hankel(n, x);
  const scale = number(1).div(x.mul(Math.PI).sqrt());
  const [c, s] = [cosine(x), x.sin()];
  // cos and sin of x − π/4, times √2, then turned back by n quarters.
  const [u, v] = [c.add(s), s.sub(c)];
  const [cos, sin] = n === 0 ? [u, v] : [v, u.neg()];
  return [scale.mul(p.mul(cos).sub(q.mul(sin))), scale.mul(p.mul(sin).add(q.mul(cos)))];
}

/** fₙ from f₀ and f₁, by fₖ₊₁ = (2k/x)·fₖ + sign·fₖ₋₁. */
function recurrence(n: number, x: Tensor, f0: Tensor, f1: Tensor, sign: -1 | 1): Tensor {
  let [previous, current] = [f0, f1];
  if (n === 0) return previous;
  for (let k = 1; k < n; k++) {
    const next = current.mul(number(2 * k).div(x)).add(sign === 1 ? previous : previous.neg());
    [previous, current] = [current, next];
  }
  return current;
}

/** f(|x|), with the sign of odd functions. */
function withParity(n: number, x: Tensor, f: (size: Tensor) => Tensor): Tensor {
  const value = f(x.abs());
  return n % 2 === 0 ? value : where(x.less(0), value.neg(), value);
}

function besselJ(n: number, x: Tensor): Tensor {
  const [first, second] = [asymptotic(0, x)[0], asymptotic(1, x)[0]];
  const far = recurrence(n, x, first, second, -1);
  return choose(
    [
      [x.equal(Infinity), 0],
      [x.greater(border), far],
    ],
    seriesJ(n, minimum(x, border)),
  );
}

function besselY(n: number, x: Tensor): Tensor {
  const near = minimum(x, border);
  const [y0, y1] = ([0, 1] as const).map((k) => {
    const small = seriesSecond(k, near, seriesJ(k, near), -1, border);
    return where(x.greater(border), asymptotic(k, x)[1], small);
  });
  return choose(
    [
      [x.less(0), NaN],
      [x.equal(0), -Infinity],
      [x.equal(Infinity), 0],
    ],
    recurrence(n, x, y0!, y1!, -1),
  );
}

function besselI(n: number, x: Tensor, scaled: boolean): Tensor {
  const limit = border + 2 + (n * n) / 2;
  const small = minimum(x, limit);
  const near = lead(n, small).mul(series(n, small.mul(small).mul(0.25), termsUpTo(limit)));
  // DLMF 10.40.1.
  const inverse = number(1).div(x);
  const coefficients = [1];
  for (let k = 0; k < 2 * border; k++) {
    coefficients.push((-coefficients[k]! * (4 * n * n - (2 * k + 1) ** 2)) / (8 * (k + 1)));
  }
  const far = polynomial(inverse, coefficients).div(x.mul(2 * Math.PI).sqrt());
  const half = x.mul(0.5).exp(); // e^x alone overflows before the product does
  return choose(
    [
      [x.equal(Infinity), scaled ? 0 : Infinity],
      [x.greater(limit), scaled ? far : half.mul(far).mul(half)],
    ],
    scaled ? near.mul(x.neg().exp()) : near,
  );
}

/** Where the integral of Kₙ takes over from its series, and its terms. */
const [integralFrom, integralTerms] = [2, 20];

/** e^x·K₀(x) and e^x·K₁(x) for x ≥ 2 (DLMF 10.32.9), by the trapezoidal rule, which converges exponentially. */
function integralK(x: Tensor): readonly [Tensor, Tensor] {
  const step = minimum(number(0.6).div(x.sqrt()), 0.2);
  const u = step.mul(0.5);
  const square = u.mul(u);
  const twiceCosh = polynomial(square, [2, 1, 1 / 12, 1 / 360]);
  // sinh of 0, u, 2u, …; differences of exponentials would vanish for small u.
  let [previous, sinh] = [number(0), u.mul(polynomial(square, [1, 1 / 6, 1 / 120, 1 / 5040]))];
  let [zero, one] = [number(0.5), number(0.5)];
  for (let k = 1; k <= integralTerms; k++) {
    const twice = sinh.mul(sinh).mul(2); // cosh t − 1
    const term = twice.mul(x).neg().exp();
    zero = zero.add(term);
    one = one.add(term.mul(twice.add(1)));
    [previous, sinh] = [sinh, sinh.mul(twiceCosh).sub(previous)];
  }
  return [zero.mul(step), one.mul(step)];
}

function besselK(n: number, x: Tensor, scaled: boolean): Tensor {
  const small = minimum(x, integralFrom);
  const integrals = integralK(x);
  const [k0, k1] = ([0, 1] as const).map((k) => {
    const first = lead(k, small).mul(series(k, small.mul(small).mul(0.25), termsUpTo(integralFrom)));
    const value = seriesSecond(k, small, first, 1, integralFrom).mul(k === 0 ? -Math.PI / 2 : Math.PI / 2);
    return where(x.greater(integralFrom), integrals[k], value.mul(small.exp()));
  });
  const value = recurrence(n, x, k0!, k1!, 1);
  return choose(
    [
      [x.less(0), NaN],
      [x.equal(0), Infinity],
      [x.equal(Infinity), 0],
    ],
    scaled ? value : value.mul(x.neg().exp()),
  );
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'besselJ' | 'besselY' | 'besselI' | 'besselK'>;

/** Refuses orders that the formulas do not reach. */
function upToHighestOrder(lowering: Lowering): Lowering {
  return (node, operands, context) => {
    const { order } = node.attributes as BesselAttributes;
    if (order <= highestOrder) return lowering(node, operands, context);
    throw new ModelBuildError(
      `toOnnx: ${node.primitive.name} of order ${order} has no ONNX form; use orders up to ${highestOrder}`,
    );
  };
}

/** Lowerings of the Bessel functions up to order 13. */
export const besselLowerings: Readonly<Record<Name, Lowering>> = {
  besselJ: upToHighestOrder(
    pointwise<BesselAttributes>(([x], { order }) => withParity(order, x!, (size) => besselJ(order, size))),
  ),
  besselY: upToHighestOrder(pointwise<BesselAttributes>(([x], { order }) => besselY(order, x!))),
  besselI: upToHighestOrder(
    pointwise<ModifiedBesselAttributes>(([x], { order, scaled }) =>
      withParity(order, x!, (size) => besselI(order, size, scaled)),
    ),
  ),
  besselK: upToHighestOrder(
    pointwise<ModifiedBesselAttributes>(([x], { order, scaled }) => besselK(order, x!, scaled)),
  ),
};
