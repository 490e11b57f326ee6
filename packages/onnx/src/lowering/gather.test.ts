import { grad, take, tensor, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectLike, lower, runBytes, waves } from '../run-function.fixture.js';

const indices = (count: number, size: number): Tensor =>
  tensor(
    Int32Array.from({ length: count }, (_, i) => ((i * 7919) % size) - (i % 2) * size),
    { shape: [count] },
  );

it.each<[name: string, table: [number, number], count: number, operators: string[]]>([
  ['a small table as a matrix product', [50, 32], 64, ['MatMul']],
  ['a large table by a scatter', [5000, 4], 64, ['ScatterElements']],
  ['narrow rows by a scatter', [50, 1], 64, ['ScatterElements']],
])('adds up the gradient of %s', async (_, table, count, operators) => {
  const f = (weights: Tensor, at: Tensor, factors: Tensor): Tensor =>
    grad((w: Tensor) => take(w, at, 0).mul(factors).sum())(weights);
  const inputs = [waves(table), indices(count, table[0]), waves([count, table[1]], 3)] as const;
  const model = lower(f, inputs, 'onnxruntime');
  const used = model.toModel().graph!.node.map(({ opType }) => opType);
  expect(used.filter((name) => name === 'MatMul' || name.startsWith('Scatter'))).toEqual(operators);
  const { output_0: output } = await runBytes(
    model.toBytes(),
    Object.fromEntries(inputs.map((input, i) => [`input_${i}`, input])),
  );
  await expectLike(output, f(...inputs));
});
