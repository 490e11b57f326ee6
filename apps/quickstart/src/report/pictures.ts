import { encode } from 'fast-png';

/** A grey image as the URI of a PNG, with dark ink on white paper: MNIST stores the ink as the large values. */
export function inkPicture(pixels: Uint8Array, size: number): string {
  const png = encode({ width: size, height: size, data: pixels.map((ink) => 255 - ink), channels: 1, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
