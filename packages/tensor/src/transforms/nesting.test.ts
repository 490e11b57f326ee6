import { expect, expectTypeOf, it, vi } from 'vitest';
import {
  checkpoint,
  compile,
  grad,
  hessian,
  jacobian,
  jvp,
  linearize,
  moduleBrand,
  stack,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
  type Grads,
  type Tensor,
} from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

vi.setConfig({ testTimeout: 60_000 });

class Dense {
  readonly [moduleBrand] = true as const;
  readonly activation = 'tanh';
  readonly count: Tensor = zeros([], { dtype: 'int32' });
  constructor(
    readonly kernel: Tensor,
    readonly bias: Tensor,
  ) {}
  call(x: Tensor): Tensor {
    return x.matmul(this.kernel).add(this.bias).tanh();
  }
}

class Frozen extends Dense {
  readonly trainable = false;
}

interface Model {
  readonly layers: readonly Dense[];
  readonly scale: Tensor;
}

const model: Model = {
  layers: [
    new Dense(pattern([3, 4], 1).mul(0.5), pattern([4], 2)),
    new Frozen(pattern([4, 4], 3).mul(0.5), pattern([4], 4)),
    new Dense(pattern([4, 2], 5).mul(0.5), pattern([2], 6)),
  ],
  scale: float64([1.5], []),
};

const run = (m: Model, x: Tensor): Tensor => m.layers.reduce((h, layer) => layer.call(h), x).mul(m.scale);
const loss = (m: Model, x: Tensor): Tensor => run(m, x).square().sum();
const example = pattern([3], 8);
const batch = pattern([5, 3], 9);

function tensorsOf(value: unknown): Tensor[] {
  const found: Tensor[] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('dtype' in part) found.push(part as Tensor);
    else Object.values(part).forEach(visit);
  };
  visit(value);
  return found;
}

function expectClose(a: unknown, b: unknown, tolerance = 1e-12): void {
  const [left, right] = [tensorsOf(a), tensorsOf(b)];
  expect(left.length).toBeGreaterThan(0);
  expect(left.map(({ shape }) => shape)).toEqual(right.map(({ shape }) => shape));
  left.forEach((x, i) => {
    expect(relativeDifference(x, right[i]!)).toBeLessThan(tolerance);
  });
}

/** Each transform of a function, compiled and not, gives the same. */
function expectCompiles<A extends readonly unknown[]>(f: (...args: A) => unknown, ...args: A): void {
  expectClose(compile((...inner: A) => f(...inner))(...args), f(...args));
}

it('gives per-example gradients of a model, equal to those of the examples alone', () => {
  const each = vmap(grad(loss), { inAxes: [null, 0] })(model, batch);
  const alone = [...batch].map((x) => grad(loss)(model, x));
  expect(each.layers[0]).toBeInstanceOf(Dense);
  expect([each.layers[1]!.kernel, each.layers[0]!.count]).toEqual([null, null]);
  expectClose(each.layers[0]!.kernel, stack(alone.map((one) => one.layers[0]!.kernel)));
  expectClose(each.layers[2]!.bias, stack(alone.map((one) => one.layers[2]!.bias)));
  expectCompiles((m: Model, xs: Tensor) => vmap(grad(loss), { inAxes: [null, 0] })(m, xs), model, batch);
});

it('follows modules in every transform: frozen and integer parts are null or pass through', () => {
  const gradients = grad(loss)(model, example);
  const [value, pullback] = vjp(run, model, example);
  const [dm, dx] = pullback(value.mul(2));
  expectClose(dm, gradients);
  expect(dx.shape).toEqual([3]);
  expect([dm.layers[1]!.kernel, dm.layers[0]!.count, dm.layers[0]!.activation]).toEqual([null, null, null]);
  // The directional derivative along the gradient is its squared norm.
  const [, change] = jvp(loss, [model, example], [gradients, null]);
  const norm = tensorsOf(gradients).reduce((sum, g) => sum + numbersOf(g.square().sum())[0]!, 0);
  expect(Math.abs(numbersOf(change)[0]! - norm) / norm).toBeLessThan(1e-12);
  const [, derivative] = linearize(loss, model, example);
  expectClose(derivative(gradients, null), change);
  const table = jacobian(run)(model, example);
  expect(table.layers[0]!.kernel.shape).toEqual([2, 3, 4]);
  expect(table.layers[1]!.kernel).toBeNull();
  expectClose(jacobian(run, { mode: 'forward' })(model, example), table);
});

