import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import {
  compile,
  dynamicSlice,
  evaluate,
  ExecutionError,
  grad,
  tensor,
  zeros,
  type Index,
  type Tensor,
} from '../index.js';
import { fromHostArray } from '../create.js';
import { sizeOf, type Shape } from '../shapes.js';
import { numbersOf, shown } from '../values.fixture.js';

const int32 = (values: readonly number[], shape: Shape = [values.length]): Tensor =>
  fromHostArray(Int32Array.from(values), shape, 'int32');

/** An item of an index in the model: index tensors as lists with a shape. */
type ModelItem =
  | number
  | readonly [number | null, number | null, number]
  | null
  | { readonly values: number[]; readonly shape: Shape };

type ModelTensor = Extract<ModelItem, { readonly shape: Shape }>;

function isModelTensor(item: ModelItem): item is ModelTensor {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}

/** All coordinates within a shape, in order. */
function coordinates(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (list, size) => list.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  );
}

/** What Python's range(*slice(start, stop, step).indices(length)) lists, found by walking. */
function walk([start, stop, step]: readonly [number | null, number | null, number], length: number): number[] {
  const all = Array.from({ length }, (_, i) => (step > 0 ? i : length - 1 - i));
  const wrap = (bound: number): number => (bound < 0 ? bound + length : bound);
  const inside = all.filter((i) =>
    step > 0
      ? i >= (start === null ? 0 : wrap(start)) && i < (stop === null ? length : wrap(stop))
      : i <= (start === null ? length - 1 : wrap(start)) && (stop === null || i > wrap(stop)),
  );
  // The walk begins at the start itself, where it lies inside.
  return inside.filter((_, i) => i % Math.abs(step) === 0);
}

/** The shape of a result and, element by element, the position in the flattened tensor that it reads. */
function model(shape: Shape, items: readonly ModelItem[]): { shape: Shape; reads: number[] } {
  const tensors = items.filter(isModelTensor);
  const rank = Math.max(0, ...tensors.map((item) => item.shape.length));
  const common = Array.from({ length: rank }, (_, i) =>
    tensors.reduce((size, item) => {
      const own = item.shape[i - rank + item.shape.length] ?? 1;
      return own === 1 ? size : own;
    }, 1),
  );
  const isAdvanced = (item: ModelItem): boolean =>
    tensors.length > 0 && (typeof item === 'number' || isModelTensor(item));
  const places = items.flatMap((item, i) => (isAdvanced(item) ? [i] : []));
  const apart = places.length > 0 && places[places.length - 1]! - places[0]! + 1 !== places.length;
  // Sizes of the result, each with the item that it belongs to, or 'index' for those of the tensors.
  const axes: { size: number; owner: number | 'index' }[] = [];
  const pushCommon = (): void => common.forEach((size) => axes.push({ size, owner: 'index' }));
  if (apart) pushCommon();
  let axis = 0;
  const axisOf = items.map((item) => (item === null ? -1 : axis++));
  items.forEach((item, i) => {
    if (!apart && places[0] === i) pushCommon();
    if (item === null) axes.push({ size: 1, owner: i });
    else if (Array.isArray(item))
      axes.push({ size: walk(item as [null, null, number], shape[axisOf[i]!]!).length, owner: i });
  });
  const result = axes.map(({ size }) => size);
  const reads = coordinates(result).map((at) => {
    const inCommon = at.filter((_, i) => axes[i]!.owner === 'index');
    return items.reduce<number>((flat, item, i) => {
      if (item === null) return flat;
      const length = shape[axisOf[i]!]!;
      const wrap = (index: number): number => (index < 0 ? index + length : index);
      if (typeof item === 'number') return flat * length + wrap(item);
      if (Array.isArray(item)) {
        const position = at[axes.findIndex(({ owner }) => owner === i)]!;
        return flat * length + walk(item as [null, null, number], length)[position]!;
      }
      const { values, shape: own } = item as ModelTensor;
      const offset = rank - own.length;
      const position = own.reduce((p, size, k) => p * size + (size === 1 ? 0 : inCommon[offset + k]!), 0);
      return flat * length + wrap(values[position]!);
    }, 0);
  });
  return { shape: result, reads };
}

