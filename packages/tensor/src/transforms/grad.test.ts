import { expect, it, vi } from 'vitest';
import { evaluate, floor, grad, moduleBrand, nn, tensor, valueAndGrad, where, zeros, type Tensor } from '../index.js';
import { float64, numbersOf, shown } from '../values.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const x = float64([0.5, -1.25, 2]);

it('differentiates to any order', () => {
  const quartic = (v: Tensor): Tensor => v.pow(4).sum();
  const first = (v: Tensor): Tensor => grad(quartic)(v).sum();
  const second = (v: Tensor): Tensor => grad(first)(v).sum();
  const third = (v: Tensor): Tensor => grad(second)(v).sum();
  const values = numbersOf(x);
  expect(numbersOf(grad(quartic)(x))).toEqual(values.map((v) => 4 * v ** 3));
  expect(numbersOf(grad(first)(x))).toEqual(values.map((v) => 12 * v ** 2));
  expect(numbersOf(grad(second)(x))).toEqual(values.map((v) => 24 * v));
  expect(numbersOf(grad(third)(x))).toEqual([24, 24, 24]);
});

it('keeps nested derivatives apart', () => {
  // d/dx (x · d/dy (x + y)) = 1, not 2: the inner derivative is with respect to y alone.
  const outer = (a: Tensor): Tensor => a.mul(grad((b: Tensor) => a.add(b))(float64([1], [])));
  expect(numbersOf(grad(outer)(float64([3], [])))).toEqual([1]);
  // d/dx (d/dy (x² y³) at y = x) = d/dx (3 x⁴) = 12 x³
  const mixed = (a: Tensor): Tensor => grad((b: Tensor) => a.square().mul(b.pow(3)))(a);
  expect(numbersOf(grad(mixed)(float64([2], [])))).toEqual([96]);
});

it('takes one argument, others, or a list of them', () => {
  const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => a.mul(b).add(c.square()).sum();
  const [a, b, c] = [float64([1, 2]), float64([3, 4]), float64([5, 6])];
  expect(shown(grad(f)(a, b, c))).toEqual(['float64 [2] 3 4']);
  expect(shown(grad(f, { argnums: 2 })(a, b, c))).toEqual(['float64 [2] 10 12']);
  expect(shown(grad(f, { argnums: [1, 0] })(a, b, c))).toEqual(['float64 [2] 1 2', 'float64 [2] 3 4']);
  expect(grad(f, { argnums: [0] })(a, b, c)).toHaveLength(1);
  const [loss, gradients] = valueAndGrad(f, { argnums: [0, 2] })(a, b, c);
  expect(shown([loss, gradients])).toEqual(['float64 [] 72', 'float64 [2] 3 4', 'float64 [2] 10 12']);
});

it('hands auxiliary results through, with their structure', () => {
  const f = (a: Tensor): readonly [Tensor, { twice: Tensor; label: string; outside: Tensor }] => [
    a.square().sum(),
    { twice: a.mul(2), label: 'unchanged', outside: x },
  ];
  const [gradient, aux] = grad(f, { hasAux: true })(float64([1, 2]));
  expect(shown([gradient, aux.twice])).toEqual(['float64 [2] 2 4', 'float64 [2] 2 4']);
  expect(aux.label).toBe('unchanged');
  expect(aux.outside).toBe(x);
  const [[loss, same], gradients] = valueAndGrad(f, { hasAux: true })(float64([1, 2]));
  expect(shown([loss, same.twice, gradients])).toEqual(['float64 [] 5', 'float64 [2] 2 4', 'float64 [2] 2 4']);
});

it('gives auxiliary results that are arguments or do not depend on them as they are', () => {
  const a = float64([1, 2]);
  const [, aux] = grad((v: Tensor) => [v.sum(), { v, zero: zeros([1]) }] as const, { hasAux: true })(a);
  expect(shown(aux)).toEqual(['float64 [2] 1 2', 'float32 [1] 0']);
});

