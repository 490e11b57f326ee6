import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const size = 28;

/** Bytes of an idx file of unsigned bytes, or of another element type by its code. */
export function idxBytes(shape: readonly number[], data: Uint8Array, elementType = 8): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, elementType);
  header.setUint8(3, shape.length);
  shape.forEach((length, axis) => header.setUint32(4 + 4 * axis, length));
  return Buffer.concat([new Uint8Array(header.buffer), data]);
}

/** Images of class k with a bright square whose place depends on k, on a ground that differs from image to image. */
function pictures(count: number, shift: number): { images: Uint8Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, image) => (image * 7 + shift) % 10);
  const images = new Uint8Array(count * size * size);
  labels.forEach((label, image) => {
    const [top, left] = [4 + 10 * (label % 2), 2 + 5 * Math.floor(label / 2)];
    for (let pixel = 0; pixel < size * size; pixel++) {
      const [y, x] = [Math.floor(pixel / size), pixel % size];
      const inside = y >= top && y < top + 5 && x >= left && x < left + 4;
      images[image * size * size + pixel] = (inside ? 200 : 0) + ((image * 31 + pixel * 17 + shift) % 50);
    }
  });
  return { images, labels };
}

/** Writes four idx files in the names of MNIST: an easy task, small enough to be learned in a second. */
export function writeImages(directory: string, { train = 256, test = 64 } = {}): void {
  mkdirSync(directory, { recursive: true });
  for (const [part, count, shift] of [['train', train, 0] as const, ['t10k', test, 3] as const]) {
    const { images, labels } = pictures(count, shift);
    writeFileSync(join(directory, `${part}-images-idx3-ubyte`), idxBytes([count, size, size], images));
    writeFileSync(join(directory, `${part}-labels-idx1-ubyte`), idxBytes([count], labels));
  }
}
