import { expect, it, vi } from 'vitest';
import { bytesPerElement } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import { subgraphsOf } from '../graph/subgraphs.js';
import {
  checkpoint,
  compile,
  executablesCreated,
  grad,
  hessian,
  jvp,
  nn,
  optimizeGraph,
  random,
  stack,
  traceGraph,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
  type Tensor,
} from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

vi.setConfig({ testTimeout: 60_000 });

interface Layer {
  readonly w: Tensor;
  readonly b: Tensor;
}

const layer = (x: Tensor, { w, b }: Layer): Tensor => x.matmul(w).add(b).tanh().matmul(w).tanh();
const kept =
  (segment: typeof layer) =>
  (layers: readonly Layer[], x: Tensor): Tensor =>
    layers
      .reduce((h, one) => segment(h, one), x)
      .square()
      .mean();
const plain = kept(layer);
const checkpointed = kept(checkpoint(layer));

const layers = [1, 2, 3].map((n): Layer => ({ w: pattern([4, 4], n).mul(0.25), b: pattern([4], n + 5) }));
const x = pattern([5, 4], 9);

function expectSame(a: unknown, b: unknown, tolerance = 1e-13): void {
  const [left, right] = [a, b].map((value) => {
    const leaves: Tensor[] = [];
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === 'object' && part !== null && 'dtype' in part) leaves.push(part as Tensor);
      return typeof part === 'object' && part !== null && 'dtype' in part ? null : part;
    });
    return leaves;
  });
  expect(left!.length).toBe(right!.length);
  expect(left!.length).toBeGreaterThan(0);
  left!.forEach((leaf, i) => {
    expect(relativeDifference(leaf, right![i]!)).toBeLessThan(tolerance);
  });
}

it('is the function', () => {
  expectSame(checkpointed(layers, x), plain(layers, x), 1e-300);
  expectSame(compile(checkpointed)([...layers], x), plain(layers, x));
  expect(shown(checkpoint((v: Tensor) => ({ twice: v.mul(2), v, name: 'a', n: 1 }))(float64([1])))).toEqual([
    'float64 [1] 2',
    'float64 [1] 1',
  ]);
});

it('has the derivatives of the function, in both modes and to second order', () => {
  const [value, gradients] = valueAndGrad(checkpointed)(layers, x);
  expectSame([value, gradients], valueAndGrad(plain)(layers, x));
  expectSame(compile(grad(checkpointed))(layers, x), grad(plain)(layers, x));
  const tangents = layers.map(({ w, b }) => ({ w: w.mul(0.5), b: b.square() }));
  expectSame(jvp(checkpointed, [layers, x], [tangents, x]), jvp(plain, [layers, x], [tangents, x]));
  expectSame(vjp(checkpointed, layers, x)[1](float64([2], [])), vjp(plain, layers, x)[1](float64([2], [])));
  const small =
    (segment: (v: Tensor) => Tensor) =>
    (v: Tensor): Tensor =>
      segment(segment(v)).sum();
  const curve = (v: Tensor): Tensor => v.tanh().mul(v).add(v.square());
  const point = float64([0.25, -0.5, 0.75]);
  expectSame(hessian(small(checkpoint(curve)))(point), hessian(small(curve))(point));
  expectSame(
    compile((v: Tensor) =>
      grad((u: Tensor) =>
        grad(small(checkpoint(curve)))(u)
          .square()
          .sum(),
      )(v),
    )(point),
    grad((u: Tensor) => grad(small(curve))(u).square().sum())(point),
  );
  expectSame(
    grad((v: Tensor) => jvp(small(checkpoint(curve)), [v], [point])[1])(point),
    grad((v: Tensor) => jvp(small(curve), [v], [point])[1])(point),
  );
});

it('composes with vmap, inside and outside of grad, shared and batched arguments', () => {
  const batch = stack([x, x.mul(0.5), x.neg()]);
  expectSame(
    vmap(grad(checkpointed), { inAxes: [null, 0] })(layers, batch),
    vmap(grad(plain), { inAxes: [null, 0] })(layers, batch),
  );
  const total =
    (f: typeof plain) =>
    (all: readonly Layer[], xs: Tensor): Tensor =>
      vmap(f, { inAxes: [null, 0] })(all, xs).sum();
  expectSame(grad(total(checkpointed))(layers, batch), grad(total(plain))(layers, batch));
  expectSame(
    vmap((xs: Tensor) => vmap(grad(checkpointed, { argnums: 1 }), { inAxes: [null, 0] })(layers, xs))(
      stack([batch, batch]),
    ),
    vmap((xs: Tensor) => vmap(grad(plain, { argnums: 1 }), { inAxes: [null, 0] })(layers, xs))(stack([batch, batch])),
  );
});

