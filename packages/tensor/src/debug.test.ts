import { Script } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import {
  arange,
  checkpoint,
  compile,
  cond,
  debug,
  evaluate,
  ExecutionError,
  foriLoop,
  grad,
  jvp,
  nn,
  ones,
  originOf,
  printGraph,
  random,
  setBackend,
  referenceBackend,
  tensor,
  traceGraph,
  valueAndGrad,
  vmap,
  withBackend,
  type Tensor,
} from './index.js';
import { fakeBackend } from './execution/fake-backend.fixture.js';
import { float64, numbersOf } from './values.fixture.js';

const restores: (() => void)[] = [];

afterEach(() => {
  for (const restore of restores.splice(0).reverse()) restore();
  setBackend(referenceBackend);
  vi.restoreAllMocks();
});

/** Keeps an option on until the test ends. */
function during(restore: () => void): void {
  restores.push(restore);
}

function printed(): string[] {
  const lines: string[] = [];
  during(debug.printTo((text) => lines.push(text)));
  return lines;
}

/** A function of a user's file, whose lines are known. */
function userFunction<F>(source: string): F {
  return new Script(source, { filename: '/app/model.js' }).runInThisContext() as F;
}

async function failure(run: () => Promise<unknown>): Promise<string> {
  return run().then(
    () => 'nothing thrown',
    (error: unknown) => {
      expect(error).toBeInstanceOf(ExecutionError);
      return (error as Error).message;
    },
  );
}

it('gives functions that restore what an option was', () => {
  const lines = printed();
  const inner: string[] = [];
  const restore = debug.printTo((text) => inner.push(text));
  numbersOf(debug.print('a', tensor(1)));
  restore();
  numbersOf(debug.print('b', tensor(2)));
  expect([inner, lines]).toEqual([['a: float32 [] 1'], ['b: float32 [] 2']]);
});

it('prints a value once, when it is computed', async () => {
  const lines = printed();
  const x = debug.print('x', tensor([1, 2]).mul(2));
  expect(lines).toEqual([]);
  await evaluate(x.sum());
  await evaluate(x.exp(), x);
  expect(lines).toEqual(['x: float32 [2] [2, 4]']);
});

it('prints in compiled functions, once per call, and does not merge equal prints', () => {
  const lines = printed();
  const f = compile((x: Tensor) => debug.print('x', x).add(debug.print('x', x)));
  numbersOf(f(tensor([1, 2])));
  numbersOf(f(tensor([3, 4])));
  expect(lines).toEqual([
    'x: float32 [2] [1, 2]',
    'x: float32 [2] [1, 2]',
    'x: float32 [2] [3, 4]',
    'x: float32 [2] [3, 4]',
  ]);
  expect(f.traces).toBe(1);
});

it('drops a print whose result is not used', () => {
  const lines = printed();
  const f = compile((x: Tensor) => {
    debug.print('unused', x);
    return x.add(1);
  });
  numbersOf(f(tensor([1])));
  expect(lines).toEqual([]);
});

it('prints the value alone under grad and jvp', () => {
  const lines = printed();
  const f = (x: Tensor): Tensor => debug.print('x', x.mul(3)).square().sum();
  expect(numbersOf(grad(f)(tensor([1, 2])))).toEqual([18, 36]);
  expect(lines).toEqual(['x: float32 [2] [3, 6]']);
  const [, tangent] = jvp(f, [tensor([1, 2])], [tensor([1, 0])]);
  expect(numbersOf(tangent)).toEqual([18]);
  const second = (x: Tensor): Tensor => grad(f)(x).sum();
  expect(numbersOf(grad(second)(tensor([1, 2])))).toEqual([18, 18]);
  expect(new Set(lines)).toEqual(new Set(['x: float32 [2] [3, 6]']));
});

it('prints a batch whole and says so', () => {
  const lines = printed();
  const f = (x: Tensor): Tensor => debug.print('row', x).sum();
  const x = arange(6).reshape([3, 2]);
  expect(numbersOf(vmap(f)(x))).toEqual([1, 5, 9]);
  numbersOf(vmap(vmap((y: Tensor) => debug.print('element', y).neg()))(x));
  expect(lines).toMatchInlineSnapshot(`
    [
      "row: int32 [3,2] (a batch of [2])
    [[0, 1],
     [2, 3],
     [4, 5]]",
      "element: int32 [3,2] (a batch of scalars)
    [[0, 1],
     [2, 3],
     [4, 5]]",
    ]
  `);
});

