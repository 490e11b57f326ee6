import { bytesPerElement, dtypes, viewBytes } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { bytesOf, viewAs } from './array-types.js';

it.each(dtypes)('agrees with tensor on %s', (dtype) => {
  const bytes = bytesOf({ dtype, shape: [2, 3] });
  expect(bytes).toBe(6 * bytesPerElement(dtype));
  const buffer = new ArrayBuffer(bytes);
  expect(viewAs(dtype, buffer)).toEqual(viewBytes(dtype, buffer, 0, 6));
  expect(bytesOf({ dtype, shape: [] })).toBe(bytesPerElement(dtype));
  expect(bytesOf({ dtype, shape: [4, 0] })).toBe(0);
});
