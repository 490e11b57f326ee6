import { expect, expectTypeOf, it } from 'vitest';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../../values.fixture.js';
import {
  checkGradients,
  compile,
  customJvp,
  customVjp,
  grad,
  hessian,
  jvp,
  stopGradient,
  tensor,
  vmap,
  zeros,
  type Tensor,
} from '../../index.js';

const x = float64([0.5, -1.5, 2]);

const clipped = customVjp((v: Tensor) => v, {
  forward: (v) => [v, null],
  backward: (_, cotangent) => [cotangent.clip(-1, 1)],
});

it('customVjp: uses the gradient that it is given', () => {
  const f = (v: Tensor): Tensor =>
    clipped(v)
      .mul(float64([0.5, -7, 3]))
      .sum();
  expect(numbersOf(clipped(x))).toEqual(numbersOf(x));
  expect(numbersOf(grad(f)(x))).toEqual([0.5, -1, 1]);
  expect(numbersOf(compile((v: Tensor) => grad(f)(v))(x))).toEqual([0.5, -1, 1]);
  expect(numbersOf(vmap(grad(f))(pattern([4, 3], 1)))).toEqual([0.5, -1, 1, 0.5, -1, 1, 0.5, -1, 1, 0.5, -1, 1]);
});

it('customVjp: follows trees, hands residuals over and can be differentiated again', () => {
  // x² · scale, with a gradient made of residuals.
  const scaled = customVjp(
    (p: { v: Tensor; scale: Tensor; count: Tensor }, power: number) => ({ y: p.v.pow(power).mul(p.scale), n: p.count }),
    {
      forward: (p, power) => [
        { y: p.v.pow(power).mul(p.scale), n: p.count },
        { p, power },
      ],
      backward({ p, power }, cotangent) {
        expectTypeOf(cotangent.y).toEqualTypeOf<Tensor>();
        const dv = cotangent.y
          .mul(p.scale)
          .mul(p.v.pow(power - 1))
          .mul(power);
        return [{ v: dv, scale: cotangent.y.mul(p.v.pow(power)).sum(), count: null }, null];
      },
    },
  );
  const p = { v: x, scale: float64([3], []), count: tensor([1], { dtype: 'int32' }) };
  const loss = (q: typeof p): Tensor => scaled(q, 2).y.sum();
  const gradients = grad(loss)(p);
  expect(shown(gradients)).toEqual(['float64 [] 6.5', 'float64 [3] 3 -9 12']);
  expect(gradients.count).toBeNull();
  const second = grad((q: typeof p) => grad(loss)(q).v.sum())(p);
  expect(numbersOf(second.v)).toEqual([6, 6, 6]);
});

it('customVjp: adds up what examples give to a shared argument', () => {
  const product = customVjp((w: Tensor, v: Tensor) => w.mul(v), {
    forward: (w, v) => [w.mul(v), [w, v] as const],
    backward: ([w, v], cotangent) => [cotangent.mul(v), cotangent.mul(w)],
  });
  const batch = pattern([5, 3], 2);
  const loss = (w: Tensor): Tensor => vmap((v: Tensor) => product(w, v))(batch).sum();
  expect(relativeDifference(grad(loss)(x), batch.sum(0))).toBeLessThan(1e-14);
});

