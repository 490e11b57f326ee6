import type { DType, HostArray } from './dtypes.js';
import type { TensorType } from './graph/primitive.js';
import { decodeNumber } from './half.js';
import { sizeOf } from './shapes.js';

/** Above this many elements only the edges are shown, as in NumPy. */
const summaryLimit = 1000;
/** Elements shown at each end of an axis of a summary. */
const edge = 3;
/** Lines are broken at this width. */
const lineWidth = 75;

/** One stored element as text: floats with six significant digits. */
export function formatElement(stored: number | bigint, dtype: DType): string {
  if (typeof stored === 'bigint') return String(stored);
  if (dtype === 'bool') return String(stored !== 0);
  const value = decodeNumber(stored, dtype);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function formatKey(words: HostArray, index: number): string {
  return `key(${words[2 * index]}, ${words[2 * index + 1]})`;
}

/** Positions along an axis that are shown; null stands for those left out. */
function shownPositions(length: number, summarise: boolean): (number | null)[] {
  const all = [...Array(length).keys()];
  return summarise && length > 2 * edge ? [...all.slice(0, edge), null, ...all.slice(-edge)] : all;
}

/** A row within brackets, broken where it is too wide. */
function formatRow(elements: readonly string[], indent: string): string {
  const lines = [''];
  for (const [i, element] of elements.entries()) {
    const text = i < elements.length - 1 ? `${element}, ` : element;
    const line = lines[lines.length - 1]!;
    if (line !== '' && indent.length + line.length + text.trimEnd().length > lineWidth) lines.push(text);
    else lines[lines.length - 1] = line + text;
  }
  return `[${lines.map((line) => line.trimEnd()).join(`\n${indent}`)}]`;
}

/** All elements in nested brackets, columns aligned; of more than 1,000 elements only the edges of each axis. */
export function formatValues(data: HostArray, { shape, dtype }: TensorType): string {
  const summarise = sizeOf(shape) > summaryLimit;
  const element = (index: number): string =>
    dtype === 'key' ? formatKey(data, index) : formatElement(data[index]!, dtype);
  if (shape.length === 0) return element(0);
  let width = 0;
  type Part = string | Part[];
  const collect = (axis: number, start: number): Part => {
    if (axis === shape.length) {
      const text = element(start);
      width = Math.max(width, text.length);
      return text;
    }
    const stride = sizeOf(shape.slice(axis + 1));
    return shownPositions(shape[axis]!, summarise).map((i) =>
      i === null ? '…' : collect(axis + 1, start + i * stride),
    );
  };
  const render = (part: Part, axis: number): string => {
    if (typeof part === 'string') return part;
    const indent = ' '.repeat(axis + 1);
    if (axis === shape.length - 1) {
      const texts = (part as string[]).map((text) => (text === '…' ? text : text.padStart(width)));
      return formatRow(texts, indent);
    }
    const breaks = '\n'.repeat(shape.length - 1 - axis);
    return `[${part.map((inner) => render(inner, axis + 1)).join(`,${breaks}${indent}`)}]`;
  };
  return render(collect(0, 0), 0);
}
