import { expect, it } from 'vitest';
import {
  evalShape,
  full,
  grad,
  nn,
  printGraph,
  tensor,
  traceGraph,
  traceGraphAs,
  tree,
  zeros,
  type Tensor,
} from '../index.js';

it('shows a function as a graph: argument tensors, then what it captures', () => {
  const weights = tensor([
    [1, 2],
    [3, 4],
  ]);
  const { graph, inputPaths, captured, result } = traceGraph(
    ({ x, rate }: { x: Tensor; rate: number }) => ({ y: nn.relu(x.matmul(weights)).mul(rate), flag: true }),
    { x: zeros([3, 2]), rate: 0.5 },
  );
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "inputs  a: float32 [], b: float32 [3,2], c: float32 [2,2]
    d: float32 [3,2] = matmul b c
    e: float32 [3,2] = relu d
    f: float32 [3,2] = mul e a
    outputs f"
  `);
  expect(inputPaths).toEqual(['0.rate', '0.x']);
  expect(captured.length === 1 && captured[0] === weights).toBe(true);
  expect(tree.unflatten(result.definition, ['Y'])).toEqual({ y: 'Y', flag: true });
});

it('prints what JSON writes of attributes, and any number of names', () => {
  const { graph } = traceGraph(
    (x: Tensor) => {
      let y = x.slice([0, 2]).sum([0, 1]).add(full([], Infinity));
      for (let i = 0; i < 30; i++) y = y.exp();
      return y;
    },
    zeros([3, 2]),
  );
  const lines = printGraph(graph).split('\n');
  expect(lines.slice(0, 5).join('\n')).toMatchInlineSnapshot(`
    "inputs  a: float32 [3,2]
    b: float32 [2,2] = slice a {starts=[0,0], sizes=[2,2], steps=[1,1]}
    c: float32 [] = sum b {axes=[0,1]}
    d: float32 [] = full {shape=[], dtype=float32, value=Infinity}
    e: float32 [] = add c d"
  `);
  expect(lines.at(-1)).toBe('outputs ai');
});

it.each(['traceGraph', 'toOnnx'] as const)('names %s in the errors of a trace', (operation) => {
  const trace = (f: (x: Tensor) => unknown): unknown =>
    operation === 'traceGraph' ? traceGraph(f, zeros([2])) : traceGraphAs(operation, f, zeros([2]));
  expect(() => trace((x) => Promise.resolve(x))).toThrow(
    `${operation}: the function returned a Promise; a traced function must be synchronous`,
  );
  let escaped: Tensor | null = null;
  trace((x) => (escaped = x.exp()));
  expect(() => escaped!.add(1)).toThrow(`of a function traced by ${operation} is used after the trace ended`);
});

it('gives shapes and dtypes without computing', () => {
  const types = evalShape(
    (p: { w: Tensor }, x: Tensor) => ({ y: x.matmul(p.w), sum: x.sum(), counts: x.argmax(1), n: 3 }),
    { w: zeros([50_000, 20_000]) },
    zeros([10_000, 50_000], { dtype: 'float32' }),
  );
  expect(types).toEqual({
    y: { shape: [10_000, 20_000], dtype: 'float32' },
    sum: { shape: [], dtype: 'float32' },
    counts: { shape: [10_000], dtype: 'int32' },
    n: 3,
  });
  expect(evalShape((x: Tensor) => grad((v: Tensor) => v.sum())(x), zeros([2], { dtype: 'float64' }))).toEqual({
    shape: [2],
    dtype: 'float64',
  });
});
