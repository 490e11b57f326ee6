import { expect, it } from 'vitest';
import { dtypes, printGraph, tensor, traceGraph, type DType, type Tensor } from '../index.js';
import { constant } from '../ops/create.js';
import { bufferOf, elementsOf, numbersOf } from '../values.fixture.js';
import { isLossless, simplifyAlgebra } from './algebra.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

const special = tensor(Float32Array.of(0, -0, 1.5, -2, NaN, Infinity, -Infinity, 1e-45));

/** The primitives that are left, after checking that all bits are as before. */
function left(f: (x: Tensor) => Tensor, x: Tensor = special): Record<string, number> {
  const { graph } = traceGraph(f, x);
  const result = simplifyAlgebra(graph);
  const [before, after] = [graph, result].map((one) => runGraph(one, [bufferOf(x)])[0]!);
  expect(elementsOf(after!)).toEqual(elementsOf(before!)); // tells −0 from 0
  return countPrimitives(result);
}

const of = (value: number): Tensor => constant(value, [], 'float32');

it('drops only what leaves every float as it is, −0 and NaN included', () => {
  expect(left((x) => x.mul(of(1)).div(of(1)).sub(of(0)).add(of(-0)).neg().neg())).toEqual({});
  expect(left((x) => of(1).mul(x))).toEqual({});
  expect(left((x) => of(-0).add(x))).toEqual({});
  expect(left((x) => x.add(of(0)))).toEqual({ full: 1, add: 1 });
  expect(left((x) => x.sub(of(-0)))).toEqual({ full: 1, sub: 1 });
  expect(left((x) => of(0).sub(x))).toEqual({ full: 1, sub: 1 });
  expect(left((x) => x.mul(of(0)))).toEqual({ full: 1, mul: 1 });
  expect(left((x) => of(1).div(x))).toEqual({ full: 1, div: 1 });
});

it('adds and subtracts what would be negated first', () => {
  expect(left((x) => x.neg().add(of(1)))).toEqual({ full: 1, sub: 1 });
  expect(left((x) => of(0).add(x.neg()))).toEqual({ full: 1, sub: 1 });
  expect(left((x) => x.sub(x.neg()))).toEqual({ add: 1 });
  expect(left((x) => x.neg().add(x.neg()))).toEqual({ neg: 1, sub: 1 });
  expect(left((a) => a.neg().add(a), tensor(Int8Array.of(-128, 1, 100)))).toEqual({ sub: 1 });
});

it('drops zeros that are added to integers', () => {
  const x = tensor(Int32Array.of(-5, 0, 2147483647));
  const zero = constant(0, [], 'int32');
  expect(left((a) => a.add(zero).sub(zero), x)).toEqual({});
});

it('keeps what gives the result its shape', () => {
  expect(left((x) => x.mul(constant(1, [2, 8], 'float32')))).toEqual({ full: 1, mul: 1 });
});

it('merges casts where the first loses nothing', () => {
  expect(left((x) => x.cast('float64').cast('float32'))).toEqual({});
  expect(left((x) => x.cast('float64').cast('float16'))).toEqual({ cast: 1 });
  expect(left((x) => x.cast('float64').cast('int8'))).toEqual({ cast: 1 });
  expect(left((x) => x.cast('float16').cast('float32'))).toEqual({ cast: 2 });
  const small = tensor(Int8Array.of(-128, -1, 0, 127));
  expect(left((x) => x.cast('int32').cast('uint8'), small)).toEqual({ cast: 1 }); // wraps both times
  expect(left((x) => x.cast('float32').cast('uint8'), small)).toEqual({ cast: 2 }); // saturates: −1 gives 0, not 255
  expect(left((x) => x.cast('float32').cast('int8'), small)).toEqual({});
  expect(left((x) => x.greater(0).cast('float32').cast('int32'))).toEqual({ full: 1, greater: 1, cast: 1 });
});

it('calls a cast lossless only where the way back gives every value', () => {
  const samples: Partial<Record<DType, readonly number[]>> = {
    float64: [0.1, 1e300],
    float32: [Math.fround(0.1), 3e38],
    float16: [0.0999755859375, 65504, 2049 - 1],
    bfloat16: [0.10009765625, 3.3895313892515355e38],
  };
  let lossless = 0;
  for (const from of dtypes) {
    if (from === 'key' || from === 'int64' || from === 'uint64') continue;
    const ends: Record<string, readonly number[]> = {
      bool: [0, 1],
      int8: [-128, 127],
      int16: [-32768, 32767],
      int32: [-2147483648, 2147483647],
      uint8: [0, 255],
      uint16: [0, 65535],
      uint32: [0, 4294967295],
    };
    const x = tensor([...(samples[from] ?? ends[from]!)], { dtype: 'float64' }).cast(from);
    for (const to of dtypes) {
      if (to === 'key' || to === 'int64' || to === 'uint64') continue;
      if (!isLossless(from, to)) continue;
      lossless++;
      expect([from, to, numbersOf(x.cast(to).cast(from))]).toEqual([from, to, numbersOf(x)]);
    }
  }
  expect(lossless).toBe(49);
  expect(isLossless('int32', 'float32')).toBe(false);
  expect(isLossless('int16', 'float16')).toBe(false);
  expect(isLossless('float16', 'bfloat16')).toBe(false);
  expect(isLossless('bfloat16', 'float16')).toBe(false);
  expect(isLossless('int8', 'uint8')).toBe(false);
});

it('walks chains of any length at once', () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
  const { graph } = traceGraph((a: Tensor) => {
    let y = a;
    for (let i = 0; i < 500; i++) y = y.transpose().reshape([3, 2]).transpose().cast('float64').cast('float32');
    return y;
  }, x);
  expect(printGraph(simplifyAlgebra(graph))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2,3]
    outputs a"
  `);
});
