import { ArgumentError } from '@tesserajs/tensor';
import { unbuilt } from '../layers/layer.js';
import type { AnyModel } from '../models/model.js';
import { namedWeights } from '../module/weights.js';
import { formatSymbolic } from '../shapes.js';
import { traceCalls } from './calls.js';
import { layeredLayout, type Edge, type Place } from './layered-layout.js';
import { classNameOf, count, partName, sizeOf } from './summary.js';

/** Options of `plotModel`. */
export interface PlotOptions {
  /** `svg` is an image, `mermaid` a text that https://mermaid.js.org draws. Default `svg`. */
  readonly format?: 'svg' | 'mermaid';
}

interface Box {
  readonly title: string;
  readonly detail: string;
}

/** Boxes for inputs and parts in the order in which they run, and the edges between them. */
function boxesOf(model: AnyModel): { readonly boxes: readonly Box[]; readonly edges: readonly Edge[] } {
  const run = traceCalls(model);
  if (run === null) throw unbuilt(model);
  const name = partName(model);
  const inputs = run.inputs.map((input): Box => ({
    title: `${input.name} (input)`,
    detail: formatSymbolic(input.shape),
  }));
  const calls = run.calls.map(({ module, shapes }): Box => {
    const parameters = sizeOf(namedWeights(module));
    const sizes = shapes.map(formatSymbolic).join(', ');
    return {
      title: `${name(module)} (${classNameOf(module)})`,
      detail: parameters === 0 ? sizes : `${sizes} · ${count(parameters)} params`,
    };
  });
  const position = (source: number): number => (source < 0 ? -1 - source : inputs.length + source);
  const edges = run.calls.flatMap(({ sources }, i) =>
    sources.map((source): Edge => [position(source), inputs.length + i]),
  );
  return { boxes: [...inputs, ...calls], edges };
}

/**
 * A picture of a model: a box for each input and each run of a layer, with shapes and numbers of parameters. Works for
 * models of any kind, classes of your own among them. Throws an UnbuiltError for a model that is not built.
 *
 * @example
 * ```ts
 * const x = input({ shape: [4], name: 'x' });
 * const net = model({ inputs: x, outputs: add([x, dense({ units: 4 }).apply(x)]) });
 * console.log(plotModel(net, { format: 'mermaid' }));
 * // → flowchart TD
 * // →   n0["x (input)<br>[null,4]"]
 * // →   n1["dense (Dense)<br>[null,4] · 20 params"]
 * // →   n2["add (Add)<br>[null,4]"]
 * // →   n0 --> n1
 * // →   n0 --> n2
 * // →   n1 --> n2
 * ```
 */
export function plotModel(model: AnyModel, { format = 'svg' }: PlotOptions = {}): string {
  const { boxes, edges } = boxesOf(model);
  const sorted = [...edges].sort(([a, b], [c, d]) => a - c || b - d);
  switch (format) {
    case 'svg':
      return toSvg(model.name, boxes, sorted);
    case 'mermaid':
      return toMermaid(boxes, sorted);
    default:
      throw new ArgumentError(`plotModel: format ${JSON.stringify(format)} is not known; use 'svg' or 'mermaid'`);
  }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function toMermaid(boxes: readonly Box[], edges: readonly Edge[]): string {
  // Mermaid decodes entities that begin with # in quoted texts.
  const text = (label: string): string => escape(label).replaceAll('&', '#');
  return [
    'flowchart TD',
    ...boxes.map(({ title, detail }, i) => `  n${i}["${text(title)}<br>${text(detail)}"]`),
    ...edges.map(([from, to]) => `  n${from} --> n${to}`),
  ].join('\n');
}

/** Sizes in pixels; a letter of the fixed-width font is 0.6 of its size wide. */
const font = 12;
const height = 42;
const gapX = 24;
const gapY = 36;
const margin = 16;

function toSvg(title: string, boxes: readonly Box[], edges: readonly Edge[]): string {
  const { places, bends, rows, columns } = layeredLayout(boxes.length, edges);
  const letters = Math.max(...boxes.flatMap((box) => [box.title.length, box.detail.length]));
  const width = Math.ceil(letters * font * 0.6) + 20;
  const lengths = Array<number>(rows).fill(0);
  for (const { row, column } of [...places, ...bends.flat()]) lengths[row] = Math.max(lengths[row]!, column + 1);
  const [all, high] = [2 * margin + columns * (width + gapX) - gapX, 2 * margin + rows * (height + gapY) - gapY];
  // Rows are centred.
  const x = ({ row, column }: Place): number =>
    (all - lengths[row]! * (width + gapX) + gapX) / 2 + column * (width + gapX) + width / 2;
  const y = ({ row }: Place): number => margin + row * (height + gapY);
  const path = ([from, to]: Edge, through: readonly Place[]): string => {
    let [px, py] = [x(places[from]!), y(places[from]!) + height];
    const curve = (toX: number, toY: number): string => {
      const middle = (py + toY) / 2;
      const text = `C${px},${middle} ${toX},${middle} ${toX},${toY}`;
      [px, py] = [toX, toY];
      return text;
    };
    const begin = `M${px},${py}`;
    const parts = through.flatMap((place) => {
      const toward = curve(x(place), y(place));
      py += height;
      return [toward, `V${py}`];
    });
    return [begin, ...parts, curve(x(places[to]!), y(places[to]!))].join(' ');
  };
  const lines = edges.map((edge, i) => `<path d="${path(edge, bends[i]!)}" marker-end="url(#arrow)"/>`);
  const texts = boxes.map((box, i) => {
    const [left, top, middle] = [x(places[i]!) - width / 2, y(places[i]!), x(places[i]!)];
    return (
      `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="5"/>` +
      `<text x="${middle}" y="${top + 17}" font-weight="bold">${escape(box.title)}</text>` +
      `<text x="${middle}" y="${top + 33}">${escape(box.detail)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${high}" width="${all}" height="${high}" role="img">`,
    `<title>${escape(title)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">' +
      '<path d="M0,0 L8,4 L0,8 z" fill="#666"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<g fill="none" stroke="#666">${lines.join('')}</g>`,
    `<g fill="#eef3fa" stroke="#456" font-family="monospace" font-size="${font}" text-anchor="middle">`,
    ...texts.map((text) => text.replaceAll('<text ', '<text fill="#123" stroke="none" ')),
    '</g>',
    '</svg>',
  ].join('\n');
}