it('prints large tensors by their edges', () => {
  const lines = printed();
  numbersOf(debug.print('weights', arange(10_000).reshape([100, 100])));
  expect(lines).toMatchInlineSnapshot(`
    [
      "weights: int32 [100,100]
    [[   0,    1,    2, …,   97,   98,   99],
     [ 100,  101,  102, …,  197,  198,  199],
     [ 200,  201,  202, …,  297,  298,  299],
     …,
     [9700, 9701, 9702, …, 9797, 9798, 9799],
     [9800, 9801, 9802, …, 9897, 9898, 9899],
     [9900, 9901, 9902, …, 9997, 9998, 9999]]",
    ]
  `);
});

it('prints between the segments of another backend', async () => {
  const lines = printed();
  const backend = fakeBackend({ device: true, asynchronous: true, lacks: ['debugPrint'] });
  const y = withBackend(backend, () => compile((x: Tensor) => debug.print('x', x.exp()).neg())(tensor([0, 0])));
  expect(await y.array()).toEqual([-1, -1]);
  expect(lines).toEqual(['x: float32 [2] [1, 1]']);
});

const positive = (x: Tensor): Tensor => debug.check(x, x.greater(0), 'x must be positive').log();

it('checks a condition when the value is computed, and hands the value on', async () => {
  expect(await positive(tensor([1, 1])).array()).toEqual([0, 0]);
  const y = positive(
    tensor([
      [1, 2],
      [3, -4],
    ]),
  );
  expect(await failure(() => y.data())).toMatchInlineSnapshot(
    `"debug.check: x must be positive: the condition bool [2,2] is false at [1,1]"`,
  );
  expect(await failure(() => y.sum().item())).toMatch('x must be positive');
  expect(await failure(() => compile(positive)(tensor(-1)).item())).toMatchInlineSnapshot(
    `"debug.check: x must be positive: the condition bool [] is false"`,
  );
  expect(await failure(() => vmap(positive)(tensor([1, -2])).data())).toMatchInlineSnapshot(
    `"debug.check: x must be positive: the condition bool [2] (a batch of scalars) is false at [1]"`,
  );
  expect(numbersOf(grad((x: Tensor) => positive(x).sum())(tensor([2, 4])))).toEqual([0.5, 0.25]);
  expect(await failure(() => grad((x: Tensor) => positive(x).sum())(tensor([2, -4])).data())).toMatch('at [1]');
});

it('checks conditions of other shapes, batched or not', async () => {
  const f = (x: Tensor, ok: Tensor): Tensor => debug.check(x, ok, 'all are well');
  const ok = tensor([true, false, true]);
  expect(await failure(() => vmap(f, { inAxes: [null, 0] })(ones([2]), ok).data())).toMatchInlineSnapshot(
    `"debug.check: all are well: the condition bool [3] (a batch of scalars) is false at [1]"`,
  );
  expect(numbersOf(vmap(f, { inAxes: [0, null] })(ones([2]), tensor([true, true])))).toEqual([1, 1]);
});

