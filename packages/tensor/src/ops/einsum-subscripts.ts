import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape, type Shape } from '../shapes.js';

/** What einsum's subscripts mean for given shapes. An index is a letter, or `.n` for the n-th last axis of an ellipsis. */
export interface Subscripts {
  /** Per operand: the index of each axis; null for an axis of size 1 that an ellipsis broadcasts. */
  readonly inputs: readonly (readonly (string | null)[])[];
  readonly output: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
}

const termPattern = /^[A-Za-z]*(\.\.\.[A-Za-z]*)?$/;

function checkTerm(text: string, term: string): void {
  if (termPattern.test(term)) return;
  throw new ArgumentError(
    `einsum: '${term}' in '${text}' is not accepted; indices are letters, with at most one '...' in each operand`,
  );
}

/** The indices of one operand's axes. */
function expandTerm(text: string, term: string, shape: Shape, position: number): (string | null)[] {
  const [before, after] = term.split('...');
  const named = term.replace('...', '').length;
  const open = shape.length - named;
  if (after === undefined ? open !== 0 : open < 0) {
    throw new ShapeError(
      `einsum: '${term}' in '${text}' names ${named} axes, operand ${position} ${formatShape(shape)} has ${shape.length}`,
    );
  }
  const ellipsis = Array.from({ length: open }, (_, i) => `.${open - 1 - i}`);
  return [...Array.from(before!), ...ellipsis, ...Array.from(after ?? '')];
}

function mismatch(text: string, index: string, shapes: readonly Shape[], first: number, second: number): ShapeError {
  const shown = index.startsWith('.') ? `'...' (axis -${Number(index.slice(1)) + 1} of it)` : `index ${index}`;
  return new ShapeError(
    `einsum: '${text}': sizes of ${shown} differ in operands ${first} ${formatShape(shapes[first]!)} and ${second} ${formatShape(shapes[second]!)}`,
  );
}

function findSizes(
  text: string,
  terms: readonly (readonly (string | null)[])[],
  shapes: readonly Shape[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  const owner = new Map<string, number>();
  terms.forEach((term, operand) => {
    term.forEach((index, axis) => {
      if (index === null) return;
      const size = shapes[operand]![axis]!;
      const known = sizes.get(index);
      if (known !== undefined && known !== size && !(index.startsWith('.') && (size === 1 || known === 1))) {
        throw mismatch(text, index, shapes, owner.get(index)!, operand);
      }
      if (known === undefined || known === 1) {
        sizes.set(index, size);
        owner.set(index, operand);
      }
    });
  });
  return sizes;
}

function ellipsisOf(terms: readonly (readonly (string | null)[])[]): string[] {
  const indices = new Set(terms.flat().filter((index): index is string => index?.startsWith('.') === true));
  return [...indices].sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
}

/** Without an output, NumPy takes the ellipsis and then, in the order of the alphabet, the letters that occur once. */
function implicitOutput(terms: readonly (readonly (string | null)[])[]): string[] {
  const letters = terms.flat().filter((index): index is string => index !== null && !index.startsWith('.'));
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return [...ellipsisOf(terms), ...once.sort()];
}

function explicitOutput(text: string, term: string, terms: readonly (readonly (string | null)[])[]): string[] {
  checkTerm(text, term);
  const [before, after] = term.split('...');
  const output = [
    ...Array.from(before!),
    ...(after === undefined ? [] : ellipsisOf(terms)),
    ...Array.from(after ?? ''),
  ];
  const known = new Set(terms.flat());
  for (const index of output) {
    if (!known.has(index)) {
      throw new ArgumentError(`einsum: index ${index} of the output of '${text}' occurs in no operand`);
    }
    if (output.indexOf(index) !== output.lastIndexOf(index)) {
      throw new ArgumentError(`einsum: the output of '${text}' has index ${index} twice; use diag to fill a diagonal`);
    }
  }
  return output;
}

/** Reads einsum's subscripts; throws an ArgumentError for what they cannot mean and a ShapeError for what does not fit. */
export function parseSubscripts(subscripts: string, shapes: readonly Shape[]): Subscripts {
  const text = subscripts.replaceAll(' ', '');
  const [left, right, ...more] = text.split('->');
  const terms = left!.split(',');
  if (more.length > 0) {
    throw new ArgumentError(`einsum: '${subscripts}' has more than one '->'; write 'ij,jk->ik'`);
  }
  if (terms.length !== shapes.length) {
    throw new ArgumentError(
      `einsum: '${subscripts}' has ${terms.length} operands, given are ${shapes.length}; write 'ij,jk->ik', one term per operand`,
    );
  }
  for (const term of terms) checkTerm(text, term);
  const named = terms.map((term, i) => expandTerm(text, term, shapes[i]!, i));
  const sizes = findSizes(text, named, shapes);
  const output = right === undefined ? implicitOutput(named) : explicitOutput(text, right, named);
  const inputs = named.map((term, operand) =>
    term.map((index, axis) =>
      index?.startsWith('.') === true && shapes[operand]![axis] === 1 && sizes.get(index) !== 1 ? null : index,
    ),
  );
  return { inputs, output, sizes };
}
