import { expect, it } from 'vitest';
import { allocate, type DType, type NumericArray } from '../dtypes.js';
import { sizeOf, stridesOf, type Shape } from '../shapes.js';
import { broadcastStrides } from './broadcast.js';
import { commonDTypes, elementwiseKernel } from './staging.js';

const kinds = new Set<string>();

/** a + 2 · b, and notes which kinds of arrays it saw. */
function loop(
  [a, b]: readonly NumericArray[],
  [stepA, stepB]: readonly (0 | 1)[],
  y: NumericArray,
  count: number,
): void {
  for (const array of [a!, b!, y]) kinds.add(array.constructor.name);
  for (let i = 0; i < count; i++) y[i] = a![i * stepA!]! + 2 * b![i * stepB!]!;
}

/** Elements that differ along each axis, small enough for any dtype. */
function filled(shape: Shape, dtype: DType, seed: number): NumericArray {
  const array = allocate(dtype, sizeOf(shape)) as NumericArray;
  for (let i = 0; i < array.length; i++) array[i] = (i * 7 + seed) % 31;
  return array;
}

/** Element `position` of `result` in a broadcast operand. */
function elementAt(array: NumericArray, shape: Shape, result: Shape, position: number): number {
  const strides = broadcastStrides(shape, result);
  let at = 0;
  stridesOf(result).forEach((stride, axis) => (at += (Math.floor(position / stride) % result[axis]!) * strides[axis]!));
  return array[at]!;
}

const dtypes: readonly DType[] = ['float32', 'float64', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'];

// Rows, columns, scalars, middle axes, and pieces that end within a period: 2048 elements are staged at a time.
it.each<[Shape, Shape, Shape]>([
  [
    [3, 5],
    [3, 5],
    [3, 5],
  ],
  [[100, 30], [30], [100, 30]],
  [
    [100, 30],
    [100, 1],
    [100, 30],
  ],
  [[70, 33], [], [70, 33]],
  [
    [1, 1],
    [70, 33],
    [70, 33],
  ],
  [
    [4, 1, 700],
    [6, 1],
    [4, 6, 700],
  ],
  [
    [4, 6, 700],
    [1, 6, 1],
    [4, 6, 700],
  ],
  [[3, 5000], [5000], [3, 5000]],
  [
    [3000, 1],
    [1, 3],
    [3000, 3],
  ],
  [
    [500, 1, 3, 1],
    [1, 7, 1, 2],
    [500, 7, 3, 2],
  ],
  [
    [2, 1, 4, 1, 300],
    [1, 3, 1, 5, 1],
    [2, 3, 4, 5, 300],
  ],
  [[0, 5], [5], [0, 5]],
])('reads %j and %j as %j', (shapeA, shapeB, shape) => {
  for (const dtype of dtypes) {
    const [a, b] = [filled(shapeA, dtype, 1), filled(shapeB, dtype, 2)];
    const types = [shapeA, shapeB].map((own) => ({ shape: own, dtype }));
    const result = { shape, dtype };
    const y = allocate(dtype, sizeOf(shape)) as NumericArray;
    elementwiseKernel(types, result, commonDTypes(types, result), loop)([a, b], [y]);
    const wanted = Array.from(y, (_, i) => elementAt(a, shapeA, shape, i) + 2 * elementAt(b, shapeB, shape, i));
    expect([...y]).toEqual(wanted);
  }
  expect([...kinds].every((kind) => /^(Float32|Float64|Int32|Uint32)Array$/.test(kind))).toBe(true);
});

it('wraps results around in the smaller type', () => {
  const types = [0, 1].map(() => ({ shape: [2], dtype: 'uint8' as const }));
  const y = new Uint8Array(2);
  elementwiseKernel(
    types,
    types[0]!,
    commonDTypes(types, types[0]!),
    loop,
  )([Uint8Array.of(250, 1), Uint8Array.of(10, 255)], [y]);
  expect([...y]).toEqual([14, 255]);
});
