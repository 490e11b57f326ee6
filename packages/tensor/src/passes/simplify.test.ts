import { expect, it } from 'vitest';
import { compile, full, nn, printGraph, tensor, traceGraph, where, zeros, type Tensor } from '../index.js';
import { constant } from '../ops/create.js';
import { bufferOf, numbersOf } from '../values.fixture.js';
import { mergeCommonSubexpressions } from './common-subexpressions.js';
import { poolBeforeRelu } from './pool-before-relu.js';
import { runGraph } from './run-graph.fixture.js';
import { simplifyGraph } from './simplify.js';

const x = tensor([
  [1, -2, 3],
  [4, 5, -6],
]);

/** The simplified graph as text, after checking that it still computes the same. */
function simplified(f: (...args: Tensor[]) => unknown, ...args: readonly Tensor[]): string {
  const { graph, captured } = traceGraph(f, ...args);
  const inputs = [...args, ...captured].map(bufferOf);
  const result = simplifyGraph(graph);
  expect(runGraph(result, inputs)).toEqual(runGraph(graph, inputs));
  return printGraph(result);
}

it('drops transposes and reshapes that undo each other, and merges the others', () => {
  expect(simplified((a) => a.transpose().transpose(), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    outputs a"
  `);
  expect(simplified((a) => a.reshape([6]).reshape([3, 2]).reshape([2, 3]), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    outputs a"
  `);
  expect(simplified((a) => a.reshape([6]).reshape([3, 2]), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [3,2] = reshape a {shape=[3,2]}
    outputs b"
  `);
  expect(simplified((a) => a.transpose([2, 0, 1]).transpose([1, 0, 2]), zeros([2, 3, 4]))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3,4]
    b: float32 [2,4,3] = transpose a {permutation=[0,2,1]}
    outputs b"
  `);
});

it('makes a reshape of a transpose that only moves axes of size 1', () => {
  expect(simplified((a) => a.transpose([0, 2, 1, 3]), zeros([2, 1, 3, 4]))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,1,3,4]
    b: float32 [2,3,1,4] = reshape a {shape=[2,3,1,4]}
    outputs b"
  `);
  expect(simplified((a) => a.transpose([2, 1, 0, 3]), zeros([2, 1, 3, 4]))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,1,3,4]
    b: float32 [3,1,2,4] = transpose a {permutation=[2,1,0,3]}
    outputs b"
  `);
});

it('drops factors of 1 and casts to the same dtype, but nothing that changes the shape', () => {
  expect(simplified((a) => a.mul(1).div(1).add(1), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [] = full {shape=[], dtype=float32, value=1}
    c: float32 [2,3] = add a b
    outputs c"
  `);
  expect(simplified((a) => full([], 1).mul(a), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    outputs a"
  `);
  expect(simplified((a) => a.mul(full([2, 2, 3], 1)), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [2,2,3] = full {shape=[2,2,3], dtype=float32, value=1}
    c: float32 [2,2,3] = mul a b
    outputs c"
  `);
});

it('folds operations on constants, in every dtype', () => {
  expect(simplified((a) => a.add(full([], 2).mul(3).exp().log()), x)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [] = full {shape=[], dtype=float32, value=6}
    c: float32 [2,3] = add a b
    outputs c"
  `);
  const half = tensor([1], { dtype: 'float16' });
  expect(simplified((a) => a.mul(full([], 1.5, { dtype: 'float16' }).mul(3).neg()), half)).toMatchInlineSnapshot(`
    "inputs  a: float16 [1]
    b: float16 [] = full {shape=[], dtype=float16, value=-4.5}
    c: float16 [1] = mul a b
    outputs c"
  `);
  const wide = tensor([1n]);
  expect(simplified((a) => a.add(full([], 5, { dtype: 'int64' }).mul(-7)), wide)).toMatchInlineSnapshot(`
    "inputs  a: int64 [1]
    b: int64 [] = full {shape=[], dtype=int64, value=-35}
    c: int64 [1] = add a b
    outputs c"
  `);
  const flags = tensor([true, false]);
  expect(simplified((a) => where(full([], 3).greater(2), a, false), flags)).toMatchInlineSnapshot(`
    "inputs  a: bool [2]
    b: bool [] = full {shape=[], dtype=bool, value=1}
    c: bool [] = full {shape=[], dtype=bool, value=0}
    d: bool [2] = where b a c
    outputs d"
  `);
});

it('does not fold 64-bit integers that a number cannot hold', () => {
  const big = full([], Number.MAX_SAFE_INTEGER, { dtype: 'int64' });
  const f = compile((a: Tensor) => a.add(big.mul(1001)));
  expect(bufferOf(f(tensor([1n])))).toEqual(BigInt64Array.of(9007199254740991n * 1001n + 1n));
});

it('keeps −0, NaN and the infinities', () => {
  const values = [-0, NaN, Infinity, -Infinity, 0];
  const f = compile((a: Tensor) =>
    values.map((value) =>
      a
        .add(-0)
        .mul(0)
        .add(-0)
        .add(constant(value, [], 'float32').neg()),
    ),
  );
  expect(f(tensor([-1])).flatMap(numbersOf)).toEqual([0, NaN, -Infinity, Infinity, -0]);
});

it('pushes broadcasts into operations that broadcast by themselves, or behind them', () => {
  expect(simplified((a, b) => a.add(b.broadcastTo([2, 3])), x, tensor([1, 2, 3]))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3], b: float32 [3]
    c: float32 [2,3] = add a b
    outputs c"
  `);
  expect(simplified((b) => b.broadcastTo([2, 3]).exp(), tensor([1, 2, 3]))).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [3] = exp a
    c: float32 [2,3] = broadcastTo b {shape=[2,3]}
    outputs c"
  `);
  expect(simplified((a, b) => a.broadcastTo([2, 3]).mul(b.broadcastTo([2, 3])), tensor([[1], [2]]), tensor([1, 2, 3])))
    .toMatchInlineSnapshot(`
    "inputs  a: float32 [2,1], b: float32 [3]
    c: float32 [2,3] = mul a b
    outputs c"
  `);
});

it('computes equal operations once, and keeps those whose attributes, operands or dtypes differ', () => {
  const { graph } = traceGraph(
    (a: Tensor) => [
      a.exp(),
      a.exp(),
      a.neg().exp(),
      a.sum(0),
      a.sum(1),
      a.cast('int32'),
      a.cast('int8'),
      a.add(0),
      a.add(-0),
    ],
    x,
  );
  const merged = mergeCommonSubexpressions(graph);
  expect(printGraph(merged)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    b: float32 [2,3] = exp a
    c: float32 [2,3] = neg a
    d: float32 [2,3] = exp c
    e: float32 [3] = sum a {axes=[0]}
    f: float32 [2] = sum a {axes=[1]}
    g: int32 [2,3] = cast a {dtype=int32}
    h: int8 [2,3] = cast a {dtype=int8}
    i: float32 [] = full {shape=[], dtype=float32, value=0}
    j: float32 [2,3] = add a i
    k: float32 [] = full {shape=[], dtype=float32, value=-0}
    l: float32 [2,3] = add a k
    outputs b, b, d, e, f, g, h, j, l"
  `);
  expect(runGraph(merged, [bufferOf(x)])).toEqual(runGraph(graph, [bufferOf(x)]));
});

it('takes the maximum before relu', () => {
  const loss = (a: Tensor): Tensor => nn.maxPool(nn.relu(a), 2).square().sum();
  const images = tensor([-1, 2, -3, -4, -5, -6, -7, -8, 3, 3, 0, -1, 9, 1, -2, 0], { shape: [1, 4, 4, 1] });
  const { graph } = traceGraph(loss, images);
  expect(printGraph(poolBeforeRelu(graph))).toMatchInlineSnapshot(`
    "inputs  a: float32 [1,4,4,1]
    b: float32 [1,2,2,1] = maxPool a {window=[2,2], strides=[2,2], padding=[[0,0],[0,0]], channels=last}
    c: float32 [1,2,2,1] = relu b
    d: float32 [1,2,2,1] = mul c c
    e: float32 [] = sum d {axes=[0,1,2,3]}
    outputs e"
  `);
});
