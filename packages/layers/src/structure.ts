import { isTensor, type Shape, type Tensor } from '@tesserajs/tensor';
import { exampleShape, type SymbolicShape } from './shapes.js';

/** Tensors, alone or in lists and records: what modules take and give. */
export type Tensors = Tensor | readonly Tensors[] | { readonly [name: string]: Tensors };

/** The shapes of tensors, in the structure that these have. */
export type Shapes<T> = T extends Tensor ? Shape : { readonly [K in keyof T]: Shapes<T[K]> };

/** Like `Shapes`, with batch axes that may be unknown. */
export type SymbolicShapes<T> = T extends Tensor ? SymbolicShape : { readonly [K in keyof T]: SymbolicShapes<T[K]> };

/** The names under which parts of a structure lie: keys of records, positions in lists. */
export function joinPath(path: string, name: string | number): string {
  return path === '' ? String(name) : `${path}.${name}`;
}

/** True for objects that are no instances of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A structure whose leaves are `f(leaf, path)`. Lists and records nest unless they are leaves; all else stays. */
export function mapLeaves<L>(
  structure: unknown,
  isLeaf: (value: unknown) => value is L,
  f: (leaf: L, path: string) => unknown,
  path = '',
): unknown {
  if (isLeaf(structure)) return f(structure, path);
  if (Array.isArray(structure)) return structure.map((part, i) => mapLeaves(part, isLeaf, f, joinPath(path, i)));
  if (!isRecord(structure)) return structure;
  return Object.fromEntries(
    Object.entries(structure).map(([name, part]) => [name, mapLeaves(part, isLeaf, f, joinPath(path, name))]),
  );
}

/** The leaves of a structure, in order, with their paths. */
export function leavesOf<L>(
  structure: unknown,
  isLeaf: (value: unknown) => value is L,
): { readonly leaf: L; readonly path: string }[] {
  const found: { leaf: L; path: string }[] = [];
  mapLeaves(structure, isLeaf, (leaf, path) => found.push({ leaf, path }));
  return found;
}

/** The tensors of a structure, in order. */
export function tensorsOf(structure: unknown): Tensor[] {
  return leavesOf(structure, isTensor).map(({ leaf }) => leaf);
}

/** True for shapes; an empty list is that of a scalar. */
export function isShape(value: unknown): value is SymbolicShape {
  return Array.isArray(value) && value.every((n) => n === null || typeof n === 'number');
}

/** Concrete shapes to trace with. Throws a ShapeError for unknown axes other than that of the batch. */
export function exampleShapes<T>(operation: string, shapes: SymbolicShapes<T>): Shapes<T> {
  return mapLeaves(shapes, isShape, (shape, path) =>
    exampleShape(path === '' ? operation : `${operation}: ${path}`, shape),
  ) as Shapes<T>;
}

/** The shapes of a structure of tensors; with `anyBatch`, for batches of any size. */
export function shapesOf<T>(structure: T, anyBatch = false): SymbolicShapes<T> {
  return mapLeaves(structure, isTensor, ({ shape }) =>
    anyBatch && shape.length > 0 ? [null, ...shape.slice(1)] : shape,
  ) as SymbolicShapes<T>;
}