it('follows trees: tensors have gradients, everything else is null', () => {
  const parameters = {
    list: [float64([1, 2]), float64([3])],
    nested: { w: float64([4], []), n: 7 },
    counts: tensor([1, 2], { dtype: 'int32' }),
    flag: true,
    name: 'dense',
    nothing: null,
    activation: (v: Tensor) => v.tanh(),
  };
  type Parameters = typeof parameters;
  const loss = (p: Parameters): Tensor => p.list[0]!.square().sum().add(p.nested.w.mul(p.nested.n));
  const gradients = grad(loss)(parameters);
  expect(shown(gradients)).toEqual(['float64 [2] 2 4', 'float64 [1] 0', 'float64 [] 7']);
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(parameters).sort());
  expect([gradients.counts, gradients.flag, gradients.name, gradients.nothing, gradients.activation]).toEqual(
    Array(5).fill(null),
  );
  expect(gradients.nested.n).toBeNull();
});

class Dense {
  readonly [moduleBrand] = true as const;
  readonly trainable: boolean = true;
  readonly units = 2;
  constructor(readonly kernel: Tensor) {}
  call(v: Tensor): Tensor {
    return v.matmul(this.kernel);
  }
}

class Frozen extends Dense {
  override readonly trainable = false;
}

class Averaged extends Dense {
  static readonly stateFields = ['average'];
  readonly average = float64([9, 9]);
}

const kernel = (): Tensor => float64([1, 2, 3, 4], [2, 2]);

it('gives modules gradients of their own class, with methods and without statics', () => {
  const model = { first: new Dense(kernel()), last: [new Dense(kernel())] };
  const input = float64([1, 1], [1, 2]);
  const loss = (m: typeof model): Tensor => m.last[0]!.call(m.first.call(input)).sum();
  const [value, gradients] = valueAndGrad(loss)(model);
  expect(gradients.first).toBeInstanceOf(Dense);
  expect(gradients.first.units).toBeNull();
  expect(gradients.first.trainable).toBeNull();
  expect(shown([value, gradients])).toEqual(['float64 [] 54', 'float64 [2,2] 3 7 3 7', 'float64 [2,2] 4 4 6 6']);
  expect(model.first.units).toBe(2);
});

it('ties shared modules: one gradient, the sum over both uses', () => {
  const shared = new Dense(kernel());
  const input = float64([1, 1], [1, 2]);
  const loss = (m: { a: Dense; b: Dense }): Tensor => m.b.call(m.a.call(input)).sum();
  const tied = grad(loss)({ a: shared, b: shared });
  expect(tied.a).toBe(tied.b);
  const apart = grad(loss)({ a: new Dense(kernel()), b: new Dense(kernel()) });
  const sum = numbersOf(apart.a.kernel).map((v, i) => v + numbersOf(apart.b.kernel)[i]!);
  expect(numbersOf(tied.a.kernel)).toEqual(sum);
});

it('leaves frozen modules and state without gradients, and sends gradients through them', () => {
  const model = { frozen: new Frozen(kernel()), inner: [new Averaged(kernel())] };
  const input = float64([1, 1], [1, 2]);
  const loss = (m: typeof model): Tensor => m.inner[0]!.call(m.frozen.call(input)).add(m.inner[0]!.average).sum();
  const gradients = grad(loss)(model);
  expect(gradients.frozen.kernel).toBeNull();
  expect(gradients.inner[0]!.average).toBeNull();
  expect(shown(gradients)).toEqual(['float64 [2,2] 4 4 6 6']);
  // A module below a frozen one is frozen too.
  const below = Object.assign(new Frozen(kernel()), { child: new Dense(kernel()) });
  expect(shown(grad((m: typeof below) => m.child.kernel.sum())(below))).toEqual([]);
});

it('differentiates numbers, as float32, and passes over numbers in trees', () => {
  const slope = grad((a: number | Tensor) => (a as Tensor).square())(3);
  expect(shown(slope)).toEqual(['float32 [] 6']);
});

