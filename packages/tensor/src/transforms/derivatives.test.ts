import { expect, expectTypeOf, it } from 'vitest';
import {
  compile,
  evaluate,
  floor,
  grad,
  hessian,
  jacobian,
  jvp,
  linearize,
  moduleBrand,
  tensor,
  tree,
  vjp,
  vmap,
  where,
  zeros,
  type Tensor,
} from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

const x = float64([0.5, -1.25, 2]);
const cube = (v: Tensor): Tensor => v.pow(3);

it('jvp gives the value and the directional derivative', () => {
  const [value, change] = jvp(cube, [x], [float64([1, 0, -2])]);
  expect(numbersOf(value)).toEqual([0.125, -1.953125, 8]);
  expect(numbersOf(change)).toEqual([0.75, 0, -24]);
});

it('jvp, linearize and vjp follow trees; null stands for zero and for what is no float', () => {
  const p = { w: float64([1, 2]), n: tensor([3, 4], { dtype: 'int32' }), name: 'p' };
  const f = (q: typeof p, v: Tensor): { y: Tensor; count: Tensor } => ({
    y: q.w.mul(v).mul(q.n.cast('float64')),
    count: q.n.add(1),
  });
  const v = float64([5, 6]);
  const [value, change] = jvp(f, [p, v], [{ w: float64([1, 1]), n: null, name: null }, null]);
  expect(shown(value)).toEqual(['int32 [2] 4 5', 'float64 [2] 15 48']);
  expect(shown(change)).toEqual(['float64 [2] 15 24']);
  expect(change.count).toBeNull();
  const [, derivative] = linearize(f, p, v);
  expect(shown(derivative(null, float64([1, 1])))).toEqual(['float64 [2] 3 8']);
  expect(shown(derivative(null, null))).toEqual(['float64 [2] 0 0']);
  const [, pullback] = vjp(f, p, v);
  const [dp, dv] = pullback({ y: float64([1, 10]), count: null });
  expect(shown([dp.w, dv])).toEqual(['float64 [2] 15 240', 'float64 [2] 3 80']);
  expect([dp.n, dp.name]).toEqual([null, null]);
  expect(shown(pullback(null))).toEqual(['float64 [2] 0 0', 'float64 [2] 0 0']);
});

it('keeps levels of forward and reverse mode apart', () => {
  // d/dx (x · d/dy (x + y)) = 1 in every combination of modes.
  const forward = (f: (v: Tensor) => Tensor) => (v: Tensor) => jvp(f, [v], [float64([1], [])])[1];
  const reverse = (f: (v: Tensor) => Tensor) => (v: Tensor) => vjp(f, v)[1](float64([1], []))[0];
  for (const outer of [forward, reverse, grad]) {
    for (const inner of [forward, reverse, grad]) {
      const f = (a: Tensor): Tensor => a.mul(inner((b: Tensor) => a.add(b))(float64([1], [])));
      expect(numbersOf(outer(f)(float64([3], [])))).toEqual([1]);
      const mixed = (a: Tensor): Tensor => inner((b: Tensor) => a.square().mul(b.pow(3)))(a); // 3a⁴
      expect(numbersOf(outer(mixed)(float64([2], [])))).toEqual([96]);
    }
  }
});

it('takes forward mode to any order', () => {
  const derivative = (f: (v: Tensor) => Tensor) => (v: Tensor) => jvp(f, [v], [float64([1], [])])[1];
  const quintic = (v: Tensor): Tensor => v.pow(5);
  expect(numbersOf(derivative(derivative(derivative(quintic)))(float64([2], [])))).toEqual([60 * 4]);
});

it('gives jacobians in both modes', () => {
  const m = pattern([2, 3], 1);
  const f = (v: Tensor): Tensor => m.matmul(v.square());
  const expected = jacobianOf(m, x);
  for (const mode of ['forward', 'reverse'] as const) {
    const matrix = jacobian(f, { mode })(x);
    expect(matrix.shape).toEqual([2, 3]);
    expect(numbersOf(matrix)).toEqual(expected);
    expect(numbersOf(compile((v: Tensor) => jacobian(f, { mode })(v))(x))).toEqual(expected);
  }
});

function jacobianOf(m: Tensor, v: Tensor): number[] {
  const [rows, values] = [numbersOf(m), numbersOf(v)];
  return rows.map((entry, i) => 2 * entry * values[i % 3]!);
}