it('refuses conditions that are not bool', () => {
  expect(() => debug.check(ones([2]), ones([2]), 'ones')).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: debug.check: the condition is float32 [2]; it must be bool: compare it, e.g. x.greater(0)]`,
  );
});

it('names the operation that made the first NaN', async () => {
  during(debug.nans());
  const y = tensor([1, 4, -1]).mul(2).log().exp().sum();
  expect(await failure(() => y.item())).toMatchInlineSnapshot(`
    "log made NaN: 1 of 3 elements of float32 [3], first at [2]
      operand 0: float32 [3], from -2 to 8"
  `);
  const zero = tensor([
    [1, 0],
    [2, 3],
  ]);
  expect(await failure(() => zero.sub(zero).div(zero.sub(zero)).data())).toMatchInlineSnapshot(`
    "div made NaN: 4 of 4 elements of float32 [2,2], first at [0,0]
      operand 0: float32 [2,2], all 0
      operand 1: float32 [2,2], all 0"
  `);
});

it('finds what makes NaN in compiled functions, derivatives, batches and composites', async () => {
  during(debug.nans());
  const norm = (x: Tensor): Tensor => x.square().sum().sqrt();
  const zeros = tensor([0, 0]);
  expect(await failure(() => compile(valueAndGrad(norm))(zeros)[1].data())).toMatchInlineSnapshot(`
    "mul made NaN: 2 of 2 elements of float32 [2], first at [0]
      operand 0: float32 [2], all Infinity
      operand 1: float32 [2], all 0
      in the derivative of mul"
  `);
  expect(
    await failure(() =>
      vmap(grad(norm))(
        tensor([
          [1, 2],
          [0, 0],
        ]),
      ).data(),
    ),
  ).toMatchInlineSnapshot(`
    "mul made NaN: 2 of 4 elements of float32 [2,2], first at [1,0]
      operand 0: float32 [2,2], from 0.223607 to Infinity
      operand 1: float32 [2,2], from 0 to 2
      in the derivative of mul"
  `);
  expect(await failure(() => jvp(norm, [zeros], [zeros])[1].data())).toMatchInlineSnapshot(`
    "div made NaN: 1 of 1 elements of float32 []
      operand 0: float32 [], all 0
      operand 1: float32 [], all 0
      in the derivative of sqrt"
  `);
  expect(await failure(() => nn.silu(tensor([-Infinity, 1])).data())).toMatchInlineSnapshot(`
    "mul made NaN: 1 of 2 elements of float32 [2], first at [0]
      operand 0: float32 [2], from -Infinity to 1
      operand 1: float32 [2], from 0 to 0.731059
      in silu"
  `);
});

it('takes NaN that came with the data, or as a constant, for no failure', async () => {
  during(debug.nans());
  expect(await tensor([NaN, 1]).mul(2).array()).toEqual([NaN, 2]);
  expect(numbersOf(compile((x: Tensor) => x.add(NaN))(tensor([1])))).toEqual([NaN]);
});

it('finds infinities where they count', async () => {
  const f = (): Tensor => tensor([1, 0]).log().abs();
  during(debug.nans());
  expect(await f().array()).toEqual([0, Infinity]);
  during(debug.nans(true, { infinities: true }));
  expect(await failure(() => f().data())).toMatchInlineSnapshot(`
    "log made Infinity: 1 of 2 elements of float32 [2], first at [1]
      operand 0: float32 [2], from 0 to 1"
  `);
  expect(await failure(() => tensor([Infinity]).sub(Infinity).data())).toMatch(/^sub made NaN/);
});

it('leaves results as they are while it looks for NaN, on every backend', async () => {
  const step = (w: Tensor): Tensor => w.sub(grad((v: Tensor) => v.tanh().square().sum())(w).mul(0.5));
  const w = float64([0.5, -2]);
  const expected = numbersOf(step(w));
  const backend = fakeBackend({ device: true, asynchronous: true });
  during(debug.nans());
  expect(numbersOf(step(w))).toEqual(expected);
  expect(numbersOf(compile(step, { freeze: [] })(w))).toEqual(expected);
  expect(await withBackend(backend, () => compile(step, { donate: [0] })(w.mul(1))).array()).toEqual(expected);
  expect(backend.log.runs).toBe(0);
  for (const restore of restores.splice(0)) restore();
  expect(await withBackend(backend, () => step(w).array())).toEqual(expected);
  expect(backend.log.runs).toBe(1);
});

it('runs compiled functions as they are', () => {
  let calls = 0;
  const f = compile(
    (x: Tensor) => {
      calls++;
      return x.mul(2);
    },
    { donate: [0] },
  );
  const x = tensor([1, 2]);
  during(debug.disableCompile());
  expect([f(x), f(x)].map(numbersOf)).toEqual([
    [2, 4],
    [2, 4],
  ]);
  expect([calls, f.traces]).toEqual([2, 0]);
  expect(numbersOf(x)).toEqual([1, 2]);
});

const model = userFunction<(x: Tensor) => Tensor>(`(x) => {
  const y = x.mul(2);
  return y.sub(1).log().sum();
}`);

it('shows in printed graphs which line made an operation, through derivatives, batches and passes', () => {
  during(debug.traceOrigins());
  expect(printGraph(traceGraph(model, ones([3])).graph)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [] = full {shape=[], dtype=float32, value=2}
    c: float32 [3] = mul a b  # /app/model.js:2:15
    d: float32 [] = full {shape=[], dtype=float32, value=1}
    e: float32 [3] = sub c d  # /app/model.js:3:12
    f: float32 [3] = log e  # /app/model.js:3:19
    g: float32 [] = sum f {axes=[0]}  # /app/model.js:3:25
    outputs g"
  `);
  expect(printGraph(traceGraph(vmap(grad(model)), ones([2, 3])).graph)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [] = full {shape=[], dtype=float32, value=1}
    c: float32 [1] = reshape b {shape=[1]}  # /app/model.js:3:25
    d: float32 [3] = broadcastTo c {shape=[3]}  # /app/model.js:3:25
    e: float32 [] = full {shape=[], dtype=float32, value=2}
    f: float32 [2,3] = mul a e  # /app/model.js:2:15
    g: float32 [] = full {shape=[], dtype=float32, value=1}
    h: float32 [2,3] = sub f g  # /app/model.js:3:12
    i: float32 [2,3] = div d h  # /app/model.js:3:19
    j: float32 [2,3] = mul i e  # /app/model.js:2:15
    outputs j"
  `);
});

it('knows which function and line a node comes from, also where that is made of others', () => {
  during(debug.traceOrigins());
  const loss = userFunction<(n: typeof nn, x: Tensor) => Tensor>(`(nn, x) =>
    nn.hardSigmoid(x).mean()`);
  const { nodes } = traceGraph((x: Tensor) => grad((v: Tensor) => loss(nn, v))(x), ones([3])).graph;
  const origins = nodes
    .filter(({ operands }) => operands.length > 0)
    .map((node) => [node.primitive.name, originOf(node)]);
  expect(origins.filter(([, origin]) => origin === null)).toEqual([]);
  expect(new Set(origins.map(([, origin]) => JSON.stringify(origin)))).toMatchInlineSnapshot(`
    Set {
      "{"line":"/app/model.js:2:23","operation":"mean","within":"the derivative of mul"}",
      "{"line":"/app/model.js:2:23","operation":"mean","within":"the derivative of sum"}",
      "{"line":"/app/model.js:2:8","operation":"hardSigmoid","within":"the derivative of mul"}",
      "{"line":"/app/model.js:2:8","operation":"hardSigmoid","within":"the derivative of neg"}",
      "{"line":"/app/model.js:2:8","operation":"hardSigmoid","within":null}",
      "{"line":"/app/model.js:2:8","operation":"hardSigmoid","within":"the derivative of relu"}",
    }
  `);
});

it('calls an observer around each operation of the reference backend', async () => {
  const seen: string[] = [];
  const restore = debug.observe(({ primitive: { name } }) => {
    seen.push(`${name} begins`);
    return () => seen.push(`${name} ends`);
  });
  const x = tensor([1, 2, 3, 4]);
  expect(await x.exp().reshape([2, 2]).sum().item()).toBeGreaterThan(0);
  expect(seen).toEqual(['exp begins', 'exp ends', 'sum begins', 'sum ends']);
  restore();
  await x.log().data();
  expect(seen.length).toBe(4);
});

it('has no lines unless they are traced', () => {
  expect(printGraph(traceGraph(model, ones([3])).graph)).not.toContain('#');
});

it('names lines in errors', async () => {
  during(debug.traceOrigins());
  const checked = userFunction<(debugging: typeof debug, x: Tensor) => Tensor>(`(debug, x) =>
    debug.check(x, x.greater(0), 'positive')`);
  expect(await failure(() => checked(debug, tensor([1, -1])).data())).toMatchInlineSnapshot(
    `"debug.check: positive: the condition bool [2] is false at [1] (/app/model.js:2:11)"`,
  );
  let escaped: Tensor | null = null;
  grad((x: Tensor) => {
    escaped = userFunction<(y: Tensor) => Tensor>('(y) => y.exp()')(x);
    return x;
  })(tensor(1));
  expect(() => escaped!.add(1)).toThrowErrorMatchingInlineSnapshot(
    `[EscapedTracerError: add: a result of exp (float32 [], made at /app/model.js:1:10) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable]`,
  );
  during(debug.nans());
  expect(await failure(() => model(tensor([0, 1])).item())).toMatchInlineSnapshot(`
    "log made NaN: 1 of 2 elements of float32 [2], first at [0]
      operand 0: float32 [2], from -1 to 1
      at /app/model.js:3:19"
  `);
  expect(
    await failure(() => grad(userFunction<typeof model>('(x) => x.sqrt().mul(x.sqrt()).sum()'))(tensor([0])).data()),
  ).toMatchInlineSnapshot(`
    "div made NaN: 1 of 1 elements of float32 [1], first at [0]
      operand 0: float32 [1], all 0
      operand 1: float32 [1], all 0
      in the derivative of sqrt
      at /app/model.js:1:23"
  `);
});

it('names the line of the caller, not of another package of the family', () => {
  during(debug.traceOrigins());
  const layer = new Script('(x) => x.exp()', {
    filename: '/app/node_modules/@tesserajs/layers/dist/dense.js',
  }).runInThisContext() as (x: Tensor) => Tensor;
  const f = userFunction<(g: typeof layer) => typeof layer>('\n(g) => (x) => g(x)')(layer);
  expect(printGraph(traceGraph(f, ones([1])).graph)).toContain('/app/model.js:2:');
});

it('warns of keys that are used twice', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const warnings = (): string[] => warn.mock.calls.splice(0).map(String);
  const twice = (key: Tensor): Tensor => random.normal(key, [2]).add(random.uniform(key, [2]));
  twice(random.key(1));
  expect(warnings()).toEqual([]);
  during(debug.keys());
  twice(random.key(1));
  expect(warnings()).toMatchInlineSnapshot(`
    [
      "debug.keys: a random key is used twice, by bits and by bits; random.split it and use each part once, or random.foldIn a counter",
    ]
  `);
  compile(twice)(random.key(1));
  expect(warnings().length).toBe(1);
  compile((key: Tensor) => {
    const [a, b] = random.split(key);
    return grad((x: Tensor) => x.mul(random.normal(b!, [])))(random.normal(a!, []));
  })(random.key(1));
  expect(warnings()).toEqual([]);
  compile((key: Tensor) => grad((x: Tensor) => x.mul(random.normal(key, [])))(random.normal(key, [])))(random.key(1));
  expect(warnings().length).toBe(1);
});

it('lets keys be folded in as often as wanted, and functions be traced again', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  during(debug.keys());
  const key = random.key(1);
  random.foldIn(key, 0);
  random.foldIn(key, 1);
  const noise = compile((x: Tensor) => x.add(random.normal(random.foldIn(key, 2), x.shape)));
  noise(ones([2]));
  noise(ones([3]));
  const captured = compile((x: Tensor) => x.add(random.normal(key, x.shape)));
  captured(ones([2]));
  captured(ones([3]));
  expect(warn).not.toHaveBeenCalled();
});

it('finds what makes NaN inside loops, branches and segments that are computed again', async () => {
  during(debug.nans());
  const root = (x: Tensor): Tensor => x.sqrt();
  const decreasing = (x: Tensor): Tensor => foriLoop(0, 4, (_, y) => y.sub(1).sqrt(), x);
  expect(await failure(() => compile(decreasing)(tensor(3)).item())).toMatchInlineSnapshot(`
    "sqrt made NaN: 1 of 1 elements of float32 []
      operand 0: float32 [], all -0.356406"
  `);
  expect(await failure(() => cond(tensor(true), root, (x) => x, tensor(-1)).item())).toMatch(/^sqrt made NaN/);
  expect(await failure(() => grad(checkpoint(root))(tensor(-1)).item())).toMatch(/^sqrt made NaN/);
  const expected = Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(99) - 1) - 1) - 1);
  expect(await decreasing(tensor(100)).item()).toBeCloseTo(expected, 5);
});
