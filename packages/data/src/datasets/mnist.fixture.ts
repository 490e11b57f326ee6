import { writeIdx } from '../readers/idx.fixture.js';

/** The four files of a data set of three and two images of 2×3 pixels. */
export function smallMnist(): Record<string, Uint8Array> {
  return {
    'train-images-idx3-ubyte': writeIdx(
      'uint8',
      [3, 2, 3],
      Array.from({ length: 18 }, (_, pixel) => pixel * 10),
    ),
    'train-labels-idx1-ubyte': writeIdx('uint8', [3], [9, 0, 4]),
    't10k-images-idx3-ubyte': writeIdx(
      'uint8',
      [2, 2, 3],
      Array.from({ length: 12 }, (_, pixel) => 255 - pixel),
    ),
    't10k-labels-idx1-ubyte': writeIdx('uint8', [2], [1, 1]),
  };
}