it('nests trees in jacobians: the result outside, the argument inside', () => {
  const p = { a: float64([1, 2]), b: float64([3], []), n: 4 };
  const f = (q: typeof p): readonly [Tensor, { z: Tensor; flag: Tensor }] => [
    q.a.mul(q.b),
    { z: q.b.square(), flag: q.b.greater(0) },
  ];
  for (const mode of ['forward', 'reverse'] as const) {
    const [first, second] = jacobian(f, { mode })(p);
    expect(shown(first)).toEqual(['float64 [2,2] 3 0 0 3', 'float64 [2] 1 2']);
    expect(shown(second!)).toEqual(['float64 [2] 0 0', 'float64 [] 6']);
  }
});

it('gives symmetric hessians', () => {
  const m = pattern([3, 3], 2);
  const f = (v: Tensor): Tensor => v.matmul(m).mul(v.exp()).sum();
  const matrix = hessian(f)(x);
  expect(matrix.shape).toEqual([3, 3]);
  expect(relativeDifference(matrix, matrix.transpose())).toBeLessThan(1e-14);
  for (const other of [
    jacobian(jacobian(f)),
    jacobian(jacobian(f, { mode: 'forward' }), { mode: 'forward' }),
    jacobian(grad(f), { mode: 'reverse' }),
  ]) {
    expect(relativeDifference(other(x), matrix)).toBeLessThan(1e-13);
  }
});

it('composes with vmap and compile at any depth', () => {
  const batch = pattern([4, 3], 3);
  const f = (v: Tensor): Tensor => v.tanh().mul(v).sum();
  const perExample = vmap(hessian(f))(batch);
  expect(perExample.shape).toEqual([4, 3, 3]);
  for (let i = 0; i < 4; i++) {
    const one = batch.slice([i, i + 1]).reshape([3]);
    expect(relativeDifference(perExample.slice([i, i + 1]).reshape([3, 3]), hessian(f)(one))).toBeLessThan(1e-14);
  }
  // The gradient of a sum of directional derivatives of each example is its hessian times the direction.
  const direction = pattern([3], 5);
  const total = (b: Tensor): Tensor => vmap((v: Tensor) => jvp(f, [v], [direction])[1])(b).sum();
  const products = compile((b: Tensor) => grad(total)(b))(batch);
  const expected = vmap((v: Tensor) =>
    hessian(f)(v)
      .matmul(direction.reshape([3, 1]))
      .reshape([3]),
  )(batch);
  expect(relativeDifference(products, expected)).toBeLessThan(1e-13);
});

it('passes over integers, whose tangents and cotangents are null', () => {
  const f = (v: Tensor, n: Tensor): [Tensor, Tensor] => [v.mul(n.cast('float32')), n.add(1)];
  const [v, n] = [tensor([1, 2]), tensor([3, 4], { dtype: 'int32' })];
  const [value, change] = jvp(f, [v, n], [tensor([1, 0]), null]);
  expect(shown([value, change[0]])).toEqual(['float32 [2] 3 8', 'int32 [2] 4 5', 'float32 [2] 3 0']);
  expect(change[1]).toBeNull();
  const [dv, dn] = vjp(f, v, n)[1]([tensor([1, 1]), null]);
  expect(shown(dv)).toEqual(['float32 [2] 3 4']);
  expect(dn).toBeNull();
  const [, derivative] = linearize(f, v, n);
  expect(shown(derivative(tensor([0, 1]), null)[0])).toEqual(['float32 [2] 0 4']);
  const [first, second, aux] = jvp((x: Tensor) => [x.square(), { x, twice: x.mul(2) }] as const, [v], [v], {
    hasAux: true,
  });
  expect(shown([first, second, aux])).toEqual([
    'float32 [2] 1 4',
    'float32 [2] 2 8',
    'float32 [2] 2 4',
    'float32 [2] 1 2',
  ]);
});

it('says what does not fit', () => {
  const y = zeros([2]);
  expect(() => jvp(cube, [x], [y])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: jvp: tangent 0 is [2], its value [3]; both have the same shape]`,
  );
  expect(() => jvp(cube, [zeros([2], { dtype: 'float64' })], [y])).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: jvp: tangent 0 is float32, its value float64; convert it with .cast('float64')]`,
  );
  expect(() => jvp(cube, [x], [] as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: jvp: 0 tangents for 1 arguments; give one for each, null for zero]`,
  );
  expect(() => vjp((v: Tensor) => ({ v }), x)[1]({ v: 'x' as never })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: vjp: the cotangent at v is string; give a tensor, or null for zero]`,
  );
  const count = tensor([1], { dtype: 'int32' });
  expect(() => jvp((v: Tensor) => v, [count], [count])).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: jvp: tangent 0 belongs to int32 [1]; only floats have one: give null]`,
  );
  expect(() => vjp((v: Tensor) => v, count)[1](count)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: vjp: the cotangent belongs to int32 [1]; only floats have one: give null]`,
  );
  expect(() => jacobian(cube, { argnums: 1 })(x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: jacobian: argnums 1 is out of range for 1 arguments]`,
  );
  expect(() =>
    jacobian((v: { n: Tensor }) => v.n)({ n: tensor([1], { dtype: 'int32' }) }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: jacobian: argument 0 holds no float tensor; choose another with argnums]`,
  );
  expect(() =>
    jvp(
      async (v: Tensor) => {
        await evaluate(v);
        return v;
      },
      [x],
      [x],
    ),
  ).toThrow(/returned a Promise/);
});

