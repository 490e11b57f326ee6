import type { MosaicPicture } from '@site/src/live/protocol';

const COLUMNS = 40;

/** What the two-spirals example has learnt when it ends, in closed form: which arm of the spiral is nearer. */
export function spiralPoster(): MosaicPicture {
  const values = Float32Array.from({ length: COLUMNS * COLUMNS }, (_, tile) => {
    const x = (((tile % COLUMNS) + 0.5) / COLUMNS) * 2 - 1;
    const y = 1 - ((Math.floor(tile / COLUMNS) + 0.5) / COLUMNS) * 2;
    const turn = Math.atan2(y, x) - (3 * Math.PI * (Math.hypot(x, y) - 0.1)) / 0.85;
    return 0.5 - 0.5 * Math.tanh(3 * Math.cos(turn));
  });
  return { values, columns: COLUMNS, points: new Float32Array(), label: 'Mosaic of two spirals, one in the other' };
}
