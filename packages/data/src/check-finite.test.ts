import { expect, it } from 'vitest';
import { checkFinite } from './check-finite.js';
import { DataValueError } from './errors.js';

it('accepts finite floats and all integers', () => {
  checkFinite({ data: new Float32Array([0, -0, 3.4e38, 1e-45]), shape: [4], dtype: 'float32' }, { name: 'x' });
  checkFinite({ data: new Uint8Array([255]), shape: [1], dtype: 'uint8' }, { name: 'x' });
});

it.each([
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
])('names array, place and value of the first %d', (value, text) => {
  const data = new Float64Array(24);
  data[17] = value;
  data[20] = NaN;
  const error = new DataValueError(`images.idx: ${text} at [1, 1, 1]: values must be finite`);
  expect(() => {
    checkFinite({ data, shape: [2, 3, 4], dtype: 'float64' }, { name: 'images.idx' });
  }).toThrow(error);
});

it('names the place in a scalar', () => {
  const scalar = { data: new Float32Array([NaN]), shape: [], dtype: 'float32' } as const;
  expect(() => {
    checkFinite(scalar, { name: 'loss' });
  }).toThrow('loss: NaN at []: values must be finite');
});
