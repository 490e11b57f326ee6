import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { full, grad, nn, ones, random, stack, tensor, vmap, zeros, type Tensor } from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

const dot = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum();

it('maps over the first axis by default', () => {
  const result = vmap(dot)(float64([1, 2, 3, 4], [2, 2]), float64([1, 1, 10, 10], [2, 2]));
  expect(shown(result)).toEqual(['float64 [2] 3 70']);
});

it('takes other axes, counted from the end too, and shares arguments whose axis is null', () => {
  const columns = float64([1, 2, 3, 4], [2, 2]);
  const v = float64([1, 10]);
  expect(numbersOf(vmap(dot, { inAxes: [1, null] })(columns, v))).toEqual([31, 42]);
  expect(numbersOf(vmap(dot, { inAxes: [-1, null] })(columns, v))).toEqual([31, 42]);
  expect(numbersOf(vmap(dot, { inAxes: [null, 0] })(v, columns))).toEqual([21, 43]);
  expect(numbersOf(vmap((a: Tensor) => a.sum(), { inAxes: 1 })(columns))).toEqual([4, 6]);
});

it('puts the batch axis where outAxes says, counted from the end too', () => {
  const x = pattern([4, 2, 3], 1);
  expect(vmap((a: Tensor) => a.neg(), { outAxes: 0 })(x).shape).toEqual([4, 2, 3]);
  const middle = vmap((a: Tensor) => a.neg(), { outAxes: 1 })(x);
  expect(middle.shape).toEqual([2, 4, 3]);
  expect(numbersOf(middle)).toEqual(numbersOf(x.neg().transpose([1, 0, 2])));
  const last = vmap((a: Tensor) => a.neg(), { outAxes: -1 })(x);
  expect(last.shape).toEqual([2, 3, 4]);
  expect(numbersOf(last)).toEqual(numbersOf(x.neg().transpose([1, 2, 0])));
});

it('follows trees in arguments and results, and repeats results that do not depend on them', () => {
  const f = ({ a, b }: { a: Tensor; b: readonly Tensor[] }): unknown => ({
    sum: a.add(b[0]!),
    same: a,
    constant: full([2], 7),
    outside: scale,
    label: 'x',
  });
  const scale = float64([5], []);
  const result = vmap(f)({ a: float64([1, 2]), b: [float64([10, 20])] }) as Record<string, Tensor>;
  expect(shown([result['sum'], result['same'], result['constant'], result['outside']])).toEqual([
    'float64 [2] 11 22',
    'float64 [2] 1 2',
    'float32 [2,2] 7 7 7 7',
    'float64 [2] 5 5',
  ]);
  expect(result['label']).toBe('x');
});

it('nests', () => {
  const [a, b] = [pattern([3, 2], 1), pattern([4, 2], 2)];
  const outer = vmap((row: Tensor) => vmap((other: Tensor) => dot(row, other))(b))(a);
  expect(relativeDifference(outer, a.matmul(b.transpose()))).toBeLessThan(1e-15);
  const swapped = vmap(vmap(dot, { inAxes: [null, 0] }), { inAxes: [0, null] })(a, b);
  expect(relativeDifference(swapped, a.matmul(b.transpose()))).toBeLessThan(1e-15);
});

it('batches operands of different ranks as if each example were alone', () => {
  const rows = pattern([3, 4], 1);
  const scalars = pattern([3], 2);
  const added = vmap((row: Tensor, s: Tensor) => row.add(s))(rows, scalars);
  expect(numbersOf(added)).toEqual(numbersOf(rows.add(scalars.expandDims(1))));
  const table = pattern([5, 4], 3);
  const bigger = vmap((s: Tensor) => table.mul(s))(scalars);
  expect(bigger.shape).toEqual([3, 5, 4]);
  expect(numbersOf(bigger)).toEqual(numbersOf(stack(numbersOf(scalars).map((s) => table.mul(s)))));
});

it('gives the gradient of each example', () => {
  const weights = pattern([3, 2], 1);
  const [inputs, targets] = [pattern([5, 3], 2), pattern([5, 2], 3)];
  const loss = (w: Tensor, x: Tensor, y: Tensor): Tensor => x.expandDims(0).matmul(w).sub(y).square().sum();
  const perExample = vmap(grad(loss), { inAxes: [null, 0, 0] })(weights, inputs, targets);
  const one = [...inputs].map((x, i) => grad(loss)(weights, x, [...targets][i]!));
  expect(perExample.shape).toEqual([5, 3, 2]);
  expect(relativeDifference(perExample, stack(one))).toBeLessThan(1e-14);
});

it('has gradients: grad of vmap is grad of the loop', () => {
  const [a, b] = [pattern([4, 3], 1), pattern([3], 2)];
  const mapped = (p: Tensor, q: Tensor): Tensor => vmap((r: Tensor) => dot(r, q).tanh())(p).sum();
  const looped = (p: Tensor, q: Tensor): Tensor => stack([...p].map((r) => dot(r, q).tanh())).sum();
  const [byA, byB] = grad(mapped, { argnums: [0, 1] })(a, b);
  const [loopA, loopB] = grad(looped, { argnums: [0, 1] })(a, b);
  expect(relativeDifference(byA!, loopA!)).toBeLessThan(1e-14);
  expect(relativeDifference(byB!, loopB!)).toBeLessThan(1e-14);
});