it('gives zeros of the right type for what the loss does not depend on', () => {
  const unused = tensor([1, 2], { dtype: 'float16' });
  expect(shown(grad((_: Tensor) => x.sum())(unused))).toEqual(['float16 [2] 0 0']);
  const through = grad((a: Tensor) =>
    floor(a).sum().add(a.greater(0).cast('float64').sum()).add(a.cast('int32').cast('float64').sum()),
  )(x);
  expect(numbersOf(through)).toEqual([0, 0, 0]);
});

it('sends gradients through casts between floats in the dtype of the operand', () => {
  const gradient = grad((a: Tensor) => a.cast('float64').mul(3).sum())(tensor([1, 2], { dtype: 'bfloat16' }));
  expect(shown(gradient)).toEqual(['bfloat16 [2] 3 3']);
});

it('shares the gradient between equal elements, and takes 0 at the kinks of abs and relu', () => {
  const [a, b] = [float64([1, 2, 3]), float64([3, 2, 1])];
  const both = grad((p: Tensor, q: Tensor) => p.maximum(q).sum(), { argnums: [0, 1] })(a, b);
  expect(both.map(numbersOf)).toEqual([
    [0, 0.5, 1],
    [1, 0.5, 0],
  ]);
  const least = grad((p: Tensor, q: Tensor) => p.minimum(q).sum(), { argnums: [0, 1] })(a, b);
  expect(least.map(numbersOf)).toEqual([
    [1, 0.5, 0],
    [0, 0.5, 1],
  ]);
  expect(numbersOf(grad((v: Tensor) => v.max())(float64([4, 1, 4, 4])))).toEqual([1 / 3, 0, 1 / 3, 1 / 3]);
  expect(numbersOf(grad((v: Tensor) => v.min())(float64([4, 1, 4, 1])))).toEqual([0, 0.5, 0, 0.5]);
  expect(numbersOf(grad((v: Tensor) => v.abs().sum())(float64([-2, 0, 2])))).toEqual([-1, 0, 1]);
  expect(numbersOf(grad((v: Tensor) => v.relu().sum())(float64([-2, 0, 2])))).toEqual([0, 0, 1]);
  const pooled = grad((v: Tensor) => nn.maxPool(v, 2).sum())(float64([5, 5, 5, 5], [1, 2, 2, 1]));
  expect(numbersOf(pooled)).toEqual([1, 0, 0, 0]);
});

it('has finite gradients of powers where the derivative exists', () => {
  const base = float64([0, 0, 0, 2, -2]);
  const exponent = float64([0, 1, 2, 0, 3]);
  const [byBase, byExponent] = grad((a: Tensor, b: Tensor) => a.pow(b).sum(), { argnums: [0, 1] })(base, exponent);
  expect(numbersOf(byBase!)).toEqual([0, 1, 0, 0, 12]);
  expect(numbersOf(byExponent!)).toEqual([0, 0, 0, Math.log(2), 0]);
  expect(numbersOf(grad((v: Tensor) => grad((u: Tensor) => u.pow(2).sum())(v).sum())(float64([0, 3])))).toEqual([2, 2]);
});

it('selects without touching the branch not taken, if its argument is made safe', () => {
  const safeLog = (v: Tensor): Tensor => where(v.greater(0), where(v.greater(0), v, 1).log(), 0).sum();
  expect(numbersOf(grad(safeLog)(float64([0, 2])))).toEqual([0, 0.5]);
});

it('works on long chains', async () => {
  const chain = (v: Tensor): Tensor => {
    let y = v;
    for (let i = 0; i < 5000; i++) y = y.mul(1.0001);
    return y.sum();
  };
  const slope = grad(chain)(float64([1]));
  await evaluate(slope);
  expect(numbersOf(slope)[0]).toBeCloseTo(1.0001 ** 5000, 10);
});
