import { applyPlain } from '../../graph/bind.js';
import type { Primitive } from '../../graph/primitive.js';
import { checkChoice } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { defineComposite } from '../../transforms/composite.js';
import { checkKind } from './define.js';
import { erf, erfc } from './error-function.js';
import { exp, tanh } from './exponential.js';

const geluPrimitive: Primitive = defineComposite({
  name: 'gelu',
  elementwise: true,
  check: ([x]) => {
    checkKind('gelu', x!, ['float']);
  },
  body: ([x]) => x!.mul(0.5).mul(erfc(x!.mul(-Math.SQRT1_2))),
  // Φ(x) + x · φ(x); the factor of φ lies in the exponent, which saves a pass.
  vjp({ cotangent, operands: [x] }) {
    const distribution = erf(x!.mul(Math.SQRT1_2)).add(1).mul(0.5);
    const density = x!
      .square()
      .mul(-0.5)
      .sub(0.5 * Math.log(2 * Math.PI))
      .exp();
    return [cotangent.mul(distribution.add(x!.mul(density)))];
  },
});

const cubic = 0.044715;
const scale = Math.sqrt(2 / Math.PI);

/** u = √(2/π) · (x + 0.044715 x³) */
function inner(x: Tensor): Tensor {
  return x.mul(
    x
      .square()
      .mul(scale * cubic)
      .add(scale),
  );
}

const geluTanhPrimitive: Primitive = defineComposite({
  name: 'geluTanh',
  elementwise: true,
  check: ([x]) => {
    checkKind('gelu', x!, ['float']);
  },
  body: ([x]) => x!.mul(0.5).mul(tanh(inner(x!)).add(1)),
  // As x · σ(2u): σ and σ · (1 − σ) from e^(−2|u|) keep their digits where 1 − tanh² loses them.
  vjp({ cotangent, operands: [x] }) {
    const u = inner(x!);
    const e = exp(u.abs().mul(-2));
    const below = e.add(1);
    const sigmoid = exp(u.mul(2).minimum(0)).div(below);
    const slope = x!
      .square()
      .mul(6 * scale * cubic)
      .add(2 * scale);
    return [cotangent.mul(sigmoid.add(x!.mul(slope).mul(e).div(below.square())))];
  },
});

/** Options of `gelu`. */
export interface GeluOptions {
  /** `none` (default), or `tanh` for the approximation that early models were trained with. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * x · Φ(x), where Φ is the distribution function of the normal distribution, for floats.
 * Source: Hendrycks & Gimpel, "Gaussian Error Linear Units" (2016).
 *
 * @example
 * ```ts
 * nn.gelu(tensor([-1, 0, 1])); // → [-0.1587, 0, 0.8413]
 * ```
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = options;
  checkChoice('gelu', 'approximate', approximate, ['none', 'tanh']);
  return applyPlain(approximate === 'tanh' ? geluTanhPrimitive : geluPrimitive, x);
}

/** The gelu composites. */
export const geluComposites: Readonly<Record<'gelu' | 'geluTanh', Primitive>> = {
  gelu: geluPrimitive,
  geluTanh: geluTanhPrimitive,
};
