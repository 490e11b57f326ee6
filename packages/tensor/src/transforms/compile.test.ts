import { afterEach, expect, it, vi } from 'vitest';
import {
  compile,
  DonatedError,
  executablesCreated,
  full,
  grad,
  moduleBrand,
  random,
  referenceBackend,
  setBackend,
  tensor,
  vmap,
  where,
  withBackend,
  zeros,
  type Tensor,
} from '../index.js';
import { fakeBackend } from '../execution/fake-backend.fixture.js';
import { float64, numbersOf, pattern, shown } from '../values.fixture.js';

afterEach(() => {
  setBackend(referenceBackend);
  vi.restoreAllMocks();
});

it('traces once per structure, shape and dtype, not per value', () => {
  const f = compile((x: Tensor, scale: number) => x.mul(scale));
  expect(numbersOf(f(tensor([1, 2]), 3))).toEqual([3, 6]);
  expect(numbersOf(f(tensor([5, 7]), 0.5))).toEqual([2.5, 3.5]);
  expect(f.traces).toBe(1);
  f(tensor([1, 2, 3]), 3);
  expect(f.traces).toBe(2);
  f(tensor([1, 2], { dtype: 'float64' }), 3);
  expect(f.traces).toBe(3);
  f(tensor([4, 5, 6]), 3);
  expect(f.traces).toBe(3);
});

it('makes booleans, strings, functions, null and what is not finite part of the code', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // more than eight variants
  const calls: unknown[] = [];
  const f = compile((x: Tensor, option: unknown) => {
    calls.push(option);
    return x.add(1);
  });
  const activation = (): void => undefined;
  const options = [true, false, 'a', 'b', null, undefined, activation, NaN, Infinity, 5n, new Date(0)];
  for (const option of options) f(tensor([1]), option);
  expect(calls).toEqual(options);
  for (const option of options) f(tensor([1]), option);
  expect(f.traces).toBe(options.length);
});

it('follows trees and tells their structures apart', () => {
  const f = compile((p: { w: Tensor; rest?: readonly (Tensor | number)[] }) => ({
    w: p.w.mul(2),
    rest: p.rest ?? null,
  }));
  expect(shown(f({ w: tensor([1]) }))).toEqual(['float32 [1] 2']);
  expect(shown(f({ w: tensor([1]), rest: [tensor([2])] }))).toEqual(['float32 [1] 2', 'float32 [1] 2']); // sorted: rest, w
  expect(shown(f({ w: tensor([3]), rest: [tensor([4])] }))).toEqual(['float32 [1] 4', 'float32 [1] 6']);
  expect(f.traces).toBe(2);
});

class Layer {
  units = 3;
  constructor(public kernel: Tensor) {}
  get [moduleBrand](): true {
    return true;
  }
}

it('returns modules of the same class, and compiles anew when a static field differs', () => {
  const f = compile((layer: Layer) => {
    const next = new Layer(layer.kernel.add(layer.units));
    next.units = layer.units;
    return next;
  });
  const result = f(new Layer(tensor([1])));
  expect(result).toBeInstanceOf(Layer);
  expect([result.units, numbersOf(result.kernel)]).toEqual([3, [4]]);
  f(result);
  expect(f.traces).toBe(1);
  const wider = new Layer(tensor([1]));
  wider.units = 4;
  expect(numbersOf(f(wider).kernel)).toEqual([5]);
  expect(f.traces).toBe(2);
});

it('uses numbers at full precision with float64 and rounds them once for other floats', () => {
  const f = compile((x: Tensor, rate: number) => x.mul(rate));
  expect(numbersOf(f(float64([1]), 0.1))).toEqual([0.1]);
  expect(numbersOf(f(tensor([1]), 0.1))).toEqual([Math.fround(0.1)]);
  expect(numbersOf(f(tensor([1], { dtype: 'float16' }), 0.1))).toEqual([0.0999755859375]);
  expect(numbersOf(f(tensor([1], { dtype: 'bfloat16' }), 0.1))).toEqual([0.10009765625]);
});

