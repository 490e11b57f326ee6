import { expect, expectTypeOf, it, vi } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { compile, grad, hessian, jacobian, stack, tensor, vmap, zeros, type Tensor } from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

vi.setConfig({ testTimeout: 60_000 });

const modes = ['forward', 'reverse'] as const;

/** A field with a known derivative: [x y, sin-like terms are avoided; x², y³]. */
const field = (v: Tensor): Tensor => {
  const [x, y] = [...v] as [Tensor, Tensor];
  return stack([x.mul(y), x.square(), y.pow(3)]);
};

it.each(modes)('%s: is the matrix of partial derivatives', (mode) => {
  const matrix = jacobian(field, { mode })(float64([2, 3]));
  expect(shown(matrix)).toEqual(['float64 [3,2] 3 2 4 0 0 27']);
});

it.each(modes)('%s: has the shapes of result and argument, for any ranks', (mode) => {
  const [x, w] = [pattern([2, 3], 1), pattern([3, 4], 2)];
  const product = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
  const byW = jacobian(product, { mode, argnums: 1 })(x, w);
  expect(byW.shape).toEqual([2, 4, 3, 4]);
  // ∂y[i,j]/∂w[k,l] = x[i,k] δ[j,l]
  const delta = float64([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [1, 4, 1, 4]);
  expect(relativeDifference(byW, x.reshape([2, 1, 3, 1]).mul(delta))).toBe(0);
  expect(jacobian((a: Tensor) => a.sum(), { mode })(x).shape).toEqual([2, 3]);
  expect(jacobian((a: Tensor) => a.mul(x), { mode })(float64([2], [])).shape).toEqual([2, 3]);
});

it.each(modes)('%s: has the structure of the result, with that of the argument inside', (mode) => {
  const f = (p: { a: Tensor; b: Tensor[]; name: string }): { y: Tensor; n: Tensor; s: string; z: Tensor } => ({
    y: p.a.mul(p.b[0]!),
    n: p.a.greater(0),
    s: p.name,
    z: p.b[0]!.square(),
  });
  const table = jacobian(f, { mode })({ a: float64([1, 2]), b: [float64([3], [])], name: 'x' });
  expect(shown([table.y.a, table.y.b])).toEqual(['float64 [2,2] 3 0 0 3', 'float64 [2] 1 2']);
  expect(shown([table.z.a, table.z.b])).toEqual(['float64 [2] 0 0', 'float64 [] 6']);
  expect([table.n, table.s, table.y.name]).toEqual([null, null, null]);
});

it.each(modes)('%s: takes several arguments and auxiliary results', (mode) => {
  const f = (a: Tensor, b: Tensor): Tensor => a.mul(b);
  const both = jacobian(f, { mode, argnums: [1, 0] })(float64([1, 2]), float64([3, 4]));
  expect(shown(both)).toEqual(['float64 [2,2] 1 0 0 2', 'float64 [2,2] 3 0 0 4']);
  const [matrix, aux] = jacobian((a: Tensor) => [a.square(), { twice: a.mul(2) }] as const, { mode, hasAux: true })(
    float64([1, 2]),
  );
  expect(shown([matrix, aux])).toEqual(['float64 [2,2] 2 0 0 4', 'float64 [2] 2 4']);
});

const energy = (v: Tensor): Tensor =>
  v
    .pow(3)
    .sum()
    .add(
      v
        .matmul(pattern([3, 3], 4))
        .tanh()
        .square()
        .sum(),
    );

it('hessian is symmetric, and the jacobian of the gradient in both modes', () => {
  const x = float64([0.5, -0.25, 0.75]);
  const matrix = hessian(energy)(x);
  expect(relativeDifference(matrix, matrix.transpose())).toBeLessThan(1e-14);
  for (const mode of modes) expect(relativeDifference(jacobian(grad(energy), { mode })(x), matrix)).toBeLessThan(1e-14);
  const diagonal = vmap((unit: Tensor) => unit.matmul(matrix).mul(unit).sum())(
    float64([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]),
  );
  const cubic = hessian((v: Tensor) => v.pow(3).sum())(x);
  expect(shown(cubic)).toEqual(['float64 [3,3] 3 0 0 0 -1.5 0 0 0 4.5']);
  expect(diagonal.shape).toEqual([3]);
});

it('hessian has blocks for trees, lists of arguments and auxiliary results', () => {
  const f = (p: { a: Tensor; b: Tensor }): Tensor => p.a.square().mul(p.b).sum();
  const blocks = hessian(f)({ a: float64([2], []), b: float64([3], []) });
  expect(shown([blocks.a.a, blocks.a.b, blocks.b.a, blocks.b.b])).toEqual(
    [6, 4, 4, 0].map((value) => `float64 [] ${value}`),
  );
  const g = (a: Tensor, b: Tensor): Tensor => a.square().mul(b);
  const table = hessian(g, { argnums: [0, 1] })(float64([2], []), float64([3], []));
  expect(shown(table)).toEqual([6, 4, 4, 0].map((value) => `float64 [] ${value}`));
  const [matrix, aux] = hessian((v: Tensor) => [v.square().sum(), v.sum()] as const, { hasAux: true })(float64([1, 2]));
  expect(shown([matrix, aux])).toEqual(['float64 [2,2] 2 0 0 2', 'float64 [] 3']);
});

it('composes with vmap and compile', () => {
  const points = pattern([4, 3], 7);
  const each = vmap(hessian(energy))(points);
  expect(each.shape).toEqual([4, 3, 3]);
  expect(relativeDifference(each, stack([...points].map((x) => hessian(energy)(x))))).toBeLessThan(1e-13);
  expect(relativeDifference(compile(vmap(hessian(energy)))(points), each)).toBeLessThan(1e-13);
  // The third derivative: the jacobian of a hessian, symmetric in all its axes.
  const third = jacobian(hessian(energy))([...points][0]!);
  for (const axes of [
    [1, 0, 2],
    [0, 2, 1],
  ]) {
    expect(relativeDifference(third, third.transpose(axes))).toBeLessThan(1e-13);
  }
});

it('says what it cannot do', () => {
  const x = zeros([2]);
  expect(
    errorTexts(
      () => jacobian(field, { mode: 'backward' as never }),
      () => jacobian(field, { argnums: 1 })(x),
      () => jacobian((v: Tensor) => v.cast('float32'))(tensor([1, 2], { dtype: 'int32' })),
      () => jacobian(((v: Tensor) => v) as never, { hasAux: true } as never)(x as never),
      () => jacobian((async (v: Tensor) => v) as never)(x as never),
      () => hessian((v: Tensor) => v)(x),
      () => hessian((v: Tensor) => v.sum().cast('int32'))(x),
      () => hessian((v: Tensor) => v.sum())(tensor([1], { dtype: 'int32' })),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: jacobian: mode 'backward' is not accepted; use 'forward' or 'reverse'
    ArgumentError: jacobian: argnums 1 is out of range for 1 arguments
    DTypeError: jacobian: argument 0 is int32 [2]; only floats have gradients: use .cast('float32') or other argnums
    TraceError: jacobian: with hasAux the function must return [result, aux]
    TraceError: jacobian: the function returned a Promise; a traced function must be synchronous (load data before, await results after)
    ShapeError: hessian: the loss has shape [2]; reduce it to a scalar with .mean() or .sum()
    DTypeError: hessian: the loss is int32; it must be a float
    DTypeError: hessian: argument 0 is int32 [1]; only floats have gradients: use .cast('float32') or other argnums"
  `);
});

it('carries types', () => {
  const model = { w: zeros([2]), n: 3, f: (x: Tensor) => x };
  const table = jacobian((m: typeof model) => ({ y: m.w, list: [m.w], label: 'a' }))(model);
  expectTypeOf(table.y).toEqualTypeOf<{ w: Tensor; n: Tensor; f: null }>();
  expectTypeOf(table.list).toEqualTypeOf<{ w: Tensor; n: Tensor; f: null }[]>();
  expectTypeOf(table.label).toEqualTypeOf<null>();
  expectTypeOf(hessian((x: Tensor) => x.sum())).toEqualTypeOf<(x: Tensor) => Tensor>();
  expect(numbersOf(table.y.w)).toEqual([1, 0, 0, 1]);
});