it('customVjp: says what does not fit', () => {
  expect(() => jvp(clipped, [x], [x])).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: jvp: a function made by customVjp has no derivative in forward mode; define it with customJvp, which serves both modes]`,
  );
  const short = customVjp((v: Tensor) => v, {
    forward: (v) => [v, null],
    backward: () => [zeros([2], { dtype: 'float64' })],
  });
  expect(() => grad((v: Tensor) => short(v).sum())(x)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: customVjp: a cotangent at 0 is [2], its value [3]; both have the same shape]`,
  );
  const other = customVjp((v: Tensor): unknown => v, { forward: (v) => [[v], null], backward: () => [null] });
  expect(() => grad((v: Tensor) => (other(v) as Tensor).sum())(x)).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: customVjp: forward gives a result of another structure than the function; both must return the same]`,
  );
});

it('refuses what is differentiated but no argument, unless it is a constant of the derivative', () => {
  const scale = (w: Tensor): ((v: Tensor) => Tensor) =>
    customVjp((v: Tensor) => v.mul(w), { forward: (v) => [v.mul(w), null], backward: (_, c) => [c.mul(w)] });
  const f = (w: Tensor): Tensor => scale(w)(x).sum();
  expect(() => grad(f)(x)).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: customVjp: the function uses float64 [3] from outside, which grad differentiates and which would get no gradient; pass it as an argument, or use stopGradient of it]`,
  );
  expect(() => hessian(f)(x)).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: customVjp: the function uses float64 [3] from outside, which grad differentiates and which would get no gradient; pass it as an argument, or use stopGradient of it]`,
  );
  const twice = (w: Tensor): Tensor =>
    customJvp(
      (v: Tensor) => v.mul(w),
      ([v], [t]) => [v.mul(w), t.mul(w)],
    )(x).sum();
  expect(() => jvp(twice, [x], [x])).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: customJvp: the function uses float64 [3] from outside, which jvp differentiates and which would get no gradient; pass it as an argument, or use stopGradient of it]`,
  );
  expect(numbersOf(grad((w: Tensor) => scale(stopGradient(w))(w).sum())(x))).toEqual(numbersOf(x));
  expect(numbersOf(compile((w: Tensor) => f(w))(x))).toEqual([6.5]);
});

const softplus = customJvp(
  (v: Tensor) => v.exp().add(1).log(),
  ([v], [t]) => [v.exp().add(1).log(), v.sigmoid().mul(t)],
);

it('customJvp: serves forward and reverse mode, to any order, batched and compiled', async () => {
  const plain = (v: Tensor): Tensor => v.exp().add(1).log();
  const f = (v: Tensor): Tensor => softplus(v).mul(v).sum();
  const g = (v: Tensor): Tensor => plain(v).mul(v).sum();
  const t = float64([1, -2, 0.5]);
  expect(relativeDifference(jvp(softplus, [x], [t])[1], jvp(plain, [x], [t])[1])).toBeLessThan(1e-14);
  expect(relativeDifference(grad(f)(x), grad(g)(x))).toBeLessThan(1e-14);
  expect(relativeDifference(hessian(f)(x), hessian(g)(x))).toBeLessThan(1e-13);
  const batch = pattern([4, 3], 3);
  expect(relativeDifference(vmap(grad(f))(batch), vmap(grad(g))(batch))).toBeLessThan(1e-14);
  expect(relativeDifference(compile((v: Tensor) => hessian(f)(v))(x), hessian(g)(x))).toBeLessThan(1e-13);
  expect((await checkGradients(f, [x])).passed).toBe(true);
  const saturated = float64([1000]);
  expect(numbersOf(grad((v: Tensor) => softplus(v).sum())(saturated))).toEqual([1]);
});

it('customJvp: takes tangents of several arguments, also of what examples share', () => {
  const product = customJvp(
    (a: Tensor, p: { b: Tensor }) => [a.mul(p.b)] as const,
    ([a, p], [da, dp]) => [[a.mul(p.b)] as const, [da.mul(p.b).add(dp.b.mul(a))]],
  );
  const batch = pattern([5, 3], 2);
  const f = (w: Tensor): Tensor => vmap((v: Tensor) => product(w, { b: v })[0])(batch).sum();
  expect(relativeDifference(grad(f)(x), batch.sum(0))).toBeLessThan(1e-14);
  const [, change] = jvp(f, [x], [float64([1, 0, 0])]);
  expect(Math.abs(numbersOf(change)[0]! - numbersOf(batch.sum(0))[0]!)).toBeLessThan(1e-12);
});
