import { describe, expect, it } from 'vitest';
import { checkGradients } from '../finite-differences.fixture.js';
import { fromHostArray, tensor, zeros } from '../../create.js';
import { executablesCreated } from '../../execution/executables.js';
import { printGraph } from '../../graph/print.js';
import { optimizeGraph } from '../../passes/optimize.js';
import * as random from '../../random.js';
import { traceGraph } from '../../transforms/trace-graph.js';
import { compile } from '../../transforms/compile.js';
import { grad, valueAndGrad } from '../../transforms/grad.js';
import { jvp } from '../../transforms/jvp.js';
import { vmap } from '../../transforms/vmap.js';
import type { Tensor } from '../../tensor.js';
import { float64, numbersOf, pattern, relativeDifference } from '../../values.fixture.js';
import { where } from '../elementwise/select.js';
import { stack, unstack } from '../shape.js';
import { cond } from './cond.js';
import { foriLoop, map } from './loops.js';
import { scan } from './scan.js';

/** What `scan` means, written out. */
function unrolled<C, Y extends Tensor>(
  f: (carry: C, x: Tensor) => readonly [C, Y],
  init: C,
  xs: Tensor,
  reverse = false,
): [C, Tensor] {
  let carry = init;
  const slices = unstack(xs);
  const order = [...slices.keys()];
  if (reverse) order.reverse();
  const ys = new Array<Tensor>(slices.length);
  for (const t of order) {
    const [next, y] = f(carry, slices[t]!);
    carry = next;
    ys[t] = y;
  }
  return [carry, stack(ys)];
}

describe('values', () => {
  it('hands the carry on and stacks the results', () => {
    const [total, sums] = scan((sum, x: Tensor) => [sum.add(x), sum.mul(10)], tensor(1), tensor([1, 2, 3]));
    expect(numbersOf(total)).toEqual([7]);
    expect(numbersOf(sums)).toEqual([10, 20, 40]);
    expect([sums.shape, sums.dtype]).toEqual([[3], 'float32']);
  });

  it('walks backwards, and keeps the order of the results', () => {
    const [last, ys] = scan((sum, x: Tensor) => [sum.mul(2).add(x), sum], tensor(0), tensor([1, 2, 3]), {
      reverse: true,
    });
    expect(numbersOf(last)).toEqual([17]); // ((3·2)+2)·2+1
    expect(numbersOf(ys)).toEqual([8, 3, 0]);
  });

  it('gives numbers in the first carry the dtype that the body returns', () => {
    const sums = (xs: Tensor): Tensor => scan((sum, x: Tensor) => [sum.add(x), sum], 0, xs)[0];
    expect(sums(tensor([1, 2])).dtype).toBe('float32');
    expect(sums(float64([1, 2])).dtype).toBe('float64');
    const integers = sums(fromHostArray(Int32Array.of(5, 6), [2], 'int32'));
    expect([integers.dtype, numbersOf(integers)]).toEqual(['int32', [11]]);
  });

  it('runs without sequences', () => {
    const [x, nothing] = scan((c, none: null) => [c.mul(2), none], tensor(1), null, { length: 5 });
    expect([numbersOf(x), nothing]).toEqual([[32], null]);
  });

  it('gives the first carry and empty results for no steps', () => {
    const f = (w: Tensor): Tensor => {
      const [carry, ys] = scan(
        (c, x: Tensor) => [c.mul(w).add(x.sum()), x.mul(c)],
        w,
        zeros([0, 3], { dtype: 'float64' }),
      );
      expect(ys.shape).toEqual([0, 3]);
      return carry.square().add(ys.sum());
    };
    expect(numbersOf(grad(f)(float64([3], [])))).toEqual([6]);
  });
});

/** An Elman network: closes over its weights, carries a tree. */
function network(w: Tensor, r: Tensor, b: Tensor) {
  return ({ h, n }: { h: Tensor; n: Tensor }, x: Tensor): readonly [{ h: Tensor; n: Tensor }, Tensor] => {
    const next = x.matmul(w).add(h.matmul(r)).add(b).tanh();
    return [{ h: next, n: n.add(1) }, next.mul(h).add(x.sum())];
  };
}

