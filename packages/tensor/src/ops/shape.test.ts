import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { arange, concat, squeeze, stack, tensor, unstack, zeros, type Range, type Tensor } from '../index.js';
import { numbersOf, shown } from '../values.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

/** What Python's range(…).indices(length) and list slicing give; written from the language reference. */
function pythonSlice<T>(list: readonly T[], [start, stop, step]: Range): T[] {
  const by = step ?? 1;
  const n = list.length;
  const bound = (value: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, value < 0 ? value + n : value));
  const result: T[] = [];
  if (by > 0) {
    const end = stop === null ? n : bound(stop, 0, n);
    for (let i = start === null ? 0 : bound(start, 0, n); i < end; i += by) result.push(list[i]!);
  } else {
    const end = stop === null ? -1 : bound(stop, -1, n - 1);
    for (let i = start === null ? n - 1 : bound(start, -1, n - 1); i > end; i += by) result.push(list[i]!);
  }
  return result;
}

it('slices like Python', () => {
  const bound = fc.option(fc.integer({ min: -7, max: 7 }));
  const step = fc.constantFrom(undefined, null, 1, 2, 3, -1, -2, -5);
  fc.assert(
    fc.property(fc.nat(5), fc.nat(4), bound, bound, step, (rows, columns, start, stop, by) => {
      const range: Range = by === undefined ? [start, stop] : [start, stop, by];
      const x = arange(rows * columns).reshape([rows, columns]);
      const lists = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, k) => i * columns + k));
      expect(numbersOf(x.slice(range))).toEqual(pythonSlice(lists, range).flat());
      expect(numbersOf(x.slice(null, range))).toEqual(lists.flatMap((row) => pythonSlice(row, range)));
      expect(x.slice(range, range).shape).toEqual([
        pythonSlice(Array(rows).fill(0), range).length,
        pythonSlice(Array(columns).fill(0), range).length,
      ]);
    }),
    { numRuns: 500 },
  );
});

it('moves, adds and removes axes', () => {
  const x = zeros([2, 1, 3]);
  expect(x.transpose().shape).toEqual([3, 1, 2]);
  expect(x.transpose([-1, 0, 1]).shape).toEqual([3, 2, 1]);
  expect(x.expandDims(0).shape).toEqual([1, 2, 1, 3]);
  expect(x.expandDims(-1).shape).toEqual([2, 1, 3, 1]);
  expect(x.expandDims([0, -1]).shape).toEqual([1, 2, 1, 3, 1]);
  expect(x.squeeze().shape).toEqual([2, 3]);
  expect(squeeze(x, 1).shape).toEqual([2, 3]);
  expect(squeeze(zeros([1, 2, 1]), [0, -1]).shape).toEqual([2]);
  expect(x.flatten().shape).toEqual([6]);
  expect(zeros([]).flatten().shape).toEqual([1]);
  expect(zeros([0, 3]).flatten().shape).toEqual([0]);
  expect(x.reshape([3, -1]).shape).toEqual([3, 2]);
  expect(x.reshape([-1]).shape).toEqual([6]);
});

it('broadcasts, adding leading axes', () => {
  expect(shown(tensor([1, 2]).broadcastTo([2, 2]))).toEqual(['float32 [2,2] 1 2 1 2']);
  expect(shown(tensor([[1], [2]]).broadcastTo([2, 2, 2]))).toEqual(['float32 [2,2,2] 1 1 2 2 1 1 2 2']);
  expect(tensor([1, 2]).broadcastTo([1, 1, 2]).shape).toEqual([1, 1, 2]);
});

it('returns the tensor itself where nothing changes', () => {
  const x = zeros([2, 3]);
  const same: Tensor[] = [
    x.reshape([2, 3]),
    x.transpose([0, 1]),
    x.broadcastTo([2, 3]),
    x.slice([0, 2]),
    x.cast('float32'),
    concat([x]),
  ];
  expect(same.every((y) => y === x)).toBe(true);
});

it('stacks what it unstacks, along any axis', () => {
  const x = arange(24).reshape([2, 3, 4]);
  for (const axis of [0, 1, 2, -1]) {
    const parts = unstack(x, axis);
    expect(parts).toHaveLength(x.shape.at(axis)!);
    expect(numbersOf(stack(parts, axis))).toEqual(numbersOf(x));
    expect(
      numbersOf(
        concat(
          parts.map((part) => part.expandDims(axis)),
          axis,
        ),
      ),
    ).toEqual(numbersOf(x));
  }
  expect([...x].map((part) => part.shape)).toEqual([
    [3, 4],
    [3, 4],
  ]);
  expect(unstack(zeros([0, 2]))).toEqual([]);
});