it('grad of vmap of jvp, and the other ways around', () => {
  const f = (x: Tensor): Tensor => x.tanh().mul(x).sum();
  const along = (x: Tensor): Tensor => jvp(f, [x], [x])[1];
  // The derivative along x is ⟨f′(x), x⟩.
  const direct = (x: Tensor): Tensor => grad(f)(x).mul(x).sum();
  const total = (xs: Tensor): Tensor => vmap(along)(xs).sum();
  expectClose(grad(total)(batch), vmap(grad(direct))(batch));
  expectClose(
    vmap((x: Tensor) => jvp(grad(f), [x], [x])[1])(batch),
    vmap((x: Tensor) => hessian(f)(x).matmul(x))(batch),
  );
  expectClose(jvp(vmap(grad(f)), [batch], [batch])[1], vmap((x: Tensor) => hessian(f)(x).matmul(x))(batch));
  expectClose(vmap(vmap(grad((v: Tensor) => v.pow(3))))(batch), batch.square().mul(3));
  expectCompiles((xs: Tensor) => grad(total)(xs), batch);
  expectCompiles((xs: Tensor) => vmap((x: Tensor) => jvp(grad(f), [x], [x])[1])(xs), batch);
  expectCompiles((xs: Tensor) => vmap(hessian(checkpoint(f)))(xs), batch);
});

it('keeps perturbations apart, in both modes and mixed', () => {
  const two = float64([2], []);
  const one = float64([1], []);
  const d = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => jvp(f, [x], [one])[1];
  // d/dx (x · d/dy (x + y)) = 1 and d/dx (x · d/dy (x · y)) = 2x, whichever mode is inside.
  for (const outer of [grad, (f: (x: Tensor) => Tensor) => (x: Tensor) => d(f, x)]) {
    for (const inner of [grad, (f: (x: Tensor) => Tensor) => (x: Tensor) => d(f, x)]) {
      expect(numbersOf(outer((x: Tensor) => x.mul(inner((y: Tensor) => x.add(y))(one)))(two))).toEqual([1]);
      expect(numbersOf(outer((x: Tensor) => x.mul(inner((y: Tensor) => x.mul(y))(one)))(two))).toEqual([4]);
      expect(numbersOf(outer((x: Tensor) => inner((y: Tensor) => x.square().mul(y.pow(3)))(x))(two))).toEqual([96]);
    }
  }
});

it('differentiates a pullback with respect to its cotangent and its primals', () => {
  const f = (x: Tensor): Tensor => x.pow(3);
  const [x, c] = [float64([1, 2]), float64([3, 5])];
  const pulled = (v: Tensor, u: Tensor): Tensor => vjp(f, v)[1](u)[0].sum();
  expect(numbersOf(grad(pulled, { argnums: 1 })(x, c))).toEqual([3, 12]);
  expect(numbersOf(grad(pulled)(x, c))).toEqual([18, 60]);
  expectCompiles((v: Tensor, u: Tensor) => grad(pulled)(v, u), x, c);
});

it('ties shared modules under vjp, jvp and vmap', () => {
  const shared = new Dense(pattern([3, 3], 1), pattern([3], 2));
  const tied = { first: shared, last: shared };
  const f = (m: typeof tied, x: Tensor): Tensor => m.last.call(m.first.call(x)).sum();
  const gradients = grad(f)(tied, example);
  expect(gradients.first).toBe(gradients.last);
  const [, pullback] = vjp(f, tied, example);
  expectClose(pullback(float64([1], []))[0].first, gradients.first);
  const [, change] = jvp(f, [tied, example], [gradients, null]);
  expect(numbersOf(change)[0]).toBeCloseTo(
    tensorsOf(gradients.first).reduce((sum, g) => sum + numbersOf(g.square().sum())[0]!, 0),
    12,
  );
  const each = vmap(grad(f), { inAxes: [null, 0] })(tied, batch);
  expect(each.first).toBe(each.last);
});

it('carries types through', () => {
  type Gradient = Grads<Model>;
  expectTypeOf<Gradient['scale']>().toEqualTypeOf<Tensor>();
  expectTypeOf<Gradient['layers'][number]['kernel']>().toEqualTypeOf<Tensor>();
  expectTypeOf<Gradient['layers'][number]['call']>().toEqualTypeOf<null>();
  expectTypeOf(grad(loss)).toEqualTypeOf<(m: Model, x: Tensor) => Grads<Model>>();
  expectTypeOf(valueAndGrad(loss)).toEqualTypeOf<(m: Model, x: Tensor) => [Tensor, Grads<Model>]>();
  expectTypeOf(vmap(run)).toEqualTypeOf<(m: Model, x: Tensor) => Tensor>();
  expectTypeOf(checkpoint(run)).toEqualTypeOf<(m: Model, x: Tensor) => Tensor>();
  const [value, pullback] = vjp(run, model, example);
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expectTypeOf(pullback(value)).toEqualTypeOf<[Grads<Model>, Tensor]>();
  const [, change] = jvp((x: Tensor) => ({ y: x, list: [x] }), [example], [example]);
  expectTypeOf(change).toEqualTypeOf<{ y: Tensor; list: Tensor[] }>();
  expect(shown(change)).toHaveLength(2);
});
