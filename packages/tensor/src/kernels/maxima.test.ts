import { expect, it } from 'vitest';
import { addAt, findMaxima, largestOfWindows, take } from './maxima.js';
import { windowTable } from './windows.js';

const table = windowTable([4], [3], [2], [1], [[0, 0]], [1]);

it('finds the first largest element of each window, in both layouts', () => {
  const image = [
    [1, 5],
    [3, 5],
    [3, 4],
    [2, 6],
  ]; // [pixels, channels]
  const layout = { images: 1, channels: 2, pixels: 4 };
  const last = Float64Array.from(image.flat());
  expect([...findMaxima(last, { ...layout, channelsLast: true }, table)]).toEqual([2, 1, 2, 3, 4, 7]);
  const first = Float64Array.from([0, 1].flatMap((channel) => image.map((pixel) => pixel[channel]!)));
  expect([...findMaxima(first, { ...layout, channelsLast: false }, table)]).toEqual([1, 1, 2, 4, 5, 7]);
});

it('takes NaN for the largest, and elements alone for larger than padding', () => {
  const padded = windowTable([3], [3], [3], [1], [[1, 1]], [1]);
  const layout = { images: 1, channels: 1, pixels: 3, channelsLast: true };
  expect([...findMaxima(Float64Array.of(-Infinity, -Infinity, -Infinity), layout, padded)]).toEqual([0, 0, 1]);
  expect([...findMaxima(Float64Array.of(1, NaN, NaN), layout, padded)]).toEqual([1, 1, 1]);
});

it('gives the largest element of each window, NaN where there is one, and nothing of the padding', () => {
  const padded = windowTable([4], [4], [3], [1], [[1, 1]], [1]);
  const layout = { images: 1, channels: 2, pixels: 4 };
  const image = [
    [-5, 1],
    [-Infinity, 4],
    [NaN, 3],
    [2, 2],
  ]; // [pixels, channels]
  const largest = (x: readonly number[], channelsLast: boolean): number[] => {
    const y = new Float64Array(8);
    largestOfWindows(Float64Array.from(x), y, { ...layout, channelsLast }, padded);
    return [...y];
  };
  expect(largest(image.flat(), true)).toEqual([-5, 4, NaN, 4, NaN, 4, NaN, 3]);
  const first = [0, 1].flatMap((channel) => image.map((pixel) => pixel[channel]!));
  expect(largest(first, false)).toEqual([-5, NaN, NaN, NaN, 4, 4, 4, 3]);
});

it('takes from positions and adds to them', () => {
  const y = new Float64Array(2);
  take(Float64Array.of(1, 2, 3), Int32Array.of(2, 0), y);
  expect([...y]).toEqual([3, 1]);
  addAt(Float64Array.of(5, 6, 7), Int32Array.of(1, 1, 0), y);
  expect([...y]).toEqual([10, 12]);
});
