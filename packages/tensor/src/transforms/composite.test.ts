import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import type { Executable } from '../execution/backend.js';
import { referenceBackend } from '../execution/reference.js';
import { applyPlain, apply, bind, noAttributes } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import {
  compile,
  foriLoop,
  grad,
  jvp,
  nn,
  printGraph,
  tensor,
  traceGraph,
  vmap,
  zeros,
  type Tensor,
} from '../index.js';
import { checkGradients } from '../ops/finite-differences.fixture.js';
import { inlineComposites } from '../passes/inline-composites.js';
import { optimizeGraph } from '../passes/optimize.js';
import { bufferOf, numbersOf, pattern, relativeDifference } from '../values.fixture.js';
import { defineComposite } from './composite.js';

/** tanh(x · rate)², with a number in its body. */
const bump = defineComposite<{ rate: number }>({
  name: 'bump',
  elementwise: true,
  body: ([x], { rate }) => x!.mul(rate).tanh().square(),
});

/** Scaled rows, and their sums: two results, one of them of another composite. */
const scaleRows = defineComposite({
  name: 'scaleRows',
  leading: [0],
  body: ([x, scale]) => {
    const scaled = apply(bump, [x!], { rate: 0.5 }).mul(scale!);
    return [scaled, scaled.sum(-1)];
  },
});

const rows = (x: Tensor, scale: Tensor): readonly Tensor[] => bind(scaleRows, [x, scale], noAttributes);

function run(graph: Graph, inputs: readonly Tensor[]): readonly number[] {
  const executable = referenceBackend.compile(graph, { donate: inputs.map(() => false) }) as Executable;
  return (executable.run(inputs.map(bufferOf)) as Float64Array[]).flatMap((buffer) => [...buffer]);
}

it('is one node with the types of its body', () => {
  const { graph } = traceGraph((x: Tensor, s: Tensor) => rows(x, s), zeros([2, 3]), zeros([3]));
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3], b: float32 [3]
    c: float32 [2,3], d: float32 [2] = scaleRows a b
    outputs c, d"
  `);
  expect(printGraph(inlineComposites(graph, ({ primitive }) => primitive.name === 'bump'))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3], b: float32 [3]
    c: float32 [2,3] = bump a {rate=0.5}
    d: float32 [2,3] = mul c b
    e: float32 [2] = sum d {axes=[1]}
    outputs d, e"
  `);
});

it('gives the same kept, inlined and compiled', () => {
  const [x, s] = [pattern([4, 3], 1), pattern([3], 2)];
  const f = (a: Tensor, b: Tensor): readonly Tensor[] => rows(a, b);
  const { graph } = traceGraph(f, x, s);
  const kept = run(graph, [x, s]);
  const inlined = inlineComposites(graph, () => false);
  expect(inlined.nodes.some(({ primitive }) => primitive.body !== undefined)).toBe(false);
  expect(run(inlined, [x, s])).toEqual(kept);
  expect(run(optimizeGraph(graph, { channels: 'first', supports: () => true }), [x, s])).toEqual(kept);
  expect([...numbersOf(rows(x, s)[0]!), ...numbersOf(rows(x, s)[1]!)]).toEqual(kept);
  expect(compile(f)(x, s).flatMap(numbersOf)).toEqual(kept);
});

it('stays whole where a backend keeps it, also under transposes that move across it', () => {
  const f = (x: Tensor): Tensor => apply(bump, [x], { rate: 2 });
  const { graph } = traceGraph(f, zeros([2, 3]));
  const supports = ({ primitive }: { primitive: { name: string } }): boolean => primitive.name === 'bump';
  expect(optimizeGraph(graph, { channels: 'last', supports }).nodes).toHaveLength(1);
  expect(optimizeGraph(graph, { channels: 'last' }).nodes.length).toBeGreaterThan(1);
});

it('has the gradients of its body, to any order', () => {
  expect(checkGradients((x) => apply(bump, [x], { rate: 0.75 }), [pattern([5], 1)])).toBeNull();
  const both = (x: Tensor, s: Tensor): Tensor => {
    const [scaled, sums] = rows(x, s);
    return scaled!.mul(sums!.expandDims(-1));
  };
  expect(checkGradients(both, [pattern([2, 3], 1), pattern([3], 2)])).toBeNull();
  const third = grad((y: Tensor) => grad((x: Tensor) => grad((w: Tensor) => apply(bump, [w], { rate: 1 }))(x))(y));
  const x = tensor(0.4, { dtype: 'float64' });
  // With t = tanh x and s = 1 − t², (t²)''' = 8 t s (t² − 2 s).
  const t = Math.tanh(0.4);
  const s = 1 - t * t;
  expect(numbersOf(third(x))[0]).toBeCloseTo(8 * t * s * (t * t - 2 * s), 12);
});

