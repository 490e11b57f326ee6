import { eye, matmul, scan, triu, where, type QrAttributes, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { columnOf, elementOf, factorization, positions, stackOf } from './matrices.js';

/** v: [count, m] and tau: [count, 1] of a reflection I − tau · v · vᵀ. */
interface Reflection {
  readonly v: Tensor;
  readonly tau: Tensor;
}

/** The reflection of column k, from row k on, in LAPACK's convention (dlarfg). */
function reflectionOf(a: Tensor, k: Tensor): Reflection {
  const rows = positions(a.shape[1]!);
  const column = columnOf(a, k);
  const alpha = elementOf(column, k);
  const tail = where(rows.greater(k), column, 0);
  const tailSize = tail.abs().max(1, { keepDims: true });
  const scale = tailSize.maximum(alpha.abs());
  const safe = where(scale.equal(0), 1, scale);
  const [x, y] = [tail.div(safe), alpha.div(safe)];
  const norm = safe.mul(x.mul(x).sum(1, { keepDims: true }).add(y.mul(y)).sqrt());
  const none = tailSize.equal(0);
  const beta = where(alpha.greaterEqual(0), norm.neg(), norm);
  const v = where(rows.equal(k), 1, tail.div(where(none, 1, alpha.sub(beta))));
  return { v, tau: where(none, 0, beta.sub(alpha).div(where(none, 1, beta))) };
}

function reflect({ v, tau }: Reflection, a: Tensor): Tensor {
  const product = matmul(v.expandDims(1), a);
  return a.sub(v.mul(tau).expandDims(2).mul(product));
}

/** A reflection per step; their product is then formed from the last one on (LAPACK dgeqr2 and dorg2r). */
function qr(a: Tensor, { complete }: QrAttributes): readonly [Tensor, Tensor] {
  const stack = stackOf(a);
  const [count, m, n] = stack.shape as readonly [number, number, number];
  const kept = complete ? m : Math.min(m, n);
  const forward = (rest: Tensor, k: Tensor): readonly [Tensor, Reflection] => {
    const reflection = reflectionOf(rest, k);
    return [reflect(reflection, rest), reflection];
  };
  const [reduced, reflections] = scan(forward, stack, positions(Math.min(m, n)));
  const backward = (q: Tensor, reflection: Reflection): readonly [Tensor, null] => [reflect(reflection, q), null];
  const start = eye(m, m, { dtype: 'float64' }).slice(null, [0, kept]).broadcastTo([count, m, kept]);
  const [q] = scan(backward, start, reflections, { reverse: true });
  const r = triu(reduced.slice(null, [0, kept], null));
  const leading = a.shape.slice(0, -2);
  return [q.reshape([...leading, m, kept]), r.reshape([...leading, kept, n])];
}

/** The lowering of QR factors. */
export const qrLowerings: Readonly<Record<'qr', Lowering>> = {
  qr: factorization<QrAttributes>(([a], attributes) => qr(a!, attributes)),
};