it('gives no derivative where a comparison decides', () => {
  const f = (v: Tensor): Tensor => where(v.greater(0), v.square(), v.mul(3)).add(floor(v));
  expect(numbersOf(jvp(f, [x], [float64([1, 1, 1])])[1])).toEqual([1, 3, 4]);
});

it('carries types through', () => {
  const [value, change] = jvp((v: Tensor) => ({ a: v, n: 3 }), [x], [x]);
  expectTypeOf(value).toEqualTypeOf<{ a: Tensor; n: number }>();
  expectTypeOf(change.a).toEqualTypeOf<Tensor>();
  expectTypeOf(hessian((v: Tensor) => v.sum())(x)).toEqualTypeOf<Tensor>();
  const [, pullback] = vjp((v: Tensor, p: { w: Tensor }) => v.mul(p.w), x, { w: x });
  expectTypeOf(pullback(x)[1].w).toEqualTypeOf<Tensor>();
});

it('maps trees along axes that are given for their upper parts', () => {
  const p = { w: pattern([3, 2], 1), inner: { a: pattern([2, 3], 2), b: float64([7], []) } };
  const f = (q: typeof p, v: Tensor): { sum: Tensor; same: Tensor; pair: readonly Tensor[] } => ({
    sum: q.w.sum().add(q.inner.a.sum()).add(q.inner.b).add(v),
    same: q.inner.b.mul(2),
    pair: [q.w, v],
  });
  const inAxes = [{ w: 0, inner: { a: 1, b: null } }, null];
  const result = vmap(f, { inAxes, outAxes: { sum: 0, same: null, pair: [-1, 0] } })(p, float64([1], []));
  expect(result.sum.shape).toEqual([3]);
  expect(shown(result.same)).toEqual(['float64 [] 14']);
  expect(result.pair.map(({ shape }) => shape)).toEqual([[2, 3], [3]]);
  expect(numbersOf(result.pair[0]!)).toEqual(numbersOf(p.w.transpose()));
  expect(() => vmap(f, { inAxes: [{ w: 0, inner: [0] }, null] })(p, x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: vmap: inAxes at 0.inner is [0], which does not fit the tree there; give an axis, null, or a tree of them like the value]`,
  );
  expect(() => vmap((v: Tensor) => v, { outAxes: null })(x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: vmap: outAxes is null for the result of the function [], which differs between examples; give it an axis, or reduce over the examples outside]`,
  );
});

it('takes trees apart by path and puts them together again', () => {
  class Layer {
    readonly [moduleBrand] = true as const;
    readonly units = 2;
    constructor(
      readonly kernel: Tensor,
      readonly bias: Tensor,
    ) {}
    call(v: Tensor): Tensor {
      return v.mul(this.kernel).add(this.bias);
    }
  }
  const shared = new Layer(float64([1]), float64([2]));
  const model = { body: [shared, shared], head: new Layer(float64([3]), float64([4])), name: 'm' };
  const [head, rest] = tree.partition(model, (path) => path.startsWith('head') && path.endsWith('kernel'));
  expect(tree.paths(head)).toEqual(['head.kernel']);
  expect(tree.paths(rest)).toEqual(['body.0.kernel', 'body.0.bias', 'head.bias']);
  const whole = tree.combine(head, rest);
  expect(whole.body[1]).toBe(whole.body[0]);
  expect(whole.head).toBeInstanceOf(Layer);
  expect(shown(whole)).toEqual(shown(model));
  expect(numbersOf(whole.head.call(float64([10])))).toEqual([34]);
  const gradient = grad((h: typeof model) =>
    tree
      .combine(h, rest)
      .head.call(float64([10]))
      .sum(),
  )(head);
  expect(shown(gradient)).toEqual(['float64 [1] 10']);
});
