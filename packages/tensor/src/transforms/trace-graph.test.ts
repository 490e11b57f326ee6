import { expect, it } from 'vitest';
import {
  compile,
  evalShape,
  exampleArguments,
  full,
  grad,
  nn,
  ones,
  partOfGraph,
  printGraph,
  random,
  tensor,
  traceGraph,
  traceGraphAs,
  traceStep,
  tree,
  valueAndGrad,
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

it('knows what a compiled function was called with last', async () => {
  const f = compile((p: { w: Tensor; key: Tensor }, n: number, flag: boolean) => (flag ? p.w.mul(n) : p.key));
  expect(exampleArguments(f)).toBeNull();
  expect(exampleArguments((x: Tensor) => x)).toBeNull();
  f({ w: ones([2]), key: random.key(1) }, 3, true);
  f({ w: ones([3, 2], { dtype: 'float64' }), key: random.key(1) }, 3, true);
  const [{ w, key }, n, flag] = exampleArguments(f) as Parameters<typeof f>;
  expect([w.dtype, w.shape, key.dtype, key.shape, n, flag]).toEqual(['float64', [3, 2], 'key', [], 0, true]);
  expect(await w.sum().item()).toBe(0);
});

it('finds the gradients of a step, and the part of a graph behind them', () => {
  const step = (w: { a: Tensor; b: Tensor }): Tensor => {
    const [loss, gradients] = valueAndGrad((v: { a: Tensor; b: Tensor }) => v.a.mul(v.b).sum())(w);
    const second = grad((x: Tensor) => grad((y: Tensor) => y.pow(3).sum())(x).sum())(w.a);
    return loss.add(gradients.a.add(second).sum());
  };
  const { graph, result } = traceStep('toOnnx', step, { a: zeros([3]), b: zeros([3]) });
  expect(result.paths).toEqual(['0', '1.0.a', '1.0.b', '1.1']);
  const [total, ...gradients] = graph.outputs;
  const behind = partOfGraph([...graph.inputs, ...gradients], [total!]);
  expect(behind.nodes.map(({ primitive }) => primitive.name).sort()).toEqual(['add', 'add', 'mul', 'sum', 'sum']);
  expect(behind.inputs.every((input) => input.node === null)).toBe(true);
  expect(() => traceStep('toOnnx', () => Promise.resolve(1), zeros([1]))).toThrow(
    /^toOnnx: the function returned a Promise/,
  );
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
