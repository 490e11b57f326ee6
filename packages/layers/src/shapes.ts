import { ShapeError, type Shape } from '@tesserajs/tensor';

/** A shape whose batch axis may be unknown: `[null, 28, 28, 1]`. */
export type SymbolicShape = readonly (number | null)[];

/** `[null,28,28,1]`, as error texts show shapes. */
export function formatSymbolic(shape: SymbolicShape): string {
  return `[${shape.map((n) => (n === null ? 'null' : String(n))).join(',')}]`;
}

/** A concrete shape to trace with: an unknown batch axis becomes 1. Throws a ShapeError for other unknown axes. */
export function exampleShape(operation: string, shape: SymbolicShape): Shape {
  return shape.map((n, axis) => {
    if (n === null && axis === 0) return 1;
    if (n !== null && Number.isInteger(n) && n >= 1) return n;
    throw new ShapeError(
      `${operation}: shape ${formatSymbolic(shape)} is not accepted: the batch axis may be null, all others must be ` +
        'whole numbers >= 1',
    );
  });
}

/** True when both shapes have the same axes. */
export function sameShape(a: SymbolicShape, b: SymbolicShape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}
