import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { grad, special, tensor, TesseraError, vmap, type Tensor } from './index.js';
import { besselJ, besselY } from './kernels/special/bessel.js';
import { betaMoment, gammaMoment } from './kernels/special/incomplete.js';
import { zeta as zetaKernel } from './kernels/special/zeta.js';
import { checkGradients } from './ops/finite-differences.fixture.js';
import { float64, numbersOf, shown } from './values.fixture.js';

type Row = readonly (number | string)[];

const path = new URL('../fixtures/special_values.json', import.meta.url);
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly Row[]>>;

/** Functions of tensors by the name of their values, with the error allowed. */
const functions: Readonly<
  Record<string, readonly [f: (...x: Tensor[]) => Tensor, relative: number, absolute?: number]>
> = {
  gamma: [special.gamma, 1e-14],
  logGamma: [special.logGamma, 1e-15],
  digamma: [special.digamma, 2e-15, 1e-15],
  zeta: [special.zeta, 1e-13],
  zetaContinued: [special.zeta, 5e-14, 5e-15],
  zetaNegative: [special.zeta, 2e-15],
  logBeta: [special.logBeta, 1e-15],
  beta: [special.beta, 1e-14],
  gammaInc: [special.gammaInc, 1e-12],
  gammaIncC: [special.gammaIncC, 1e-12],
  gammaIncInv: [special.gammaIncInv, 1e-13],
  betaInc: [special.betaInc, 1e-12],
  // Relative to the amplitude: zeros of these are no floats.
  besselJ0: [special.besselJ0, 2e-15, 5e-16],
  besselJ1: [special.besselJ1, 2e-15, 5e-16],
  besselY0: [special.besselY0, 2e-14, 5e-16],
  besselY1: [special.besselY1, 2e-14, 5e-16],
  besselI0: [special.besselI0, 5e-15],
  besselI1: [special.besselI1, 5e-15],
  besselI0e: [special.besselI0e, 5e-15],
  besselI1e: [special.besselI1e, 5e-15],
  besselK0: [special.besselK0, 5e-15],
  besselK1: [special.besselK1, 5e-15],
  besselK0e: [special.besselK0e, 5e-15],
  besselK1e: [special.besselK1e, 5e-15],
  expInt: [special.expInt, 5e-15, 1e-15],
  expIntE1: [special.expIntE1, 5e-15],
  // The error of x/√2 alone is as much as x²/2 ulp.
  ndtr: [special.ndtr, 2e-13],
  logNdtr: [special.logNdtr, 1e-12],
  ndtri: [special.ndtri, 1e-15],
  sinc: [special.sinc, 1e-15, 1e-15],
};

const kernels: Readonly<Record<string, readonly [f: (...x: number[]) => number, relative: number, absolute?: number]>> =
  {
    zetaSlope: [(s, q) => zetaKernel(s!, q!, 1), 1e-14],
    gammaMoment: [(a, x) => gammaMoment(a!, x!, 1), 1e-12],
    betaMoment: [(a, b, x) => betaMoment(a!, b!, x!, 1, 0), 1e-13],
    besselJ3: [(x) => besselJ(3, x!), 2e-14, 1e-15],
  };

/** The worst row beyond what is allowed, as a text. */
function worst(rows: readonly Row[], actual: readonly number[], relative: number, absolute: number): string {
  let [text, most] = ['', 1];
  rows.forEach((row, i) => {
    const want = Number(row.at(-1));
    const got = actual[i]!;
    if (Object.is(got, want)) return;
    // Results below 1e-290 have too few bits left.
    const share = Math.abs(got - want) / (relative * Math.abs(want) + Math.max(absolute, 1e-290));
    if (share <= most) return;
    most = share;
    text = `f(${row.slice(0, -1).join(', ')}) is ${got} instead of ${want}`;
  });
  return text;
}

it('tests every table of values', () => {
  const names = Object.keys(fixture).filter((name) => !['source', 'versions'].includes(name));
  expect(names.sort()).toEqual([...Object.keys(functions), ...Object.keys(kernels)].sort());
});

it.each(Object.entries(functions))(
  '%s agrees with mpmath over its whole domain',
  (name, [f, relative, absolute = 0]) => {
    const rows = fixture[name]!;
    const columns = rows[0]!.slice(0, -1).map((_, i) => float64(rows.map((row) => Number(row[i]))));
    expect(worst(rows, numbersOf(f(...columns)), relative, absolute)).toBe('');
  },
);