/** A shape and items for all its axes, with new axes in between. */
const indexed = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const commonShape = fc.constantFrom<Shape>([], [2], [1], [3, 1], [3, 2]);
  const itemFor = (size: number): fc.Arbitrary<ModelItem> =>
    fc.oneof(
      fc.integer({ min: -size, max: size - 1 }),
      fc.tuple(
        fc.option(fc.integer({ min: -size - 1, max: size + 1 })),
        fc.option(fc.integer({ min: -size - 1, max: size + 1 })),
        fc.constantFrom(1, 2, -1, -2),
      ),
      commonShape.chain((own) =>
        fc
          .array(fc.integer({ min: -size, max: size - 1 }), { minLength: sizeOf(own), maxLength: sizeOf(own) })
          .map((values) => ({ values, shape: own })),
      ),
    );
  const items = fc
    .tuple(...shape.map((size) => fc.tuple(fc.boolean(), itemFor(size))))
    .map((list) => list.flatMap(([added, item]) => (added ? [null, item] : [item])));
  return fc.record({ shape: fc.constant<Shape>(shape), items });
});

function toIndex(item: ModelItem): Index {
  return isModelTensor(item) ? int32(item.values, item.shape) : item;
}

it('reads, sets and adds where a model of one element at a time does', () => {
  fc.assert(
    fc.property(indexed, ({ shape, items }) => {
      const size = sizeOf(shape);
      const x = int32(
        Array.from({ length: size }, (_, i) => i),
        shape,
      );
      const expected = model(shape, items);
      const index = items.map(toIndex);
      const read = x.at(...index);
      expect([read.shape, numbersOf(read)]).toEqual([expected.shape, expected.reads]);

      const updates = expected.reads.map((_, i) => 100 + i);
      const written = Array.from({ length: size }, (_, i) => i);
      const added = [...written];
      expected.reads.forEach((position, i) => {
        written[position] = updates[i]!;
        added[position]! += updates[i]!;
      });
      const v = int32(updates, expected.shape);
      expect(numbersOf(x.set(index, v))).toEqual(written);
      expect(numbersOf(x.addAt(index, v))).toEqual(added);
    }),
    { numRuns: 500 },
  );
});