it('gives numbers, and what is computed from them, the dtype of the tensor that they meet', () => {
  const numbers = (rate: number, decay: number): Tensor =>
    where(tensor([true, false]), (rate as never as Tensor).mul(2).add(1), 0).div(decay);
  for (const dtype of ['float32', 'float64', 'float16'] as const) {
    const f = compile((x: Tensor, rate: number, decay: number) => x.mul(numbers(rate, decay)));
    const result = f(tensor([1, 1], { dtype }), 0.5, 4);
    expect(shown(result)).toEqual([`${dtype} [2] 0.5 0`]);
  }
  // One number may serve several dtypes.
  const both = compile((x: Tensor, y: Tensor, rate: number) => [x.mul(rate), y.mul(rate)]);
  expect(shown(both(tensor([1]), float64([1]), 0.1))).toEqual([`float32 [1] ${Math.fround(0.1)}`, 'float64 [1] 0.1']);
});

it('returns numbers that were computed as float32, and flags as bool', () => {
  const f = compile((rate: number) => {
    const r = rate as never as Tensor;
    return [r.mul(2), r.greater(0), r.cast('int32'), r.cast('float64')];
  });
  expect(shown(f(1.5))).toEqual(['float32 [] 3', 'bool [] 1', 'int32 [] 1', 'float64 [] 1.5']);
});

it('saturates numbers that are cast to integers, as a cast of a tensor does', () => {
  const f = compile((n: number) => [(n as never as Tensor).cast('int32')]);
  expect(shown(f(3e9))).toEqual(['int32 [] 2147483647']);
  const g = compile((n: number) => [(n as never as Tensor).cast('bool'), (n as never as Tensor).cast('int64')]);
  expect(shown(g(0.5))).toEqual(['bool [] 1', 'int64 [] 0']);
});

it('differentiates numbers inside compiled functions as outside', () => {
  const slope = (rate: number | Tensor, x: Tensor): Tensor =>
    grad((r: Tensor) => x.mul(r).square().sum())(rate as Tensor);
  const x = tensor([1, 2]);
  expect(shown(compile(slope)(3, x))).toEqual(shown(slope(3, x)));
});

it('treats numbers in trees inside compiled functions as outside: no gradient, no batch axis', () => {
  const parameters = { w: tensor([1, 2]), rate: 0.5 };
  type Parameters = typeof parameters;
  const slope = (p: Parameters): unknown => grad((q: Parameters) => q.w.mul(q.rate).sum())(p);
  expect(shown(compile(slope)(parameters))).toEqual(shown(slope(parameters)));
  const mapped = (p: Parameters): Tensor => vmap((q: Parameters) => q.w.mul(q.rate))(p);
  expect(shown(compile(mapped)(parameters))).toEqual(['float32 [2] 0.5 1']);
});

it('bakes the numbers of staticArgnums in, also inside trees', () => {
  const f = compile((x: Tensor, rows: number) => x.reshape([rows, -1]), { staticArgnums: [1] });
  expect(f(zeros([6]), 2).shape).toEqual([2, 3]);
  expect(f(zeros([6]), 3).shape).toEqual([3, 2]);
  expect(f(zeros([6]), 2).shape).toEqual([2, 3]);
  expect(f.traces).toBe(2);
  const g = compile((x: Tensor, { rows, bias }: { rows: number; bias: Tensor }) => x.reshape([rows, -1]).add(bias), {
    staticArgnums: [1],
  });
  expect(g(zeros([6]), { rows: 2, bias: zeros([1]) }).shape).toEqual([2, 3]);
  expect(g(zeros([6]), { rows: 3, bias: zeros([1]) }).shape).toEqual([3, 2]);
  // Tensors there are inputs all the same.
  expect(numbersOf(g(zeros([6]), { rows: 3, bias: full([1], 5) }))).toEqual([5, 5, 5, 5, 5, 5]);
  expect(g.traces).toBe(2);
});

it('binds tensors from outside when it traces', () => {
  let outside = float64([10]);
  const f = compile((x: Tensor) => x.add(outside));
  expect(numbersOf(f(float64([1])))).toEqual([11]);
  outside = float64([20]);
  expect(numbersOf(f(float64([2])))).toEqual([12]);
  expect(numbersOf(f(float64([1, 2])))).toEqual([21, 22]);
});

it('evaluates what it captures once', async () => {
  const backend = fakeBackend();
  const table = float64([1, 2]).exp();
  const f = compile((x: Tensor) => x.add(table));
  withBackend(backend, () => f(float64([1])));
  withBackend(backend, () => f(float64([2])));
  expect(backend.log.graphs).toEqual([['exp'], ['add']]);
});