it.each(Object.entries(kernels))('%s agrees with mpmath', (name, [f, relative, absolute = 0]) => {
  const rows = fixture[name]!;
  const actual = rows.map((row) => f(...row.slice(0, -1).map(Number)));
  expect(worst(rows, actual, relative, absolute)).toBe('');
});

const at = (f: (x: Tensor) => Tensor, ...x: number[]): number[] => numbersOf(f(float64(x)));

it('has the right poles, limits and NaN', () => {
  const [inf, nan] = [Infinity, NaN];
  expect(at(special.gamma, 0, -0, -1, inf, -inf, nan, 172, -0.5)).toEqual([
    inf,
    -inf,
    nan,
    inf,
    nan,
    nan,
    inf,
    -2 * Math.sqrt(Math.PI),
  ]);
  expect(at(special.gamma, 1, 2, 5, 11)).toEqual([1, 1, 24, 3628800]);
  expect(at(special.logGamma, 0, -3, inf, nan, 1, 2)).toEqual([inf, inf, inf, nan, 0, 0]);
  expect(at(special.digamma, 0, -0, -2, inf, nan)).toEqual([-inf, inf, nan, inf, nan]);
  expect(at((x) => special.zeta(x), 1, inf, nan, -1)).toEqual([inf, 1, nan, nan]);
  expect(at((x) => special.zeta(2, x), 0, -1, inf)).toEqual([inf, inf, 0]);
  expect(at((x) => special.gammaInc(2, x), 0, inf, -1, nan)).toEqual([0, 1, nan, nan]);
  expect(at((x) => special.gammaIncC(2, x), 0, inf, -1)).toEqual([1, 0, nan]);
  expect(at((x) => special.gammaInc(x, 1), 0, inf, -1)).toEqual([1, 0, nan]);
  expect(at((x) => special.betaInc(2, 3, x), 0, 1, -0.5, 1.5, nan)).toEqual([0, 1, nan, nan, nan]);
  expect(at(special.besselJ0, 0, inf, -inf, nan)).toEqual([1, 0, 0, nan]);
  expect(at(special.besselJ1, 0, inf, -inf, nan)).toEqual([0, 0, -0, nan]);
  expect(at(special.besselY0, 0, inf, -1, nan)).toEqual([-inf, 0, nan, nan]);
  expect(at(special.besselI0, 0, inf, -inf, nan)).toEqual([1, inf, inf, nan]);
  expect(at(special.besselI1, 0, inf, -inf, nan)).toEqual([0, inf, -inf, nan]);
  expect(at(special.besselI0e, inf, -inf)).toEqual([0, 0]);
  expect(at(special.besselK1, 0, inf, -1, nan)).toEqual([inf, 0, nan, nan]);
  expect(at(special.expInt, 0, inf, -inf, nan)).toEqual([-inf, inf, -0, nan]);
  expect(at(special.expIntE1, 0, inf, -1, nan)).toEqual([inf, 0, nan, nan]);
  expect(at(special.xlogy.bind(null, 0), 0, nan, inf)).toEqual([0, nan, 0]);
  expect(at(special.xlog1py.bind(null, 0), -1, nan, inf)).toEqual([0, nan, 0]);
  expect(at(special.entr, 0, 1, -1, nan)).toEqual([0, 0, -inf, nan]);
  expect(at(special.logit, 0, 1, 0.5, 2)).toEqual([-inf, inf, 0, nan]);
  expect(at(special.logNdtr, inf, -inf, nan)).toEqual([-0, -inf, nan]);
  expect(at(special.ndtr, inf, -inf, 0)).toEqual([1, 0, 0.5]);
  expect(at(special.ndtri, 0, 1, 0.5, -1, 2)).toEqual([-inf, inf, 0, nan, nan]);
  expect(at(special.sinc, 0, 1, -2, 0.5)).toEqual([1, 0, 0, 2 / Math.PI]);
});

