import type { MosaicPicture } from '@site/src/live/protocol';

type Colour = readonly [red: number, green: number, blue: number];

export interface Palette {
  first: Colour;
  stone: Colour;
  second: Colour;
  rim: Colour;
}

const STEPS = 64;
const SHADES = 5;

/** Reads colours from custom properties of the page, so that the mosaic follows the colour mode. */
export function readPalette(canvas: HTMLCanvasElement): Palette {
  const style = getComputedStyle(canvas);
  const context = canvas.getContext('2d');
  const read = (name: string): Colour => {
    if (!context) return [0, 0, 0];
    // A context gives an opaque colour back as #rrggbb, however it was written.
    context.fillStyle = style.getPropertyValue(name).trim();
    const value = Number.parseInt(String(context.fillStyle).slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  };
  return {
    first: read('--tile-first'),
    stone: read('--tile-stone'),
    second: read('--tile-second'),
    rim: read('--tile-rim'),
  };
}

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

const css = ([red, green, blue]: Colour, light = 0): string => {
  const channel = (value: number): number => Math.round(Math.min(255, Math.max(0, value + light)));
  return `rgb(${channel(red)} ${channel(green)} ${channel(blue)})`;
};

/** Every colour a tile can have: by value, then by the small difference in shade that cut stones have. */
function colourTable({ first, stone, second }: Palette): string[] {
  return Array.from({ length: STEPS * SHADES }, (_, index) => {
    const value = Math.floor(index / SHADES) / (STEPS - 1);
    const base = value < 0.5 ? mix(first, stone, value * 2) : mix(stone, second, value * 2 - 1);
    return css(base, ((index % SHADES) - (SHADES - 1) / 2) * 5);
  });
}

/** A fixed shade per tile, without visible pattern: an integer hash of its index. */
function shadeOf(tile: number): number {
  let hash = Math.imul(tile + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % SHADES;
}

/** Paints the picture over the whole canvas, one rounded tile per value and one dot per point. */
export function paintMosaic(canvas: HTMLCanvasElement, picture: MosaicPicture, palette: Palette): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { values, columns, points } = picture;
  const { width, height } = canvas;
  const pitch = width / columns;
  const gap = Math.max(1, pitch * 0.12);
  const colours = colourTable(palette);
  context.clearRect(0, 0, width, height);
  values.forEach((value, tile) => {
    const level = Number.isFinite(value) ? Math.round(Math.min(1, Math.max(0, value)) * (STEPS - 1)) : STEPS >> 1;
    context.fillStyle = colours[level * SHADES + shadeOf(tile)] ?? '';
    context.beginPath();
    const x = (tile % columns) * pitch + gap / 2;
    const y = Math.floor(tile / columns) * pitch + gap / 2;
    context.roundRect(x, y, pitch - gap, pitch - gap, pitch * 0.16);
    context.fill();
  });
  const radius = Math.max(2, pitch * 0.34);
  for (let at = 0; at + 2 < points.length; at += 3) {
    const [x = 0, y = 0, label = 0] = points.subarray(at, at + 3);
    context.beginPath();
    context.arc(((x + 1) / 2) * width, ((1 - y) / 2) * height, radius, 0, 2 * Math.PI);
    context.fillStyle = css(label < 0.5 ? palette.first : palette.second);
    context.fill();
    context.lineWidth = radius * 0.5;
    context.strokeStyle = css(palette.rim);
    context.stroke();
  }
}