it('takes constants into the graph instead of feeding them', () => {
  const backend = fakeBackend();
  const ones = full([2], 1);
  const f = compile((x: Tensor) => x.add(ones.mul(3)).mul(zeros([2]).add(2)));
  expect(numbersOf(withBackend(backend, () => f(tensor([1, 2]))))).toEqual([8, 10]);
  expect(backend.log.graphs).toEqual([['full', 'add', 'full', 'mul']]);
});

it('hands through arguments, outer tensors and constants as they are', () => {
  const outside = float64([1]);
  const f = compile((x: Tensor, y: Tensor) => [x, outside, full([1], 4), y.add(1), x]);
  const [a, b] = [float64([2]), float64([3])];
  const result = f(a, b);
  expect(result[0]).toBe(a);
  expect(result[1]).toBe(outside);
  expect(result[4]).toBe(a);
  expect(shown(result)).toEqual(['float64 [1] 2', 'float64 [1] 1', 'float32 [1] 4', 'float64 [1] 4', 'float64 [1] 2']);
});

it('gives each result a buffer of its own, even if passes find that they are equal', () => {
  const step = compile((x: Tensor) => x.add(1), { donate: [0] });
  for (const device of [false, true]) {
    const backend = fakeBackend({ device, reusesDonated: true });
    withBackend(backend, () => {
      const f = compile((x: Tensor) => [x.mul(1), x.reshape([1, 2]), x.mul(2), x.add(0).sub(x.neg()), x.mul(2)]);
      const x = compile((y: Tensor) => y.add(1))(float64([0, 1]));
      const results = f(x);
      for (const result of results) step(result);
      const again = f(x);
      return Promise.all([x, ...again].map((y) => y.data())).then((data) => {
        expect(data.map((values) => [...values])).toEqual([
          [1, 2],
          [1, 2],
          [1, 2],
          [2, 4],
          [2, 4],
          [2, 4],
        ]);
      });
    });
  }
});

it('takes the same tensor for several arguments', () => {
  const f = compile((x: Tensor, y: Tensor) => x.mul(2).add(y));
  const x = float64([1, 2]);
  expect(numbersOf(f(x, x))).toEqual([3, 6]);
  expect(numbersOf(f(x, float64([10, 20])))).toEqual([12, 24]);
  expect(f.traces).toBe(1);
});

it('computes what is still lazy before it runs', () => {
  const f = compile((x: Tensor) => x.mul(2));
  expect(numbersOf(f(float64([1, 2]).add(1)))).toEqual([4, 6]);
  expect(numbersOf(f(f(full([2], 3))))).toEqual([12, 12]);
});

it('returns structures without tensors, and compiles functions without arguments', () => {
  expect(compile(() => ({ a: null, b: 'x', c: [1, true] }))()).toEqual({ a: null, b: 'x', c: [1, true] });
  expect(numbersOf(compile(() => random.uniform(random.key(0), [2]).mul(0).add(4))())).toEqual([4, 4]);
});

it('is inlined in other traces', () => {
  const inner = compile((x: Tensor) => x.square().sum());
  const outer = compile((x: Tensor) => grad(inner)(x).add(inner(x)));
  expect(numbersOf(outer(float64([1, 2])))).toEqual([7, 9]);
  expect([inner.traces, outer.traces]).toEqual([0, 1]);
  expect(numbersOf(grad(inner)(float64([1, 2])))).toEqual([2, 4]);
  expect(numbersOf(vmap(inner)(float64([1, 2, 3, 4], [2, 2])))).toEqual([5, 25]);
  expect(inner.traces).toBe(0);
});

it('composes: compile of grad of vmap equals the loop', () => {
  const w = pattern([3, 2], 1);
  const x = pattern([4, 3], 2);
  const loss = (v: Tensor, rows: Tensor): Tensor =>
    vmap((row: Tensor) => row.expandDims(0).matmul(v).tanh().sum())(rows).sum();
  const plain = (v: Tensor, rows: Tensor): Tensor => rows.matmul(v).tanh().sum();
  const result = numbersOf(compile(grad(loss))(w, x));
  const expected = numbersOf(grad(plain)(w, x));
  result.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 13));
});

it('gives the same bits compiled or not, random numbers included', () => {
  const f = (key: Tensor, x: Tensor): Tensor =>
    x.add(random.normal(key, [3])).mul(random.bernoulli(key, 0.5, [3]).cast('float32'));
  const [key, x] = [random.key(7), tensor([1, 2, 3])];
  expect(numbersOf(compile(f)(key, x))).toEqual(numbersOf(f(key, x)));
});

