import fc from 'fast-check';
import { expect, it } from 'vitest';
import { broadcastAxes, broadcastShapes, formatShape, normalizeAxes, sameShape, sizeOf, stridesOf } from './shapes.js';

const shape = fc.array(fc.nat(4), { maxLength: 5 });

it('counts elements and strides row-major', () => {
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0, 3])]).toEqual([1, 6, 0]);
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  expect(stridesOf([])).toEqual([]);
  expect([formatShape([]), formatShape([2, 3])]).toEqual(['[]', '[2,3]']);
  fc.assert(fc.property(shape, (s) => s.every((n, i) => i === 0 || stridesOf(s)[i - 1] === stridesOf(s)[i]! * n)));
});

it('broadcasts like NumPy: symmetric, idempotent, 1 is neutral, aligned at the end', () => {
  expect(broadcastShapes('f', [2, 1, 3], [4, 1])).toEqual([2, 4, 3]);
  expect(broadcastShapes('f', [], [2])).toEqual([2]);
  expect(broadcastShapes('f', [1], [0])).toEqual([0]);
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      expect(broadcastShapes('f', a, a)).toEqual(a);
      const ones = a.map((n, i) => (i % 2 === 0 ? 1 : n));
      expect(broadcastShapes('f', a, ones)).toEqual(a);
      const fits = [1, 2, 3, 4, 5].every((i) => {
        const [m, n] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
        return m === n || m === 1 || n === 1;
      });
      if (!fits) {
        expect(() => broadcastShapes('f', a, b)).toThrow('f: shapes');
        return;
      }
      const result = broadcastShapes('f', a, b);
      expect(broadcastShapes('f', b, a)).toEqual(result);
      // The axes along which a was repeated, taken out or set to 1, give a back.
      const axes = broadcastAxes(a, result);
      const back = result.map((n, axis) => (axes.includes(axis) ? 1 : n)).slice(result.length - a.length);
      expect(sameShape(back, a)).toBe(true);
    }),
  );
});

it('normalizes axes: negative ones count from the end, sorted', () => {
  expect(normalizeAxes('f', [-1, 0], [2, 3, 4])).toEqual([0, 2]);
  expect(normalizeAxes('f', undefined, [2, 3])).toEqual([0, 1]);
  expect(normalizeAxes('f', [], [2])).toEqual([]);
  expect(normalizeAxes('f', [-1, 0], [2, 3], 1)).toEqual([0, 2]);
});
