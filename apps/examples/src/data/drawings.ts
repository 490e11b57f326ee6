import type { LabelledImages } from '@tesserajs/data';

const size = 28;

/** Pictures in ten classes that anything can tell apart: a bright square, whose place is that of the class, on noise. */
export function drawings(count: number, seed: number): LabelledImages {
  const labels = Uint8Array.from({ length: count }, (_, image) => (image * 7 + seed) % 10);
  const images = new Uint8Array(count * size * size);
  labels.forEach((label, image) => {
    const [top, left] = [4 + 10 * (label % 2), 2 + 5 * Math.floor(label / 2)];
    for (let pixel = 0; pixel < size * size; pixel++) {
      const [y, x] = [Math.floor(pixel / size), pixel % size];
      const inside = y >= top && y < top + 5 && x >= left && x < left + 4;
      images[image * size * size + pixel] = (inside ? 200 : 0) + ((image * 31 + pixel * 17 + seed) % 50);
    }
  });
  return {
    images: { data: images, shape: [count, size, size], dtype: 'uint8' },
    labels: { data: labels, shape: [count], dtype: 'uint8' },
  };
}
