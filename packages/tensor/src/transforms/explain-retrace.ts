import { ArgumentError } from '../errors.js';
import { formatShape, sameShape } from '../shapes.js';
import type { TreeDefinition } from '../tree/flatten.js';
import { compiledTraces, type CompiledFunction, type TracedArguments } from './compile.js';

type LeafType = TracedArguments['types'][number];

/** Counts the leaves of a part, so that those behind it can be found. */
function countLeaves(definition: TreeDefinition): number {
  switch (definition.kind) {
    case 'leaf':
    case 'number':
      return 1;
    case 'static':
    case 'alias':
      return 0;
    default:
      return definition.children.reduce((sum, child) => sum + countLeaves(child), 0);
  }
}

function describeLeaf(type: LeafType): string {
  return type === null ? 'a number' : `${type.dtype} ${formatShape(type.shape)}`;
}

function describeStatic(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'object' && value !== null) return `a ${value.constructor.name}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function describePart(definition: TreeDefinition, type: LeafType | undefined): string {
  switch (definition.kind) {
    case 'leaf':
    case 'number':
      return describeLeaf(type ?? null);
    case 'static':
      return describeStatic(definition.value);
    case 'alias':
      return 'a module that occurs before';
    case 'array':
      return `an array of ${definition.children.length}`;
    default: {
      const name = definition.prototype === Object.prototype ? '' : `${definition.prototype?.constructor.name ?? ''} `;
      return `${name}{ ${definition.keys.join(', ')} }`;
    }
  }
}

/** Why two static values differ although they look alike. */
function staticAdvice(was: unknown, is: unknown): string {
  if (typeof was === 'function' && typeof is === 'function') {
    return ': another function, though perhaps of the same text; make it once, outside of the loop';
  }
  if (typeof was === 'object' && typeof is === 'object' && was !== null && is !== null) {
    return ': another object; static values are compared by identity';
  }
  return typeof was === 'number' && typeof is === 'number' ? ': this number is part of the compiled code' : '';
}

/** The parts in which two lists of arguments differ, each with its path. */
function differences(was: TracedArguments, is: TracedArguments): string[] {
  const found: string[] = [];
  const walk = (a: TreeDefinition, b: TreeDefinition, path: string, atA: number, atB: number): void => {
    const report = (advice = ''): void => {
      const [now, before] = [describePart(b, is.types[atB]), describePart(a, was.types[atA])];
      found.push(`argument ${path}: ${now} instead of ${before}${advice}`);
    };
    const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    const walkChildren = (
      keys: readonly (string | number)[],
      left: readonly TreeDefinition[],
      right: readonly TreeDefinition[],
    ): void => {
      let [nextA, nextB] = [atA, atB];
      keys.forEach((key, i) => {
        walk(left[i]!, right[i]!, at(key), nextA, nextB);
        nextA += countLeaves(left[i]!);
        nextB += countLeaves(right[i]!);
      });
    };
    if (a.kind === 'leaf' && b.kind === 'leaf') {
      const [x, y] = [was.types[atA]!, is.types[atB]!];
      if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) report();
    } else if (a.kind === 'static' && b.kind === 'static') {
      if (!Object.is(a.value, b.value)) report(staticAdvice(a.value, b.value));
    } else if (a.kind === 'array' && b.kind === 'array') {
      if (a.children.length === b.children.length) walkChildren([...a.children.keys()], a.children, b.children);
      else if (path === '') found.push(`${b.children.length} arguments instead of ${a.children.length}`);
      else report();
    } else if ((a.kind === 'object' || a.kind === 'module') && a.kind === b.kind) {
      const sameKeys = a.keys.length === b.keys.length && a.keys.every((key, i) => key === b.keys[i]);
      if (sameKeys && a.prototype === b.prototype) walkChildren(a.keys, a.children, b.children);
      else report();
    } else if (a.kind !== b.kind || (a.kind === 'alias' && a.module !== (b as typeof a).module)) report();
  };
  walk(was.definition, is.definition, '', 0, 0);
  return found;
}

/**
 * Why a compiled function was traced the last time: in what its arguments differed from those of the earlier trace that
 * is most like it, by path, with the shapes, dtypes, structures or static values of both.
 *
 * Throws an ArgumentError for a function that `compile` did not return.
 *
 * @example
 * ```ts
 * const total = compile(function total(x: Tensor) {
 *   return x.sum();
 * });
 * for (const rows of [32, 7]) total(ones([rows, 4]));
 * console.log(debug.explainRetrace(total));
 * // → compile(total): trace 2 was needed because, compared with trace 1,
 * // →   argument 0: float32 [7,4] instead of float32 [32,4]
 * ```
 */
export function explainRetrace<A extends readonly unknown[], R>(f: CompiledFunction<A, R>): string {
  const compiled = compiledTraces(f);
  if (compiled === null) {
    throw new ArgumentError(
      'debug.explainRetrace: this function was not returned by compile; pass what compile returned',
    );
  }
  const { name, traces } = compiled;
  const latest = traces[traces.length - 1];
  if (latest === undefined) return `${name}: not traced yet`;
  if (traces.length === 1) return `${name}: traced once, by its first call`;
  const compared = traces.slice(0, -1).map((earlier, i) => ({ trace: i + 1, found: differences(earlier, latest) }));
  const nearest = compared.reduce((best, next) => (next.found.length <= best.found.length ? next : best));
  const lines = nearest.found.map((line) => `\n  ${line}`);
  return `${name}: trace ${traces.length} was needed because, compared with trace ${nearest.trace},${lines.join('')}`;
}