const [w, r, b, h, xs] = [
  pattern([3, 4], 1),
  pattern([4, 4], 2).mul(0.3),
  pattern([4], 3),
  pattern([2, 4], 4),
  pattern([5, 2, 3], 5),
];
const n = fromHostArray(Int32Array.of(0), [], 'int32');

describe.each([false, true])('reverse = %s', (reverse) => {
  const looped = (...[w, r, b, h, xs]: Tensor[]): Tensor[] => {
    const [carry, ys] = scan(network(w!, r!, b!), { h: h!, n }, xs!, { reverse });
    return [carry.h, ys];
  };
  const written = (...[w, r, b, h, xs]: Tensor[]): Tensor[] => {
    const [carry, ys] = unrolled(network(w!, r!, b!), { h: h!, n }, xs!, reverse);
    return [carry.h, ys];
  };
  const loss =
    (f: typeof looped) =>
    (...args: Tensor[]): Tensor => {
      const [last, ys] = f(...args);
      return last!.mul(pattern(last!.shape, 7)).sum().add(ys!.square().sum());
    };
  const args = [w, r, b, h, xs];
  const argnums = [0, 1, 2, 3, 4];

  it('equals the loop written out, with gradients', () => {
    const expected = valueAndGrad(loss(written), { argnums })(...args);
    for (const f of [valueAndGrad(loss(looped), { argnums }), compile(valueAndGrad(loss(looped), { argnums }))]) {
      const actual = f(...args);
      expect(relativeDifference(actual[0], expected[0])).toBeLessThan(1e-13);
      actual[1].forEach((gradient, i) => {
        expect(relativeDifference(gradient, expected[1][i]!)).toBeLessThan(1e-13);
      });
    }
  });

  it('has the derivatives that finite differences give, to second order', () => {
    expect(checkGradients((...inner) => looped(...inner), args)).toBe(null);
  });

  it('is batched over any of its operands', () => {
    for (const mask of [1, 2, 4, 8, 16, 9, 18, 31]) {
      const batched = argnums.map((i) => ((mask >> i) & 1) === 1);
      const inAxes = batched.map((one) => (one ? 0 : null));
      const stacked = args.map((x, i) => (batched[i] === true ? stack([x, x.mul(0.5), x.neg()]) : x));
      const gradient = (...inner: Tensor[]): Tensor[] => [
        ...looped(...inner),
        ...(grad(loss(looped), { argnums })(...inner) as Tensor[]),
      ];
      const results = vmap(gradient, { inAxes })(...stacked);
      [1, 0.5, -1].forEach((scale, k) => {
        const single = gradient(...args.map((x, i) => (batched[i] === true ? x.mul(scale) : x)));
        single.forEach((expected, i) => {
          const got = results[i]!.slice([k, k + 1]).squeeze([0]);
          expect(relativeDifference(got, expected), `${mask} ${k} ${i}`).toBeLessThan(1e-13);
        });
      });
    }
  });
});

it('differentiates loops in branches in loops, which use tensors from all around', () => {
  type Loop = typeof scan;
  const build =
    (
      loop: (f: (c: Tensor, x: Tensor) => readonly [Tensor, Tensor], init: Tensor, xs: Tensor) => Tensor,
      choose: typeof cond,
    ) =>
    (w: Tensor, x: Tensor, c0: Tensor): Tensor =>
      loop(
        (c, slice) => {
          const next = choose(
            slice.sum().greater(0),
            (d: Tensor) => loop((e, k) => [e.mul(w).add(k).tanh(), e], d, x.mul(slice.sum())),
            (d: Tensor) => d.mul(w).sub(slice),
            c,
          );
          return [next, next];
        },
        c0,
        x,
      );
  const last: Loop = scan;
  const looped = build((f, init, x) => last(f, init, x)[0], cond);
  const expectedOf = build((f, init, x) => unrolled(f, init, x)[0], ((
    predicate: Tensor,
    yes: (d: Tensor) => Tensor,
    no: (d: Tensor) => Tensor,
    d: Tensor,
  ) => where(predicate, yes(d), no(d))) as never);
  const args = [float64([0.7], []), float64([0.5, -1, 2, -0.25]), float64([0.3], [])] as const;
  for (const f of [looped, compile(looped)])
    expect(relativeDifference(f(...args), expectedOf(...args))).toBeLessThan(1e-14);
  const argnums = [0, 1, 2];
  const [actual, expected] = [looped, expectedOf].map((f) => grad(f, { argnums })(...args) as Tensor[]);
  actual!.forEach((gradient, i) => {
    expect(relativeDifference(gradient, expected![i]!)).toBeLessThan(1e-13);
  });
  expect(checkGradients((...[w, x, c]) => looped(w!, x!, c!), args)).toBe(null);
  const batch = args.map((x) => stack([x, x.mul(-0.5)]));
  const together = vmap(grad(looped, { argnums }))(...(batch as [Tensor, Tensor, Tensor])) as Tensor[];
  const second = grad(looped, { argnums })(...(args.map((x) => x.mul(-0.5)) as [Tensor, Tensor, Tensor])) as Tensor[];
  together.forEach((both, i) => {
    expect(relativeDifference(both, stack([actual![i]!, second[i]!]))).toBeLessThan(1e-13);
  });
});

