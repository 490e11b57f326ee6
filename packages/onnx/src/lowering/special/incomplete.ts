import {
  expm1,
  log1p,
  logicalAnd,
  maximum,
  minimum,
  where,
  whileLoop,
  zeros,
  type BetaIncAttributes,
  type GammaIncAttributes,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { ModelBuildError } from '../../errors.js';
import type { Lowering } from '../context.js';
import { expanded, type PointwiseFunction } from '../expand.js';
import { all, choose, number, polynomial } from './arithmetic.js';
import { logBeta, logGammaAbove } from './gamma.js';
import { scaledErfc } from './normal.js';

/** Terms and factors beyond this part of the value do not show in float32. */
const tolerance = 1e-11;
/** Where rounding ends the convergence of a fraction at last. */
const mostSteps = 20_000;
/** Above this parameter an expansion takes over, which the loops would need thousands of steps for. */
const large = 1e5;

/** The values of a loop over elements. */
type Values = readonly Tensor[];

/** Whether each element has yet to converge, and the number of steps. */
type Loop = readonly [values: Values, open: Tensor, step: Tensor];

/** Repeats a step, for each element until its second result says that it has converged. */
function iterate(values: Values, body: (values: Values, step: Tensor) => readonly [Values, Tensor]): Values {
  const start: Loop = [values, values[0]!.equal(values[0]!), zeros([], { dtype: 'float64' })];
  const [end] = whileLoop(
    ([, open, step]: Loop) => logicalAnd(open.any(), step.less(mostSteps)),
    ([current, open, step]: Loop): Loop => {
      const next = step.add(1);
      const [made, still] = body(current, next);
      return [made.map((value, i) => where(open, value, current[i]!)), logicalAnd(open, still), next];
    },
    start,
  );
  return end;
}

/** ζ(k) − 1, by its first terms and Euler and Maclaurin's formula for the others. */
function zetaBelow1(k: number): number {
  const from = 20;
  let sum = from ** (1 - k) / (k - 1) + 0.5 * from ** -k + (k / 12) * from ** (-k - 1);
  for (let n = from - 1; n >= 2; n--) sum += n ** -k;
  return sum;
}

const eulerGamma = 0.5772156649015329;

/** log Γ(1 + a) for 0 ≤ a < 1, as exact as a for small a (Abramowitz and Stegun 6.1.33). */
function logGamma1p(a: Tensor): Tensor {
  const small = minimum(a, 0.5);
  const terms = Array.from({ length: 20 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * zetaBelow1(i + 2)) / (i + 2));
  const series = small
    .mul(
      polynomial(small, terms)
        .mul(small)
        .add(1 - eulerGamma),
    )
    .sub(log1p(small));
  return where(a.lessEqual(0.5), series, logGammaAbove(a.add(1)));
}

/** x^a·e^−x / Γ(a) for a ≥ 1/2, or with a·Γ(a) for smaller ones. */
function gammaDensity(a: Tensor, x: Tensor): Tensor {
  const scale = where(a.less(0.5), logGamma1p(a).sub(a.log()), logGammaAbove(maximum(a, 0.5)));
  return a.mul(x.log()).sub(x).sub(scale).exp();
}

/** The lower part by its series of positive terms (DLMF 8.7.1). */
function lowerSeries(a: Tensor, x: Tensor): Tensor {
  const first = number(1).div(a);
  const [, sum] = iterate([first, first], ([term, total], n) => {
    const next = term!.mul(x.div(a.add(n)));
    const better = total!.add(next);
    return [[next, better], next.greater(better.mul(tolerance))];
  });
  return gammaDensity(a, x).mul(sum!);
}

/** One step of Lentz's method: c, d and the value of a continued fraction with another numerator and denominator. */
function lentz([c, d, value]: Values, numerator: Tensor, denominator: Tensor | number): Values {
  const tiny = 1e-300;
  const away = (x: Tensor): Tensor => where(x.abs().less(tiny), tiny, x);
  const inverse = number(1).div(away(numerator.mul(d!).add(denominator)));
  const next = away(numerator.div(c!).add(denominator));
  return [next, inverse, value!.mul(inverse.mul(next))];
}

function isChanging(before: Tensor, after: Tensor): Tensor {
  return after.sub(before).abs().greater(after.abs().mul(tolerance));
}

/** The upper part by its continued fraction (DLMF 8.9.2). */
function upperFraction(a: Tensor, x: Tensor): Tensor {
  const b = x.sub(a).add(1);
  const first = number(1).div(b);
  const start = [first.mul(0).add(1e300), first, first];
  const [, , value] = iterate(start, (state, n) => {
    const next = lentz(state, n.sub(a).mul(n).neg(), b.add(n.mul(2)));
    return [next, isChanging(state[2]!, next[2]!)];
  });
  return gammaDensity(a, x).mul(value!);
}

/** The upper part for a < 1 and x < 1.1, where 1 − lower cancels. */
function upperSeries(a: Tensor, x: Tensor): Tensor {
  const exponent = a.mul(x.log()).sub(logGamma1p(a));
  let factorial = 1;
  let power = x.neg();
  let sum = power.mul(a).div(a.add(1));
  for (let n = 2; n <= 18; n++) {
    power = power.mul(x.neg());
    factorial *= n;
    sum = sum.add(power.mul(a).div(a.add(n).mul(factorial)));
  }
  return expm1(exponent).neg().sub(exponent.exp().mul(sum));
}

function erfc(x: Tensor): Tensor {
  const tail = x.mul(x).neg().exp().mul(scaledErfc(x.abs()));
  return where(x.less(0), number(2).sub(tail), tail);
}

/** Temme's uniform expansion for large a (DLMF 8.12). */
function uniform(a: Tensor, x: Tensor, upper: boolean): Tensor {
  const ratio = x.div(a);
  const mu = ratio.sub(1);
  // log(1 + μ) − μ by 2·artanh(r) with r = μ / (2 + μ), where the difference would cancel.
  const r = mu.div(mu.add(2));
  const square = r.mul(r);
  const artanh = polynomial(square, [2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13, 2 / 15, 2 / 17])
    .mul(square)
    .mul(r);
  const difference = where(mu.abs().greater(0.3), ratio.log().sub(mu), artanh.sub(r.mul(mu)));
  const eta = mu.sign().mul(difference.mul(-2).sqrt());
  const nearly = eta.abs().less(1e-3);
  const apart = number(1)
    .div(where(nearly, 1, mu))
    .sub(number(1).div(where(nearly, 1, eta)));
  const first = where(nearly, eta.mul(1 / 12).sub(1 / 3), apart);
  const rest = a
    .mul(difference)
    .exp()
    .div(a.mul(2 * Math.PI).sqrt())
    .mul(first);
  const side = upper ? 1 : -1;
  return erfc(eta.mul(a.mul(0.5).sqrt()).mul(side))
    .mul(0.5)
    .add(rest.mul(side));
}

/** The regularized incomplete gamma functions. Each loop sees harmless numbers where another formula is meant. */
function gammaInc(a: Tensor, x: Tensor, upper: boolean): Tensor {
  const isPlain = all(a.greater(0), a.lessEqual(large), x.greater(0), x.less(Infinity));
  const isSmall = upper ? all(x.less(1.1), a.less(1)) : number(0).greater(0);
  const isLower = all(isPlain, x.less(a.add(1)), isSmall.logicalNot());
  const isUpper = all(isPlain, x.greaterEqual(a.add(1)), isSmall.logicalNot());
  const lower = lowerSeries(where(isLower, a, 1), where(isLower, x, 1e-3));
  const above = upperFraction(where(isUpper, a, 1), where(isUpper, x, 1e3));
  const rest = (part: Tensor): Tensor => number(1).sub(part);
  const [none, whole] = upper ? [0, 1] : [1, 0];
  return choose(
    [
      [all(a.greaterEqual(0), x.greaterEqual(0)).logicalNot(), NaN],
      [all(a.equal(0), x.equal(0)), NaN],
      [a.equal(0), none],
      [all(a.equal(Infinity), x.equal(Infinity)), NaN],
      [x.equal(0), whole],
      [a.equal(Infinity), whole],
      [x.equal(Infinity), none],
      [a.greater(large), uniform(maximum(a, 1), x, upper)],
      ...(upper ? ([[isSmall, upperSeries(a, minimum(x, 2))]] as const) : []),
      [isLower, upper ? rest(lower) : lower],
    ],
    upper ? above : rest(above),
  );
}

/** x^a·(1 − x)^b / B(a, b). */
function betaDensity(a: Tensor, b: Tensor, x: Tensor): Tensor {
  return a
    .mul(x.log())
    .add(b.mul(log1p(x.neg())))
    .sub(logBeta(a, b))
    .exp();
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22). */
function betaFraction(a: Tensor, b: Tensor, x: Tensor): Tensor {
  const sum = a.add(b);
  const d = number(1).div(number(1).sub(sum.mul(x).div(a.add(1))));
  const start = [d.mul(0).add(1), d, d];
  const [, , value] = iterate(start, (state, m) => {
    const double = a.add(m.mul(2));
    const even = b.sub(m).mul(m).mul(x).div(double.sub(1).mul(double));
    const odd = a
      .add(m)
      .neg()
      .mul(sum.add(m))
      .mul(x)
      .div(double.mul(double.add(1)));
    const next = lentz(lentz(state, even, 1), odd, 1);
    return [next, isChanging(state[2]!, next[2]!)];
  });
  return value!;
}

/** The regularized incomplete beta function, from the side where its fraction converges. */
function betaInc(a: Tensor, b: Tensor, x: Tensor): Tensor {
  const isPlain = all(a.greater(0), b.greater(0), a.less(Infinity), b.less(Infinity), x.greater(0), x.less(1));
  const [p, q, t] = [where(isPlain, a, 1), where(isPlain, b, 1), where(isPlain, x, 0.5)];
  const isNear = t.lessEqual(p.add(1).div(p.add(q).add(2)));
  const other = number(1).sub(t);
  const [first, second] = [where(isNear, p, q), where(isNear, q, p)];
  const fraction = betaFraction(first, second, where(isNear, t, other)).div(first);
  const part = betaDensity(p, q, t).mul(fraction);
  return choose(
    [
      [all(a.greater(0), b.greater(0), x.greaterEqual(0), x.lessEqual(1)).logicalNot(), NaN],
      [x.equal(0), 0],
      [x.equal(1), 1],
      [isPlain.logicalNot(), NaN],
      [isNear, part],
    ],
    number(1).sub(part),
  );
}

/** Elementwise functions of float64 with loops, of operands of one shape; derivatives under the integral have no form here. */
function withLoops<A>(orderOf: (attributes: A) => number, f: PointwiseFunction<A>): Lowering {
  const lowering = expanded<A>((operands, attributes) => {
    const shape = operands.reduce((sum, operand) => sum.add(operand.mul(0))).shape;
    const wide = operands.map((operand) => operand.cast('float64').broadcastTo(shape));
    return f(wide, attributes).cast('float32');
  });
  return (node, names, context) => {
    if (orderOf(node.attributes as A) === 0) return lowering(node, names, context);
    throw new ModelBuildError(
      `toOnnx: the derivative of ${node.primitive.name} in its parameters has no ONNX form; stop its gradient`,
    );
  };
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'gammaInc' | 'betaInc'>;

/** Lowerings of the incomplete gamma and beta functions. */
export const incompleteLowerings: Readonly<Record<Name, Lowering>> = {
  gammaInc: withLoops<GammaIncAttributes>(
    ({ order }) => order,
    ([a, x], { upper }) => gammaInc(a!, x!, upper),
  ),
  betaInc: withLoops<BetaIncAttributes>(
    ({ orderA, orderB }) => orderA + orderB,
    ([a, b, x]) => betaInc(a!, b!, x!),
  ),
};
