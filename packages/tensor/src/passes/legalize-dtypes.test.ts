import { describe, expect, it } from 'vitest';
import type { DType } from '../dtypes.js';
import type { Node } from '../graph/node.js';
import * as t from '../index.js';
import type { Tensor } from '../index.js';
import { traceGraph } from '../transforms/trace-graph.js';
import { bufferOf } from '../values.fixture.js';
import { canLegalizeDTypes, legalizeDTypes } from './legalize-dtypes.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

/** A backend that has casts and constants of all dtypes, and computes in these alone. */
function computesIn(...own: readonly DType[]): (node: Node) => boolean {
  return ({ primitive, operands, results }) =>
    ['cast', 'full'].includes(primitive.name) ||
    [...operands, ...results].every(({ dtype }) => own.includes(dtype) || dtype === 'bool');
}

const small = computesIn('float32', 'int32', 'uint32', 'int64', 'uint64');

function check(f: (x: Tensor) => Tensor, x: Tensor, isNative = small): void {
  const { graph } = traceGraph(f, x);
  const legal = legalizeDTypes(graph, isNative);
  expect(legal.nodes.filter((node) => !isNative(node)).map(({ primitive }) => primitive.name)).toEqual([]);
  expect(legal.outputs.map(({ dtype }) => dtype)).toEqual(graph.outputs.map(({ dtype }) => dtype));
  expect(runGraph(legal, [bufferOf(x)])).toEqual(runGraph(graph, [bufferOf(x)]));
}

const values: Readonly<Record<string, readonly number[]>> = {
  int8: [-128, 127, -1, 100, 0, 3],
  int16: [-32768, 32767, -1, 300, 0, 3],
  uint8: [255, 0, 128, 127, 3, 200],
  uint16: [65535, 0, 32768, 300, 3, 40000],
  float16: [1, -2.5, 1e-7, 65504, 0.1, 3],
  bfloat16: [1, -2.5, 1e-30, 3e38, 0.1, 3],
};

describe.each(Object.entries(values))('%s in wider dtypes', (dtype, numbers) => {
  const x = t.tensor([...numbers], { dtype: dtype as DType, shape: [2, 3] });
  const computations: Record<string, (x: Tensor) => Tensor> = {
    arithmetic: (y) =>
      y
        .mul(y)
        .add(y)
        .sub(y.slice([0, 1])),
    order: (y) => y.argmax(1),
    extremes: (y) => y.max(0),
    sums: (y) => y.sum(1),
    products: (y) => y.prod(),
    comparisons: (y) => y.greater(y.slice([1, 2])),
    choices: (y) => t.where(y.less(2), y, y.slice([0, 1])),
    moves: (y) => t.pad(y.transpose(), 1),
    'matrix products': (y) => y.matmul(y.transpose()),
    'shifts, or quotients of floats': (y) => (t.isFloat(y.dtype) ? y.div(3) : t.shiftRight(y, 2)),
  };
  it.each(Object.entries(computations))('%s', (_, f) => {
    check(f, x);
  });
});

it('computes in 64 bits without sums and extremes of such', () => {
  const isNative = (node: Node): boolean => !['sum', 'prod', 'max', 'min'].includes(node.primitive.name);
  const signed = t.tensor(BigInt64Array.from([2n ** 62n, 2n ** 62n, 2n ** 62n, -1n, 2n ** 32n, 1n]), { shape: [2, 3] });
  const unsigned = signed.cast('uint64');
  for (const x of [signed, unsigned]) {
    check((y) => y.sum(1), x, isNative);
    check((y) => y.prod(), x, isNative);
    check((y) => y.max(0), x, isNative);
    check((y) => y.min(), x, isNative);
  }
});

it('rounds a half once per operation', () => {
  const { graph } = traceGraph((x: Tensor) => x.mul(x).add(x), t.tensor([1, 2], { dtype: 'float16' }));
  expect(countPrimitives(legalizeDTypes(graph, small))).toEqual({ cast: 6, mul: 1, add: 1 });
});

it('goes into the bodies of loops', () => {
  const x = t.tensor([100, 100, 100], { dtype: 'int8' });
  const sum = (xs: Tensor): Tensor =>
    t.scan((carry: Tensor, slice: Tensor) => [carry.add(slice), carry] as const, xs.slice([0, 1]).reshape([]), xs)[0];
  const { graph } = traceGraph(sum, x);
  const [body] = legalizeDTypes(graph, small).nodes.flatMap(({ attributes }) => t.subgraphsOf(attributes));
  expect(countPrimitives(body!)).toHaveProperty('cast');
  expect(runGraph(legalizeDTypes(graph, small), [bufferOf(x)])).toEqual(runGraph(graph, [bufferOf(x)]));
});

it('leaves alone what is native, and what it cannot express', () => {
  const wide = t.tensor([1.5], { dtype: 'float64' });
  const { graph } = traceGraph((x: Tensor) => x.exp(), wide);
  expect(canLegalizeDTypes(graph.nodes[0]!, small)).toBe(false);
  const { graph: own } = traceGraph((x: Tensor) => x.exp(), t.tensor([1]));
  expect(legalizeDTypes(own, small).nodes).toEqual(own.nodes);
});