it('maps one after the other', () => {
  const y = map(
    (row: Tensor) => row.square().sum(),
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  expect(numbersOf(y)).toEqual([5, 25]);
});

it('repeats with an index', () => {
  const y = foriLoop(2, 6, (i, x) => x.mul(i.cast('float32')), tensor(1));
  expect(numbersOf(y)).toEqual([120]);
  expect(numbersOf(foriLoop(3, 3, (_, x) => x.mul(0), tensor(7)))).toEqual([7]);
});

it('has forward derivatives that agree with reverse mode', () => {
  const f = (w: Tensor, r: Tensor, b: Tensor, h: Tensor, xs: Tensor): Tensor => {
    const [carry, ys] = scan(network(w, r, b), { h, n }, xs);
    return carry.h
      .mul(pattern([2, 4], 9))
      .sum()
      .add(ys.square().sum());
  };
  const args: [Tensor, Tensor, Tensor, Tensor, Tensor] = [w, r, b, h, xs];
  const argnums = [0, 1, 2, 3, 4];
  const directions = args.map((x, i) => pattern(x.shape, 20 + i)) as typeof args;
  const gradients = grad(f, { argnums })(...args) as Tensor[];
  const expected = gradients.map((g, i) => g.mul(directions[i]!).sum()).reduce((a, b) => a.add(b));
  const [value, tangent] = jvp(f, args, directions);
  expect(relativeDifference(value, f(...args))).toBe(0);
  expect(relativeDifference(tangent, expected)).toBeLessThan(1e-13);
  // Only the weights move, and forward mode over reverse mode.
  const some = (w: Tensor): Tensor => f(w, r, b, h, xs);
  expect(relativeDifference(jvp(some, [w], [directions[0]])[1], gradients[0]!.mul(directions[0]).sum())).toBeLessThan(
    1e-13,
  );
  const forwardOverReverse = jvp(grad(some), [w], [directions[0]])[1];
  const reverseOverReverse = grad((w: Tensor) => grad(some)(w).mul(directions[0]).sum())(w);
  expect(relativeDifference(forwardOverReverse, reverseOverReverse)).toBeLessThan(1e-12);
});

it('shows both carries when a step changes them', () => {
  const init = { c: tensor([1, 2]), h: tensor([3]) };
  const run = (f: (carry: typeof init) => unknown) => () =>
    scan((carry, _: null) => [f(carry) as never, null], init, null, { length: 2 });
  expect(run(({ c }) => ({ c }))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scan: the carry starts as { c: float32 [2], h: float32 [1] } and is { c: float32 [2] } after a step; its structure must stay: return what the body got, with new values]`,
  );
  expect(run(({ c, h }) => ({ c, h: h.add(c) }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scan: the carry starts as { c: float32 [2], h: float32 [1] } and is { c: float32 [2], h: float32 [2] } after a step; shapes must stay: give init the shape that the body returns]`,
  );
  expect(run(({ c, h }) => ({ c: c.cast('float64'), h }))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: scan: the carry starts as { c: float32 [2], h: float32 [1] } and is { c: float64 [2], h: float32 [1] } after a step; dtypes must stay: cast init or the result of the body with .cast('float32')]`,
  );
});

it('refuses sequences and bodies that do not fit', () => {
  const body = (c: Tensor, x: Tensor): readonly [Tensor, Tensor] => [c, x];
  expect(() => scan(body, tensor(1), tensor(2))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scan: xs is a scalar; sequences are sliced along axis 0: close over it instead]`,
  );
  expect(() => scan(body, tensor(1), tensor([1, 2]), { length: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scan: xs [2] has 2 slices along axis 0, not 3; all sequences and { length } must agree]`,
  );
  expect(() =>
    scan((c: Tensor, [x]: Tensor[]) => [c, x] as never, tensor(1), [tensor([1, 2]), tensor([1])]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scan: xs.1 [1] has 1 slices along axis 0, not 2; all sequences and { length } must agree]`,
  );
  expect(() => scan((c, x: null) => [c, x], tensor(1), null)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scan: xs has no tensors; give the number of steps with { length }]`,
  );
  expect(() => scan(((c: Tensor) => c) as never, tensor(1), tensor([1]))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scan: the body returned a tensor; it must return [carry, y]]`,
  );
  expect(() => scan((async () => {}) as never, tensor(1), tensor([1]))).toThrowErrorMatchingInlineSnapshot(
    `[TraceError: scan: the function returned a Promise; a traced function must be synchronous (load data before, await results after)]`,
  );
  expect(() =>
    scan((c, x: Tensor) => [c.add(0.5).cast('int32'), x], 0.5, tensor([1])),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: add: 0.5 does not fit int32, the dtype of the tensor it meets; cast the tensor with .cast('float32')]`,
  );
});

it('prints bodies indented, and tells loops apart by them', () => {
  const f =
    (factor: number) =>
    (x: Tensor): Tensor =>
      scan((c, v: Tensor) => [c.mul(factor).add(v), null], tensor(1), x)[0];
  const print = (factor: number): string =>
    printGraph(optimizeGraph(traceGraph(f(factor), tensor([1, 2])).graph, { channels: 'last' }));
  expect(print(3)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2], b: float32 []
    c: float32 [] = scan b a {carries=1, sequences=1, length=2, reverse=false}
      body:
        inputs  a: float32 [], b: float32 []
        c: float32 [] = full {shape=[], dtype=float32, value=3}
        d: float32 [] = mul a c
        e: float32 [] = add d b
        outputs e
    outputs c"
  `);
  expect(numbersOf(f(2)(tensor([1, 2])))).toEqual([8]);
  expect(numbersOf(f(3)(tensor([1, 2])))).toEqual([14]);
});