it('gives convolutions over batched images and kernels', () => {
  const [images, kernels] = [pattern([3, 2, 5, 4, 2], 1), pattern([3, 3, 2, 2, 4], 2)];
  const both = vmap((x: Tensor, k: Tensor) => nn.conv(x, k, { padding: 'same' }))(images, kernels);
  const one = [...images].map((x, i) => nn.conv(x, [...kernels][i]!, { padding: 'same' }));
  expect(relativeDifference(both, stack(one))).toBeLessThan(1e-14);
});

it('draws independent numbers for batched keys and the same ones for a shared key', () => {
  const keys = random.split(random.key(3), 4);
  const separate = vmap((key: Tensor) => random.uniform(key, [2]))(keys);
  expect(numbersOf(separate)).toEqual([...keys].flatMap((key) => numbersOf(random.uniform(key, [2]))));
  const shared = vmap((x: Tensor) => x.add(random.uniform(random.key(3), [2])), { inAxes: 0 })(zeros([3, 1]));
  expect(new Set(numbersOf(shared)).size).toBe(2);
});

it('maps over nothing', () => {
  const result = vmap((x: Tensor) => x.sum().add(1))(ones([0, 3]));
  expect([result.shape, numbersOf(result)]).toEqual([[0], []]);
});

it('keeps integers and bools', () => {
  const result = vmap((x: Tensor) => [x.argmax(0), x.greater(2)])(
    tensor(
      [
        [1, 3],
        [4, 2],
      ],
      { dtype: 'int32' },
    ),
  );
  expect(shown(result)).toEqual(['int32 [2] 1 0', 'bool [2,2] 0 1 1 0']);
});

it('takes axes for the parts of trees, and gives results axes of their own', () => {
  const model = { w: pattern([3, 4], 1), layers: [pattern([2, 4], 2), pattern([4, 2], 3)] as const, name: 'x' };
  const f = (m: typeof model, s: Tensor): unknown => ({
    sum: m.layers[0].add(m.layers[1]).mul(s),
    shared: m.w.sum(0),
    list: [m.layers[0], m.w],
  });
  const axes = { inAxes: [{ w: null, layers: [1, -2], name: null }, null] as const };
  const outAxes = { sum: -1, shared: null, list: [0, null] };
  const result = vmap(f, { ...axes, outAxes })(model, float64([2], [])) as {
    sum: Tensor;
    shared: Tensor;
    list: Tensor[];
  };
  expect([result.sum, result.shared, ...result.list].map(({ shape }) => shape)).toEqual([[2, 4], [4], [4, 2], [3, 4]]);
  const expected = model.layers[0].add(model.layers[1].transpose()).mul(2);
  expect(relativeDifference(result.sum, expected)).toBe(0);
  expect(relativeDifference(result.shared, model.w.sum(0))).toBe(0);
  expect(result.list[1]).toBe(model.w);
});

it('says where axes do not follow the trees', () => {
  const tree = { a: zeros([2]), b: [zeros([2]), zeros([2])] };
  const f = (t: typeof tree): typeof tree => t;
  const map = (inAxes: unknown, outAxes?: unknown) => () =>
    vmap(f, { inAxes, ...(outAxes === undefined ? {} : { outAxes }) } as never)(tree);
  expect(
    errorTexts(
      map([{ a: 0 }]),
      map([{ a: 0, b: [0] }]),
      map([{ a: 0, b: { x: 0 } }]),
      map([{ a: [0], b: 0 }]),
      map([[0]]),
      map(0, { a: null, b: 0 }),
      () => vmap((x: Tensor) => x, { outAxes: null })(zeros([2])),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: vmap: inAxes at 0.b.0 is missing, which does not fit the tree there; give an axis, null, or a tree of them like the value
    ArgumentError: vmap: inAxes at 0.b is [0], which does not fit the tree there; give an axis, null, or a tree of them like the value
    ArgumentError: vmap: inAxes at 0.b is {"x":0}, which does not fit the tree there; give an axis, null, or a tree of them like the value
    ArgumentError: vmap: inAxes at 0.a is [0], which does not fit the tree there; give an axis, null, or a tree of them like the value
    ArgumentError: vmap: inAxes at 0 is [0], which does not fit the tree there; give an axis, null, or a tree of them like the value
    ArgumentError: vmap: outAxes is null for the result a [], which differs between examples; give it an axis, or reduce over the examples outside
    ArgumentError: vmap: outAxes is null for the result of the function [], which differs between examples; give it an axis, or reduce over the examples outside"
  `);
});

it('nests with different axes', () => {
  const [a, b] = [pattern([2, 3, 5], 1), pattern([5, 4], 2)];
  // Inner: over the columns of b; outer: over the middle axis of a.
  const inner = vmap(dot, { inAxes: [null, 1], outAxes: 0 });
  const outer = vmap((m: Tensor) => vmap((row: Tensor) => inner(row, b), { outAxes: 1 })(m), {
    inAxes: 1,
    outAxes: -1,
  });
  const result = outer(a);
  expect(result.shape).toEqual([4, 2, 3]);
  expect(relativeDifference(result, a.matmul(b).transpose([2, 0, 1]))).toBeLessThan(1e-15);
});
