import { where, type SincAttributes, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { all, choose, isWhole, polynomial } from './arithmetic.js';

/** The k-th derivative of sin z / z: by the recurrence of z·f = sin z, or by its Taylor series where that loses digits. */
function derivative(k: number, z: Tensor): Tensor {
  const sine = z.sin();
  const half = z.mul(0.5).sin();
  const cosine = half.mul(half).mul(-2).add(1);
  let far = sine.div(z);
  for (let j = 1; j <= k; j++) {
    // sin(z + jπ/2).
    const turned = [sine, cosine, sine.neg(), cosine.neg()][j % 4]!;
    far = turned.sub(far.mul(j)).div(z);
  }
  // ∫₀¹ t^k·cos(zt + kπ/2) dt, term by term, in powers of z².
  const odd = k % 2;
  let factor = odd === 0 ? 1 : -1;
  const coefficients: number[] = [];
  for (let j = odd; j < 40; j += 2) {
    coefficients.push(factor / (k + j + 1));
    factor /= -(j + 1) * (j + 2);
  }
  const series = polynomial(z.mul(z), coefficients);
  const signed = Math.floor(k / 2) % 2 === 0 ? series : series.neg();
  return where(z.abs().greater(k + 1), far, odd === 0 ? signed : signed.mul(z));
}

function sinc(x: Tensor, order: number): Tensor {
  const value = derivative(order, x.mul(Math.PI)).mul(Math.PI ** order);
  if (order > 0) return value;
  return choose([[all(isWhole(x), x.abs().less(Infinity)), x.equal(0).cast('float64')]], value);
}

/** The lowering of sin(πx) / (πx) and its derivatives. */
export const sincLowerings: Readonly<Record<'sinc', Lowering>> = {
  sinc: pointwise<SincAttributes>(([x], { order }) => sinc(x!, order)),
};
