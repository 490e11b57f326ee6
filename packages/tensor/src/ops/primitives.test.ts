import { expect, it, vi } from 'vitest';
import { fromHostArray } from '../create.js';
import type { TensorType } from '../graph/primitive.js';
import { optimizeGraph } from '../passes/optimize.js';
import { runGraph } from '../passes/run-graph.fixture.js';
import { compile } from '../transforms/compile.js';
import { traceGraph } from '../transforms/trace-graph.js';
import type { Tensor } from '../tensor.js';
import { bufferOf, numbersOf } from '../values.fixture.js';
import { applyCase, buildOperands, findDifference, primitiveCases } from './primitive-cases.fixture.js';
import { primitiveNames, primitives } from './registry.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

it.each(primitiveNames)('%s gives what an independent tool computed', (name) => {
  expect(primitiveCases[name].length).toBeGreaterThan(1);
  const problems = primitiveCases[name].flatMap((one) => {
    const results = applyCase(name, one);
    const types = (list: readonly TensorType[]): unknown[] => list.map(({ dtype, shape }) => [dtype, shape]);
    expect(types(results), one.name).toEqual(types(one.expected));
    return results.flatMap((result, i) => {
      const difference = findDifference(one.expected[i]!, one, bufferOf(result));
      return difference === null ? [] : [`${one.name}, result ${i}: ${difference}`];
    });
  });
  expect(problems).toEqual([]);
});

it('is registered under the name that errors and graphs show', () => {
  expect(primitiveNames.map((name) => primitives[name].name)).toEqual(primitiveNames);
  expect(new Set(primitiveNames.map((name) => primitives[name].id)).size).toBe(primitiveNames.length);
});

it.each(primitiveNames)('%s gives the same bits evaluated, compiled, and in optimized graphs', (name) => {
  for (const one of primitiveCases[name].filter(({ operands }) => operands.length > 0)) {
    const operands = buildOperands(one);
    const inputs = operands.map(bufferOf);
    const f = (...inner: Tensor[]): readonly Tensor[] => applyCase(name, one, inner);
    const expected = f(...operands).map(bufferOf);
    expect(compile(f)(...operands).map(bufferOf), `${one.name}, compiled`).toEqual(expected);
    const { graph } = traceGraph(f, ...operands);
    expect(runGraph(graph, inputs), `${one.name}, traced`).toEqual(expected);
    expect(runGraph(optimizeGraph(graph, { channels: 'last' }), inputs), `${one.name}, optimized`).toEqual(expected);
    expect(runGraph(optimizeGraph(graph, { channels: 'first' }), inputs), `${one.name}, channels first`).toEqual(
      expected,
    );
  }
});

it('shares the buffer only where a primitive says that the elements stay as they are', () => {
  for (const name of primitiveNames.filter((key) => primitives[key].alias === true)) {
    for (const one of primitiveCases[name]) {
      const [x] = buildOperands(one);
      expect(applyCase(name, one).map(bufferOf), one.name).toEqual([bufferOf(x!)]);
    }
  }
});

it('keeps the sign of zero where IEEE 754 does', () => {
  const signed = (x: Tensor): string =>
    numbersOf(x)
      .map((v) => (Object.is(v, -0) ? '-0' : String(v)))
      .join(' ');
  const x = fromHostArray(Float32Array.of(0, -0, -3, 2), [4], 'float32');
  expect(signed(x.neg())).toBe('-0 0 3 -2');
  expect(signed(x.mul(0))).toBe('0 -0 -0 0');
  expect(signed(x.mul(-0))).toBe('-0 0 0 -0');
  expect(signed(x.cast('float64'))).toBe('0 -0 -3 2');
  expect(signed(x.abs())).toBe('0 0 3 2');
  expect(signed(compile((y: Tensor) => y.mul(-0))(x))).toBe('-0 0 0 -0');
  expect(signed(compile((y: Tensor) => y.mul(0))(x))).toBe('0 -0 -0 0');
});