it('takes windows where clamped slices lie', () => {
  const window = fc.integer({ min: 1, max: 6 }).chain((length) =>
    fc.record({
      length: fc.constant(length),
      size: fc.integer({ min: 0, max: length }),
      start: fc.integer({ min: -9, max: 9 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), (axes) => {
      const shape = axes.map(({ length }) => length);
      const x = int32(
        Array.from({ length: sizeOf(shape) }, (_, i) => i),
        shape,
      );
      const sizes = axes.map(({ size }) => size);
      const starts = axes.map(({ start }) => start);
      const from = axes.map(({ length, size, start }) =>
        Math.max(0, Math.min(length - size, start < 0 ? start + length : start)),
      );
      const expected = numbersOf(x.slice(...from.map((first, i) => [first, first + sizes[i]!] as const)));
      expect(numbersOf(dynamicSlice(x, int32(starts), sizes))).toEqual(expected);
      expect(numbersOf(dynamicSlice(x, starts, sizes))).toEqual(expected);
      expect(
        numbersOf(
          dynamicSlice(
            x,
            starts.map((start, i) => (i === 0 ? int32([start], []) : start)),
            sizes,
          ),
        ),
      ).toEqual(expected);
    }),
  );
});

it('gives the gradient of repeated places to the value that stays, and to all that were added', () => {
  const at = int32([1, 0, 1]);
  const v = tensor([3, 4, 5]);
  const x = tensor([10, 20]);
  const weights = tensor([1, 2]);
  const set = (y: Tensor, u: Tensor): Tensor => y.set(at, u).mul(weights).sum();
  const added = (y: Tensor, u: Tensor): Tensor => y.addAt(at, u).mul(weights).sum();
  expect(shown(x.set(at, v))).toEqual(['float32 [2] 4 5']);
  expect(shown(grad(set, { argnums: [0, 1] })(x, v))).toEqual(['float32 [2] 0 0', 'float32 [3] 0 1 2']);
  expect(shown(grad(added, { argnums: [0, 1] })(x, v))).toEqual(['float32 [2] 1 2', 'float32 [3] 2 1 2']);
});

it('takes numbers and booleans as values, and leaves the tensor as it was', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(shown([x.set(0, 9), x.set([':', -1], 0), x.addAt('...', 1), x.set(null, 7), x])).toEqual([
    'float32 [2,2] 9 9 3 4',
    'float32 [2,2] 1 0 3 0',
    'float32 [2,2] 2 3 4 5',
    'float32 [2,2] 7 7 7 7',
    'float32 [2,2] 1 2 3 4',
  ]);
  expect(shown(tensor([true, false]).set(1, true))).toEqual(['bool [2] 1 1']);
  expect(shown(compile((y: Tensor, i: Tensor) => y.at(i).set(0, 1))(x, int32([1])))).toEqual(['float32 [1,2] 1 1']);
});

it('reports an index out of range at the read', async () => {
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const problems = [x.at(int32([0, 3])), x.at(0, int32([-3])), x.set(int32([5]), 1), x.addAt([':', int32([2])], 1)];
  const texts = await Promise.all(problems.map((y) => evaluate(y).catch((error: unknown) => error)));
  expect(texts.every((error) => error instanceof ExecutionError)).toBe(true);
  expect(texts.map((error) => (error as Error).message)).toMatchInlineSnapshot(`
    [
      "at: index 3 is out of range for axis 0 of size 3; use whole numbers from -3 to 2",
      "at: index -3 is out of range for axis 0 of size 2; use whole numbers from -2 to 1",
      "set: index 5 is out of range for axis 0 of size 3; use whole numbers from -3 to 2",
      "addAt: index 2 is out of range for axis 1 of size 2; use whole numbers from -2 to 1",
    ]
  `);
});

it('says what is wrong with an index', () => {
  const x = zeros([3, 4]);
  const wrong = (item: unknown) => () => x.at(item as Index);
  expect(
    errorTexts(
      () => x.at(3),
      () => x.at(0, -5),
      () => x.at(1.5),
      () => x.at(NaN),
      () => zeros([0]).at(0),
      () => x.at(0, 0, 0),
      () => x.at('...', 0, '...'),
      () => x.at([0, 1, 0]),
      () => x.at([0.5, 1]),
      wrong([1]),
      wrong('a'),
      wrong(undefined),
      wrong({}),
      wrong(true),
      () => x.at(zeros([2])),
      () => x.at(x.greater(0)),
      () => x.at(int32([1, 2]), int32([1, 2, 3])),
      () => x.set(0, zeros([3])),
      () => x.set(0, zeros([2, 4])),
      () => x.set(0, int32([1, 2, 3, 4])),
      () => x.cast('int32').set(0, 0.5),
      () => x.greater(0).set(0, 1),
      () => x.addAt([0, 4], 1),
      () => x.addAt(0, zeros([2])),
      () => x.greater(0).addAt(0, true),
      () => compile((y: Tensor, i: number) => y.at(i))(x, 1),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: at: index 3 is out of range for axis 0 of size 3; use whole numbers from -3 to 2
    ArgumentError: at: index -5 is out of range for axis 1 of size 4; use whole numbers from -4 to 3
    ArgumentError: at: index 1.5 is out of range for axis 0 of size 3; use whole numbers from -3 to 2
    ArgumentError: at: index NaN is out of range for axis 0 of size 3; use whole numbers from -3 to 2
    ArgumentError: at: index 0 is out of range for axis 0 of size 0; the axis is empty
    ShapeError: at: 3 indices for [3,4], which has 2 axes; give one per axis at most
    ArgumentError: at: '...' is given twice; it stands for all axes that the others leave
    ArgumentError: at: step 0 is not accepted; use a whole number other than 0
    ArgumentError: at: bound 0.5 is not accepted; use whole numbers or null
    ArgumentError: at: index [1] is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'
    ArgumentError: at: index 'a' is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'
    ArgumentError: at: index 'undefined' is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'
    ArgumentError: at: index '[object Object]' is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'
    ArgumentError: at: index 'true' is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'
    DTypeError: at: indices are float32 [2]; they must be integers: use .cast('int32')
    DTypeError: at: indices are bool [3,4]; they must be integers: choose by a mask with where(mask, a, b)
    ShapeError: at: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    ShapeError: set: shapes [3] and [4] do not broadcast: axis -1 has 3 and 4; sizes must be equal or 1
    ShapeError: set: updates [2,4] do not fit the [4] that the indices name
    DTypeError: set: dtypes differ: float32 [3,4] and int32 [4]; convert one with .cast('float32')
    DTypeError: set: 0.5 does not fit int32, the dtype of the tensor it meets; cast the tensor with .cast('float32')
    DTypeError: set: dtypes differ: bool [3,4] and int32 []; convert one with .cast('bool')
    ArgumentError: addAt: index 4 is out of range for axis 1 of size 4; use whole numbers from -4 to 3
    ShapeError: addAt: shapes [2] and [4] do not broadcast: axis -1 has 2 and 4; sizes must be equal or 1
    DTypeError: addAt: bool [3,4] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    ArgumentError: at: an index is a traced JavaScript number; list its argument in staticArgnums, or pass an int32 tensor"
  `);
});
