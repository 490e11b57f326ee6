import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { isFloat } from './dtypes.js';
import { compile, stack, vmap, type Tensor } from './index.js';
import { checkGradients } from './ops/finite-differences.fixture.js';
import { buildTensor, decode, findDifference, type CaseTensor, type Encoded } from './ops/primitive-cases.fixture.js';
import { bufferOf, relativeDifference } from './values.fixture.js';

/** One call of a function, with the results that an independent tool computed. */
interface FunctionCase {
  readonly name: string;
  readonly operands: readonly CaseTensor[];
  /** What follows the operands: plain JSON. */
  readonly arguments: readonly unknown[];
  readonly expected: readonly CaseTensor[];
  readonly length: number;
  readonly smooth: boolean;
}

interface EncodedCase {
  readonly name: string;
  readonly operands: readonly Encoded[];
  readonly arguments?: readonly unknown[];
  readonly expected: readonly Encoded[];
  readonly length?: number;
  readonly smooth?: boolean;
}

/** Calls a function with a case's operands and further arguments. */
export type CaseFunction = (operands: readonly Tensor[], ...rest: never[]) => Tensor | readonly Tensor[];

function readCases(file: string): Readonly<Record<string, readonly FunctionCase[]>> {
  const path = new URL(`../fixtures/functions/${file}.json`, import.meta.url);
  const content = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
  const lists = Object.entries(content).filter(([, list]) => Array.isArray(list)) as [string, EncodedCase[]][];
  return Object.fromEntries(
    lists.map(([name, list]) => [
      name,
      list.map(({ operands, expected, arguments: rest = [], length = 1, smooth = true, name: title }) => ({
        name: title,
        operands: operands.map(decode),
        arguments: rest,
        expected: expected.map(decode),
        length,
        smooth,
      })),
    ]),
  );
}

function listOf(results: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
}

/** All results, flattened into one vector of float64, so that gradients see each of them. */
function joined(results: readonly Tensor[]): Tensor {
  const parts = results.filter(({ dtype }) => isFloat(dtype)).map((x) => x.cast('float64').flatten());
  return parts.length === 1 ? parts[0]! : parts.slice(1).reduce((all, part) => concatenate(all, part), parts[0]!);
}

function concatenate(a: Tensor, b: Tensor): Tensor {
  // A sum of padded vectors: independent of `concat`, which may be under test.
  const size = a.size + b.size;
  const place = (x: Tensor, start: number): Tensor => {
    const rows = Array.from({ length: x.size }, (_, i) => i + start);
    const data = new Float64Array(size * x.size);
    rows.forEach((row, i) => (data[row * x.size + i] = 1));
    return constantMatrix(data, [size, x.size]).matmul(x);
  };
  return place(a, 0).add(place(b, a.size));
}

function constantMatrix(data: Float64Array, shape: readonly number[]): Tensor {
  return buildTensor({ dtype: 'float64', shape, values: [...data] });
}

/**
 * Tests functions on the cases of a fixture file: values, types, the compiled form, gradients to second order against
 * finite differences, and `vmap`. Each function of the file must be given.
 */
export function testFunctions(file: string, functions: Readonly<Record<string, CaseFunction>>): void {
  vi.setConfig({ testTimeout: 60_000 }); // a slow machine is no failure
  const cases = readCases(file);
  it(`${file} has cases of every function`, () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(functions).sort());
  });
  const names = Object.keys(functions);
  const call = (name: string, one: FunctionCase, operands: readonly Tensor[]): readonly Tensor[] =>
    listOf(functions[name]!(operands, ...(one.arguments as never[])));

  it.each(names)('%s gives what an independent tool computed', (name) => {
    const problems = cases[name]!.flatMap((one) => {
      const operands = one.operands.map(buildTensor);
      const results = call(name, one, operands);
      const types = (list: readonly { dtype: string; shape: readonly number[] }[]): string[] =>
        list.map(({ dtype, shape }) => `${dtype} [${String(shape)}]`);
      expect(types(results), one.name).toEqual(types(one.expected));
      return results.flatMap((result, i) => {
        const difference = findDifference(one.expected[i]!, one, bufferOf(result));
        return difference === null ? [] : [`${one.name}, result ${i}: ${difference}`];
      });
    });
    expect(problems).toEqual([]);
  });

  it.each(names)('%s gives the same compiled', (name) => {
    for (const one of cases[name]!.filter(({ operands }) => operands.length > 0)) {
      const operands = one.operands.map(buildTensor);
      const compiled = compile((...inner: Tensor[]) => [...call(name, one, inner)])(...operands);
      call(name, one, operands).forEach((result, i) => {
        // A whole graph is optimized as one: constants are folded in float64.
        expect(relativeDifference(compiled[i]!, result), one.name).toBeLessThan(isFloat(result.dtype) ? 1e-6 : 1e-300);
      });
    }
  });

  const smooth = names.filter((name) => cases[name]!.some((one) => one.smooth && floatOperands(one).length > 0));
  if (smooth.length > 0) {
    it.each(smooth)('%s has the gradients that finite differences give, to second order', (name) => {
      for (const one of cases[name]!.filter((given) => given.smooth && floatOperands(given).length > 0)) {
        const operands = one.operands.map((x) => buildTensor(isFloat(x.dtype) ? { ...x, dtype: 'float64' } : x));
        const problem = checkGradients((...inner) => joined(call(name, one, inner)), operands);
        expect(problem, one.name).toBeNull();
      }
    });
  }

  it.each(names)('vmap of %s is the function applied to each example', (name) => {
    for (const one of cases[name]!.filter(({ operands }) => operands.length > 0)) {
      const first = one.operands.map(buildTensor);
      const second = one.operands.map((x) => buildTensor({ ...x, values: [...x.values].reverse() }));
      const subsets = [
        first.map(() => true),
        ...(first.length > 1 ? first.map((_, i) => first.map((__, k) => i === k)) : []),
      ];
      for (const chosen of subsets) {
        const operands = first.map((x, i) => (chosen[i] === true ? stack([x, second[i]!]) : x));
        const inAxes = chosen.map((batched) => (batched ? 0 : null));
        const batched = vmap((...inner: Tensor[]) => [...call(name, one, inner)], { inAxes })(...operands);
        const examples = [first, first.map((x, i) => (chosen[i] === true ? second[i]! : x))].map((inner) =>
          call(name, one, inner),
        );
        batched.forEach((result, i) => {
          const expected = stack([examples[0]![i]!, examples[1]![i]!]);
          expect([result.dtype, result.shape], one.name).toEqual([expected.dtype, expected.shape]);
          const allowed = isFloat(result.dtype) ? 1e-6 : 1e-300;
          expect(relativeDifference(result, expected), `${one.name}, batched ${String(chosen)}`).toBeLessThan(allowed);
        });
      }
    }
  });
}

function floatOperands(one: FunctionCase): readonly CaseTensor[] {
  return one.operands.filter(({ dtype, shape }) => isFloat(dtype) && !shape.includes(0));
}