it('has the tangents of its body, which are the transpose of its gradients', () => {
  const f = (x: Tensor, s: Tensor): Tensor => {
    const [scaled, sums] = rows(x, s);
    return scaled!.mul(sums!.expandDims(-1)).add(apply(bump, [x], { rate: 2 }));
  };
  const primals = [pattern([4, 3], 1), pattern([3], 2)] as const;
  const tangents = [pattern([4, 3], 3), pattern([3], 4)] as const;
  const [, change] = jvp(f, [...primals], [...tangents]);
  const weights = pattern([4, 3], 5);
  const gradients = grad((x: Tensor, s: Tensor) => f(x, s).mul(weights).sum(), { argnums: [0, 1] })(...primals);
  const pulled = gradients.reduce(
    (sum, gradient, i) => sum.add(gradient.mul(tangents[i]!).sum()),
    tensor(0, { dtype: 'float64' }),
  );
  expect(relativeDifference(change.mul(weights).sum(), pulled)).toBeLessThan(1e-14);
});

it('has the tangents of its body where it has a gradient of its own', () => {
  const scale = pattern([8], 1);
  const normalized = (x: Tensor): Tensor => nn.layerNorm(x, { scale });
  const [x, tangent, weights] = [2, 3, 4].map((seed) => pattern([4, 8], seed * seed));
  const [, slope] = jvp(normalized, [x!], [tangent!]);
  const gradient = grad((y: Tensor) => normalized(y).mul(weights!).sum())(x!);
  expect(relativeDifference(slope.mul(weights!).sum(), gradient.mul(tangent!).sum())).toBeLessThan(1e-13);
});

it('keeps its name when leading operands are batched, and batches its body otherwise', () => {
  const names = (f: (...x: Tensor[]) => unknown, ...args: readonly Tensor[]): string =>
    traceGraph(f, ...args)
      .graph.nodes.map(({ primitive }) => primitive.name)
      .join(' ');
  const f = (x: Tensor, s: Tensor): readonly Tensor[] => rows(x, s);
  expect(names(vmap(f, { inAxes: [0, null] }), zeros([5, 2, 3]), zeros([3]))).toBe('scaleRows');
  expect(names(vmap(f, { inAxes: [0, 0] }), zeros([5, 2, 3]), zeros([5, 3]))).not.toContain('scaleRows');
  expect(
    names(
      vmap((x: Tensor) => apply(bump, [x], { rate: 1 })),
      zeros([5, 2]),
    ),
  ).toBe('bump');
  const [x, s] = [pattern([2, 4, 3], 1), pattern([2, 3], 2)];
  for (const inAxes of [
    [0, null],
    [0, 0],
    [null, 0],
  ]) {
    const args = [inAxes[0] === 0 ? x : x.slice([0, 1]).squeeze(0), inAxes[1] === 0 ? s : s.slice([0, 1]).squeeze(0)];
    const batched = vmap(f, { inAxes })(...(args as [Tensor, Tensor]));
    for (const i of [0, 1]) {
      const one = rows(
        inAxes[0] === 0 ? x.slice([i, i + 1]).squeeze(0) : args[0]!,
        inAxes[1] === 0 ? s.slice([i, i + 1]).squeeze(0) : args[1]!,
      );
      one.forEach((result, k) => {
        expect(relativeDifference(batched[k]!.slice([i, i + 1]).squeeze(0), result)).toBe(0);
      });
    }
  }
});

it('names itself in errors, and takes a gradient of its own', () => {
  const checked = defineComposite({
    name: 'checked',
    check: ([x]) => {
      if (x!.shape.length !== 1) throw new RangeError('checked: takes vectors');
    },
    body: ([x]) => x!.square(),
    vjp: ({ cotangent }) => [cotangent.mul(7)],
  });
  expect(errorTexts(() => applyPlain(checked, zeros([1, 1])))).toBe('not ours: RangeError: checked: takes vectors');
  expect(numbersOf(grad((x: Tensor) => applyPlain(checked, x).sum())(tensor([1, 2])))).toEqual([7, 7]);
});

it('works in the bodies of loops', () => {
  const f = (x: Tensor): Tensor => foriLoop(0, 3, (_, y) => nn.layerNorm(nn.silu(y)).add(x), x);
  const x = pattern([2, 5], 1);
  let expected = x;
  for (let i = 0; i < 3; i++) expected = nn.layerNorm(nn.silu(expected)).add(x);
  expect(relativeDifference(f(x), expected)).toBeLessThan(1e-15);
  expect(relativeDifference(compile(f)(x), expected)).toBeLessThan(1e-15);
  expect(checkGradients(f, [x])).toBeNull();
});
