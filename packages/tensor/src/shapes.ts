import { dtypes, type DType } from './dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * Number of elements.
 *
 * @example
 * ```ts
 * sizeOf([2, 3]); // → 6
 * ```
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

/**
 * `[2,3]`, as error texts and printed graphs show shapes.
 *
 * @example
 * ```ts
 * formatShape([2, 3]); // → '[2,3]'
 * ```
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** True when both shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Throws a ShapeError when a size is a tensor, such as a traced number. */
export function checkKnown(operation: string, shape: readonly unknown[]): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${operation}: the shape is ${describe(shape)}; pass a list of sizes, such as [2, 3]`);
  }
  if (shape.every((dimension) => typeof dimension === 'number')) return;
  throw new ShapeError(
    `${operation}: a size of the shape is no number; sizes must be known when a function is traced: list the argument in staticArgnums`,
  );
}

/** Throws a DTypeError unless `dtype` is one. */
export function checkDType(operation: string, dtype: DType): void {
  if (dtypes.includes(dtype)) return;
  throw new DTypeError(`${operation}: dtype ${JSON.stringify(dtype)} is not known; use one of ${dtypes.join(', ')}`);
}

/** Throws an ArgumentError unless an option has one of its values. */
export function checkChoice<T extends string>(
  operation: string,
  option: string,
  value: T,
  choices: readonly T[],
): void {
  if (choices.includes(value)) return;
  throw new ArgumentError(
    `${operation}: ${option} ${JSON.stringify(value)} is not known; use one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
  );
}

/** Positions of elements are 32-bit integers, in kernels and in index tensors. */
export const sizeLimit: number = 2 ** 31 - 1;

/** The error for a shape with more elements than `sizeLimit`. */
export function tooLarge(operation: string, shape: Shape): ShapeError {
  return new ShapeError(
    `${operation}: shape ${formatShape(shape)} has ${sizeOf(shape)} elements; the limit is 2^31 - 1`,
  );
}

/** Throws a ShapeError unless `shape` is a list of non-negative integers whose product an array can hold. */
export function checkShape(operation: string, shape: Shape): void {
  checkKnown(operation, shape);
  for (const dimension of shape) {
    if (!Number.isInteger(dimension) || dimension < 0) {
      throw new ShapeError(
        `${operation}: shape ${formatShape(shape)} has a dimension of ${dimension}; use whole numbers >= 0`,
      );
    }
  }
  if (sizeOf(shape) > sizeLimit) throw tooLarge(operation, shape);
}

/** The shape that NumPy broadcasting gives; throws a ShapeError naming `operation`. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1;
    const n = b[b.length - i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${operation}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis -${i} has ${m} and ${n}; ` +
          'sizes must be equal or 1',
      );
    }
    result[rank - i] = m === 1 ? n : m;
  }
  return result;
}

/** What has no shape is no tensor: TypeScript rules it out, JavaScript does not. */
function checkOwner(operation: string, shape: Shape | undefined): void {
  if (shape === undefined) throw new ArgumentError(`${operation}: the operand is no tensor; make one with tensor(…)`);
}

/** Turns a possibly negative axis of `shape` with `added` new axes into 0..rank-1; throws a ShapeError out of range. */
export function normalizeAxis(operation: string, axis: number, shape: Shape, added = 0): number {
  checkOwner(operation, shape);
  const rank = shape.length + added;
  if (typeof axis !== 'number') throw new ShapeError(`${operation}: the axis is ${describe(axis)}; pass a number`);
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? 'a scalar has no axes' : `use ${-rank} to ${rank - 1}`;
    const place = added === 0 ? '' : `a new axis of `;
    throw new ShapeError(
      `${operation}: axis ${axis} is out of range for ${place}shape ${formatShape(shape)}; ${range}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Normalizes a list of axes (undefined = all), sorted; throws a ShapeError on a repeated axis. */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | undefined,
  shape: Shape,
  added = 0,
): readonly number[] {
  checkOwner(operation, shape);
  if (axes === undefined) return shape.map((_, axis) => axis);
  if (typeof axes !== 'number' && !(Array.isArray as (value: unknown) => boolean)(axes)) {
    throw new ShapeError(`${operation}: the axis is ${describe(axes)}; pass a number, or a list of them`);
  }
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => normalizeAxis(operation, axis, shape, added));
  const sorted = [...list].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) {
      throw new ShapeError(
        `${operation}: axis ${sorted[i]} of shape ${formatShape(shape)} is given twice in [${String(axes)}]; name each axis once`,
      );
    }
  }
  return sorted;
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Axes of `result` along which an operand of shape `operand` is repeated (aligned at the end), plus its missing leading axes. */
export function broadcastAxes(operand: Shape, result: Shape): number[] {
  const offset = result.length - operand.length;
  const axes: number[] = [];
  for (let axis = 0; axis < result.length; axis++) {
    if (axis < offset || (operand[axis - offset] === 1 && result[axis] !== 1)) axes.push(axis);
  }
  return axes;
}

/** Coordinates of the element at a row-major index. */
export function positionOf(index: number, shape: Shape): number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(index / stride) % shape[axis]!);
}