it('keeps identities: reflection, recurrence, symmetry, complements', () => {
  const x = [0.3, 1.7, 4.2, 11.5];
  const close = (actual: readonly number[], expected: readonly number[]): void => {
    actual.forEach((value, i) => expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(2e-14));
  };
  close(
    at((y) => special.gamma(y).mul(y), ...x),
    at((y) => special.gamma(y.add(1)), ...x),
  );
  close(
    at((y) => special.polygamma(1, y).sub(special.polygamma(1, y.add(1))), ...x),
    x.map((v) => 1 / v ** 2),
  );
  close(
    at((y) => special.gammaInc(2.5, y).add(special.gammaIncC(2.5, y)), ...x),
    [1, 1, 1, 1],
  );
  close(
    at((y) => special.betaInc(2.5, y, 0.3).add(special.betaInc(y, 2.5, 0.7)), ...x),
    [1, 1, 1, 1],
  );
  // Wronskian of J and Y: 2 / (πx).
  const wronskian = (y: Tensor): Tensor =>
    special
      .besselJ1(y)
      .mul(special.besselY0(y))
      .sub(special.besselJ0(y).mul(special.besselY1(y)));
  close(
    at(wronskian, ...x),
    x.map((v) => 2 / (Math.PI * v)),
  );
  close(
    at((y) => special.expit(special.logit(y)), 0.1, 0.5, 0.9),
    [0.1, 0.5, 0.9],
  );
  close(
    at((y) => special.ndtri(special.ndtr(y)), -2, 0.5, 1),
    [-2, 0.5, 1],
  );
});

it('differentiates what is composed, and moments to third order', () => {
  const x = float64([0.3, 0.6, 0.8]);
  for (const f of [special.entr, special.logit, special.expit, special.ndtr, (y: Tensor) => special.polygamma(2, y)]) {
    expect(checkGradients(f, [x])).toBeNull();
  }
  const slope = (y: Tensor): Tensor => grad((a: Tensor) => special.gammaInc(a, 1.5).sum())(y);
  expect(checkGradients(slope, [x])).toBeNull();
  const mixed = (y: Tensor): Tensor => grad((a: Tensor) => special.betaInc(a, 1.5, 0.4).sum())(y);
  expect(checkGradients(mixed, [x])).toBeNull();
  expect(checkGradients(special.sinc, [float64([0, 1e-3, 0.5])])).toBeNull();
});

it('maps over examples, and computes narrow floats in their own dtype', () => {
  const x = tensor([[0.5], [1.5]]);
  expect(numbersOf(vmap((y: Tensor) => special.gammaInc(y, 2))(x))).toEqual(numbersOf(special.gammaInc(x, 2)));
  expect(shown(special.gamma(tensor([5, 0.5], { dtype: 'float16' })))).toEqual(['float16 [2] 24 1.7724609375']);
});

it('refuses other dtypes and orders by the name of what was called', () => {
  const ints = tensor([1, 2], { dtype: 'int32' });
  const floats = tensor([1, 2]);
  const text = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      return error instanceof TesseraError ? `${error.name}: ${error.message}` : String(error);
    }
    return 'nothing thrown';
  };
  const actions = [
    () => special.gamma(ints),
    () => special.zeta(ints),
    () => special.betaInc(floats, floats, float64([1, 2])),
    () => special.gammaInc(floats, float64([1])),
    () => special.beta(floats, tensor([1, 2, 3])),
    () => special.besselJ0(ints),
    () => special.polygamma(0.5, floats),
    () => special.polygamma(-1, floats),
    () => special.entr(ints),
    () => special.ndtr(ints),
  ];
  expect(actions.map(text).join('\n')).toMatchInlineSnapshot(`
    "DTypeError: gamma: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: zeta: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: betaInc: dtypes differ: float32 [2] and float32 [2] and float64 [2]; convert one with .cast('float32')
    DTypeError: gammaInc: dtypes differ: float32 [2] and float64 [1]; convert one with .cast('float32')
    ShapeError: beta: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    DTypeError: besselJ0: int32 [2] is not accepted; it takes floats: use .cast(…)
    ArgumentError: polygamma: order 0.5 is not accepted; use a whole number from 0 to 170
    ArgumentError: polygamma: order -1 is not accepted; use a whole number from 0 to 170
    DTypeError: entr: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: ndtr: int32 [2] is not accepted; it takes floats: use .cast(…)"
  `);
});

// SciPy 1.17.1, scipy.special.jv and yv.
it.each([
  [8, 60, -0.1033034269389579, -0.0058225493814843005],
  [13, 120, 0.03742487935322185, -0.06273675686252819],
  [30, 90, -0.08660910617532872, -0.0011228230708043927],
])('takes Bessel functions of order %i at %f from lower orders', (n, x, j, y) => {
  expect(Math.abs(besselJ(n, x) / j - 1)).toBeLessThan(1e-12);
  expect(Math.abs(besselY(n, x) / y - 1)).toBeLessThan(1e-11);
});