it('runs again without another executable', () => {
  const run = (seed: number): number[] =>
    numbersOf(scan((c, v: Tensor) => [c.mul(v), c], tensor(seed), tensor([1, seed]))[0]);
  run(2);
  const before = executablesCreated();
  expect(run(3)).toEqual([9]);
  expect(executablesCreated()).toBe(before);
});

it('hands random keys on', () => {
  const draw = (from: Tensor): Tensor => random.bits(from, [2]);
  const [, words] = scan(
    (from, _: null) => {
      const [next, use] = random.split(from);
      return [next!, draw(use!)];
    },
    random.key(7),
    null,
    { length: 3 },
  );
  const expected: number[] = [];
  let from = random.key(7);
  for (let i = 0; i < 3; i++) {
    const [next, use] = random.split(from);
    expected.push(...numbersOf(draw(use!)));
    from = next!;
  }
  expect(numbersOf(words)).toEqual(expected);
});

it('takes slices of stacked numbers for numbers, whose dtype is open', async () => {
  const scaled = compile((x: Tensor, rates: readonly number[]) => {
    const numbers = stack(rates as unknown as Tensor[]);
    return scan((carry, rate: Tensor) => [carry.mul(rate), rate.add(1)], x, numbers);
  });
  for (const dtype of ['float32', 'float64'] as const) {
    const [product, ys] = scaled(tensor([1, 2], { dtype }), [0.1, 0.2]);
    const one = compile((x: Tensor, a: number, b: number) => x.mul(a).mul(b))(tensor([1, 2], { dtype }), 0.1, 0.2);
    expect([product.dtype, ys.dtype]).toEqual([dtype, 'float32']);
    expect(await product.data()).toEqual(await one.data());
  }
});