it('shares executables between functions of the same structure', () => {
  const unusual = (x: Tensor): Tensor => x.tanh().sub(5).exp().tanh();
  numbersOf(compile(unusual)(float64([1])));
  const before = executablesCreated();
  numbersOf(compile((x: Tensor) => unusual(x))(float64([2])));
  expect(executablesCreated()).toBe(before);
});

it('does not donate unless told: an old value stays as it was over ten steps', async () => {
  const backend = fakeBackend({ reusesDonated: true });
  const step = compile((w: Tensor) => w.mul(0.5).add(1));
  const first = withBackend(backend, () => step(float64([8, 16])));
  let w = first;
  for (let i = 0; i < 10; i++) w = withBackend(backend, () => step(w));
  expect(numbersOf(first)).toEqual([5, 9]);
  expect(backend.log.donated.flat()).not.toContain(true);
});

it('consumes donated tensors, and those alone', async () => {
  const backend = fakeBackend({ reusesDonated: true });
  const step = compile((w: Tensor, x: Tensor) => w.mul(0.5).add(x), { donate: [0] });
  const x = float64([1]);
  let w = float64([8]);
  for (let i = 0; i < 10; i++) {
    const old = w;
    w = withBackend(backend, () => step(old, x));
    await expect(old.data()).rejects.toThrow(DonatedError);
  }
  expect(numbersOf(w)).toEqual([8 / 1024 + 2 * (1 - 1 / 1024)]);
  expect(numbersOf(x)).toEqual([1]);
  expect(backend.log.donated).toEqual([[true, false]]);
});

it('donates all tensors of a tree, at the right positions among numbers and statics', () => {
  const backend = fakeBackend();
  const f = compile(
    (n: number, state: { m: Tensor; v: readonly Tensor[]; step: number }, x: Tensor) => ({
      m: state.m.add(x).mul(n),
      v: state.v.map((v) => v.mul(state.step)),
    }),
    { donate: [1], staticArgnums: [0] },
  );
  const x = float64([1]);
  withBackend(backend, () => f(2, { m: float64([1]), v: [float64([2]), float64([3])], step: 1 }, x));
  expect(backend.log.donated).toEqual([[true, false, true, true, false]]);
  expect(numbersOf(x)).toEqual([1]);
});

it('donates only the second of two arguments that share a module', () => {
  const backend = fakeBackend();
  const shared = new Layer(float64([1]));
  const f = compile((a: Layer, b: Layer, x: Tensor) => a.kernel.add(b.kernel).add(x), { donate: [2] });
  withBackend(backend, () => f(shared, shared, float64([2])));
  expect(backend.log.donated).toEqual([[false, true]]);
});

it('does not donate what it hands through', () => {
  const f = compile((w: Tensor, x: Tensor) => [w, w.add(x)] as const, { donate: [0] });
  const w = float64([1]);
  const [same, next] = f(w, float64([2]));
  expect(same).toBe(w);
  expect([numbersOf(w), numbersOf(next)]).toEqual([[1], [3]]);
});

it('warns once about a function that is called with many shapes', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const f = compile(function double(x: Tensor) {
    return x.mul(2);
  });
  for (let n = 1; n <= 8; n++) f(zeros([n]));
  expect(warn).not.toHaveBeenCalled();
  f(zeros([9]));
  f(zeros([10]));
  expect(warn.mock.calls).toMatchInlineSnapshot(`
    [
      [
        "compile(double) was compiled for 9 combinations of arguments: argument 0 came as [7], [8], [9], …; pad or bucket the varying dimension",
      ],
    ]
  `);
});

it('warns about static values that vary', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const f = compile((x: Tensor, name: string) => [x.mul(2), name]);
  for (let n = 1; n <= 9; n++) f(zeros([1]), `name ${n}`);
  expect(warn.mock.calls).toMatchInlineSnapshot(`
    [
      [
        "a compiled function was compiled for 9 combinations of arguments: static values differ from call to call; pass what varies as numbers or tensors",
      ],
    ]
  `);
});

it('leaves no trace behind when the function throws', () => {
  const f = compile((x: Tensor, fail: boolean) => {
    if (fail) throw new RangeError('mine');
    return x.add(1);
  });
  expect(() => f(float64([1]), true)).toThrow(new RangeError('mine'));
  expect(numbersOf(f(float64([1]), false))).toEqual([2]);
  expect(numbersOf(float64([1]).add(1))).toEqual([2]);
});