it('nests, and sends gradients to tensors from outside', () => {
  const outside = (w: Tensor) =>
    checkpoint((v: Tensor) => checkpoint((u: Tensor) => u.matmul(w).tanh())(v).mul(w.sum()));
  const f = (w: Tensor, v: Tensor): Tensor => outside(w)(v).sum();
  const g = (w: Tensor, v: Tensor): Tensor => v.matmul(w).tanh().mul(w.sum()).sum();
  const w = pattern([4, 4], 3);
  expectSame(grad(f, { argnums: [0, 1] })(w, x), grad(g, { argnums: [0, 1] })(w, x));
  expectSame(compile(grad(f, { argnums: [0, 1] }))(w, x), grad(g, { argnums: [0, 1] })(w, x));
});

it('draws the same random numbers again, and passes integers, bools and keys through', () => {
  const f = (v: Tensor, key: Tensor, n: Tensor): [Tensor, Tensor, Tensor] => {
    const [first, rest] = random.split(key) as Iterable<Tensor> as [Tensor, Tensor];
    return [nn.dropout(v, 0.5, first).mul(v).mul(n.cast('float64')), rest, v.greater(0)];
  };
  const loss =
    (segment: typeof f) =>
    (v: Tensor): Tensor => {
      const [a, key] = segment(v, random.key(3), float64([2, 1, 3, 1, 1, 1, 1, 1]).cast('int32'));
      return segment(a, key, float64([1, 2, 1, 1, 1, 1, 1, 1]).cast('int32'))[0].sum();
    };
  const v = pattern([8], 2);
  expectSame(valueAndGrad(loss(checkpoint(f)))(v), valueAndGrad(loss(f))(v));
  expectSame(compile(valueAndGrad(loss(checkpoint(f))))(v), valueAndGrad(loss(f))(v));
});

/** The largest number of bytes that are alive at once when the nodes run in order, those inside a node included. */
function peakBytes(graph: Graph): number {
  const bytes = (tensor: Tensor): number => tensor.size * bytesPerElement(tensor.dtype);
  const lastUse = new Map<Tensor, number>();
  graph.nodes.forEach(({ operands, results }, i) => {
    for (const tensor of [...operands, ...results]) lastUse.set(tensor, i);
  });
  const ends = new Set<Tensor>([...graph.inputs, ...graph.outputs]);
  let [alive, peak] = [0, 0];
  graph.nodes.forEach(({ operands, results, attributes }, i) => {
    for (const result of results) alive += bytes(result);
    const inside = Math.max(0, ...subgraphsOf(attributes).map(peakBytes));
    peak = Math.max(peak, alive + inside);
    for (const tensor of new Set([...operands, ...results])) {
      if (lastUse.get(tensor) === i && !ends.has(tensor)) alive -= bytes(tensor);
    }
  });
  return peak;
}

it('keeps only the inputs of segments: the peak falls', () => {
  const depth = 24;
  const wide = (v: Tensor): Tensor => {
    let h = v;
    for (let i = 0; i < 8; i++) h = h.tanh().mul(h);
    return h;
  };
  const deep =
    (segment: (v: Tensor) => Tensor) =>
    (v: Tensor): Tensor => {
      let h = v;
      for (let i = 0; i < depth; i++) h = segment(h);
      return h.sum();
    };
  const size = 1000;
  const peak = (segment: (v: Tensor) => Tensor): number => {
    const { graph } = traceGraph((v: Tensor) => valueAndGrad(deep(segment))(v), zeros([size]));
    return peakBytes(optimizeGraph(graph, { channels: 'last' })) / (4 * size);
  };
  const [without, withSegments] = [peak(wide), peak(checkpoint(wide))];
  expect(without).toBeGreaterThan(depth * 16);
  expect(withSegments).toBeLessThan(depth + 40);
});

it('computes again only the gradients that are used', () => {
  const { graph } = traceGraph((l: Layer[], v: Tensor) => grad(checkpointed)(l, v), [...layers], x);
  const inner = optimizeGraph(graph, { channels: 'last' }).nodes.flatMap(({ attributes }) => subgraphsOf(attributes));
  // The first segment's input needs no gradient: one product less, and one output.
  expect(inner.map((body) => body.outputs.length)).toEqual([3, 3, 2]);
  const products = inner.map((body) => body.nodes.filter(({ primitive }) => primitive.name === 'matmul').length);
  expect(products).toEqual([6, 6, 5]);
});

it('needs no more executables when it is called anew, compiled or not', () => {
  const run = compile(grad(checkpointed));
  expect(numbersOf(run(layers, x)[0]!.b)).toEqual(numbersOf(run(layers, x)[0]!.b));
  expect(run.traces).toBe(1);
  const once = (): number[] => numbersOf(grad(checkpointed)(layers, x)[0]!.b);
  const first = once();
  const created = executablesCreated();
  expect(once()).toEqual(first);
  expect(executablesCreated()).toBe(created);
});
