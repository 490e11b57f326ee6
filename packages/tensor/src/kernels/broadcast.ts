import { allocate, wordsPerElement, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import { movable, type MovableArray } from './common-arrays.js';
import { sameShape, sizeOf, stridesOf, type Shape } from '../shapes.js';

/** Array elements per element of the dtype in a movable view. */
function movableWords(array: HostArray, words: number): number {
  return array instanceof BigInt64Array || array instanceof BigUint64Array ? 2 * words : words;
}

/** Copies elements from strided positions of `source` to consecutive positions of `target`. */
export function copyStrided(
  source: HostArray,
  target: HostArray,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  elementWords = 1,
): void {
  const from = movable(source);
  const to = movable(target);
  const words = movableWords(source, elementWords);
  const rank = shape.length;
  if (rank === 0) {
    for (let w = 0; w < words; w++) to[w] = from[offset * words + w]!;
    return;
  }
  const inner = shape[rank - 1]!;
  const innerStride = strides[rank - 1]!;
  const outer = sizeOf(shape.slice(0, -1));
  const counters = new Array<number>(rank - 1).fill(0);
  let position = offset;
  let write = 0;
  for (let row = 0; row < outer; row++) {
    let read = position;
    if (words === 1) {
      for (let i = 0; i < inner; i++) {
        to[write++] = from[read]!;
        read += innerStride;
      }
    } else {
      for (let i = 0; i < inner; i++) {
        for (let w = 0; w < words; w++) to[write++] = from[read * words + w]!;
        read += innerStride;
      }
    }
    for (let axis = rank - 2; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++counters[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      counters[axis] = 0;
    }
  }
}

/** Strides with which an operand of shape `shape` is read to fill `result`: 0 along repeated axes. */
export function broadcastStrides(shape: Shape, result: Shape): number[] {
  const strides = stridesOf(shape);
  const offset = result.length - shape.length;
  return result.map((_, axis) => (axis < offset || shape[axis - offset] === 1 ? 0 : strides[axis - offset]!));
}

/** How a kernel reads one operand: an array, and a stride of 1 (full) or 0 (one element for all). */
export type OperandReader = (input: HostArray) => NumericArray;

/** Prepares an operand for a flat loop over `result`: as it is if its stride is 0 or 1, else copied out. */
export function operandReader(
  shape: Shape,
  result: Shape,
  dtype: DType,
): { readonly stride: 0 | 1; readonly read: OperandReader } {
  if (sizeOf(shape) === 1) return { stride: 0, read: (input) => input as NumericArray };
  if (sizeOf(shape) === sizeOf(result) || sameShape(shape, result)) {
    return { stride: 1, read: (input) => input as NumericArray };
  }
  const strides = broadcastStrides(shape, result);
  const size = sizeOf(result);
  const read: OperandReader = (input) => {
    const full = allocate(dtype, size);
    copyStrided(input, full, result, strides, 0, wordsPerElement(dtype));
    return full as NumericArray;
  };
  return { stride: 1, read };
}

/** Copies consecutive elements of `source` to strided positions of `target`. */
export function placeStrided(
  source: HostArray,
  target: HostArray,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  elementWords = 1,
): void {
  const from = movable(source);
  const to = movable(target);
  const words = movableWords(source, elementWords);
  const size = sizeOf(shape);
  const counters = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (let read = 0; read < size; read++) {
    for (let w = 0; w < words; w++) to[position * words + w] = from[read * words + w]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++counters[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      counters[axis] = 0;
    }
  }
}

/** Copies dense rows of `length` array elements to rows that lie `width` apart, from `start` on. */
export function copyRows(
  source: HostArray,
  target: HostArray,
  rows: number,
  length: number,
  start: number,
  width: number,
): void {
  const from = source as NumericArray;
  const to = target as NumericArray;
  if (length >= 64) {
    for (let row = 0; row < rows; row++) to.set(from.subarray(row * length, (row + 1) * length), start + row * width);
    return;
  }
  copyShortRows(movable(source), movable(target), rows, length, start, width, movableWords(source, 1));
}

function copyShortRows(
  from: MovableArray,
  to: MovableArray,
  rows: number,
  length: number,
  start: number,
  width: number,
  words: number,
): void {
  for (let row = 0, read = 0; row < rows; row++) {
    const first = (start + row * width) * words;
    for (let i = 0; i < length * words; i++) to[first + i] = from[read++]!;
  }
}
