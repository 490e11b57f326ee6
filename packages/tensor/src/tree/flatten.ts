import { ArgumentError } from '../errors.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';

/** Marks modules: objects whose enumerable own fields are branches of a tree, whatever package made them. */
export const moduleBrand: unique symbol = Symbol.for('@tesserajs/Module') as never;

/** What makes an object a module. */
export interface ModuleLike {
  readonly [moduleBrand]: true;
  /** False freezes all tensors below: they get no gradient. */
  readonly trainable?: boolean;
  /** Names of fields whose tensors get no gradient in this module; its class may name more in a static `stateFields`. */
  readonly frozenFields?: readonly string[];
}

/** The structure of a tree without its tensors. */
export type TreeDefinition =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'number' }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly children: readonly TreeDefinition[] }
  | {
      readonly kind: 'object' | 'module';
      readonly prototype: object | null;
      readonly keys: readonly string[];
      readonly children: readonly TreeDefinition[];
    }
  /** A module that occurred before, by order of first visits. */
  | { readonly kind: 'alias'; readonly module: number };

/** A tree taken apart. */
export interface FlatTree {
  readonly leaves: readonly (Tensor | number)[];
  /** Per leaf: where it lies, e.g. `layers.0.kernel`. */
  readonly paths: readonly string[];
  /** Per leaf: it lies in a frozen module or is declared as state. */
  readonly frozen: readonly boolean[];
  readonly definition: TreeDefinition;
}

/** How flattening treats plain numbers: as static parts, or as leaves that a trace may vary. */
export interface FlattenOptions {
  readonly numbers?: 'static' | 'leaf';
  /** Positions in the root, an array, below which numbers are static in any case. */
  readonly staticPositions?: readonly number[];
}

/** True for modules. */
function isModule(value: object): value is ModuleLike {
  return (value as { [moduleBrand]?: true })[moduleBrand] === true;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const leafDefinition: TreeDefinition = { kind: 'leaf' };
const numberDefinition: TreeDefinition = { kind: 'number' };

/** Names of a module's fields without gradients: state (moving averages and the like), declared by its class, and its own. */
function fixedFields(module: ModuleLike): readonly string[] {
  const { stateFields = [] } = module.constructor as { stateFields?: readonly string[] };
  const { frozenFields = [] } = module;
  return frozenFields.length === 0 ? stateFields : [...stateFields, ...frozenFields];
}

/**
 * Takes a tree apart: tensors are leaves; arrays, plain objects (sorted keys) and modules (fields in order) nest;
 * everything else is static. A module that occurs twice is recorded once. Throws an ArgumentError for a cycle.
 *
 * @example
 * ```ts
 * const { leaves, definition } = tree.flatten({ x: tensor([1]), name: 'line' });
 * leaves; // → [[1]]
 * ```
 */
export function flatten(tree: unknown, options: FlattenOptions = {}): FlatTree {
  const { numbers = 'static', staticPositions = [] } = options;
  const leaves: (Tensor | number)[] = [];
  const paths: string[] = [];
  const frozen: boolean[] = [];
  const modules = new Map<object, number>();
  const open = new Set<object>();

  const leaf = (value: Tensor | number, path: string, isFrozen: boolean): void => {
    leaves.push(value);
    paths.push(path);
    frozen.push(isFrozen);
  };
  const visit = (value: unknown, path: string, isFrozen: boolean, fixed: boolean): TreeDefinition => {
    if (isTensor(value)) {
      leaf(value, path, isFrozen);
      return leafDefinition;
    }
    if (typeof value === 'number' && !fixed && numbers === 'leaf' && Number.isFinite(value)) {
      leaf(value, path, isFrozen);
      return numberDefinition;
    }
    if (typeof value !== 'object' || value === null) return { kind: 'static', value };
    const isArray = Array.isArray(value);
    const module = !isArray && isModule(value);
    if (!isArray && !module && !isPlainObject(value)) return { kind: 'static', value };
    if (module) {
      const seen = modules.get(value);
      if (seen !== undefined && !open.has(value)) return { kind: 'alias', module: seen };
      modules.set(value, modules.size);
    }
    if (open.has(value)) {
      throw new ArgumentError(`tree: ${path === '' ? 'the tree' : path} contains itself; trees have no cycles`);
    }
    open.add(value);
    const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    let definition: TreeDefinition;
    if (isArray) {
      const children = value.map((child, i) =>
        visit(child, at(i), isFrozen, fixed || (path === '' && staticPositions.includes(i))),
      );
      definition = { kind: 'array', children };
    } else {
      const keys = Object.keys(value);
      if (!module) keys.sort();
      const below = isFrozen || (module && value.trainable === false);
      const without = module ? fixedFields(value) : [];
      const children = keys.map((key) =>
        visit((value as Record<string, unknown>)[key], at(key), below || without.includes(key), fixed || module),
      );
      const prototype = Object.getPrototypeOf(value) as object | null;
      definition = { kind: module ? 'module' : 'object', prototype, keys, children };
    }
    open.delete(value);
    return definition;
  };
  const definition = visit(tree, '', false, false);
  return { leaves, paths, frozen, definition };
}

function createObject(prototype: object | null, isBranded: boolean): object {
  const object = Object.create(prototype) as object;
  // The brand may have been a field of the instance instead of its prototype.
  if (isBranded && !isModule(object)) Object.defineProperty(object, moduleBrand, { value: true });
  return object;
}

/** An object of the same class without fields; its constructor does not run. */
export function createLike(object: object): object {
  return createObject(Object.getPrototypeOf(object) as object | null, isModule(object));
}

/**
 * Puts a tree together from leaves in the order of `flatten`. Constructors do not run; shared modules stay shared.
 *
 * @example
 * ```ts
 * const { definition } = tree.flatten({ x: tensor([1]), name: 'line' });
 * tree.unflatten(definition, [tensor([5])]); // → { x: [5], name: 'line' }
 * ```
 */
export function unflatten(
  definition: TreeDefinition,
  leaves: readonly unknown[],
  statics: 'keep' | 'null' = 'keep',
): unknown {
  let next = 0;
  const modules: object[] = [];
  const build = (part: TreeDefinition): unknown => {
    switch (part.kind) {
      case 'leaf':
      case 'number':
        return leaves[next++];
      case 'static':
        return statics === 'keep' ? part.value : null;
      case 'array':
        return part.children.map(build);
      case 'alias':
        return modules[part.module];
      case 'object':
      case 'module': {
        const object = createObject(part.prototype, part.kind === 'module') as Record<string, unknown>;
        if (part.kind === 'module') modules.push(object);
        part.keys.forEach((key, i) => {
          // defineProperty, because a key may be `__proto__` or have a setter on the prototype
          Object.defineProperty(object, key, {
            value: build(part.children[i]!),
            writable: true,
            enumerable: true,
            configurable: true,
          });
        });
        return object;
      }
    }
  };
  return build(definition);
}

/**
 * True when two trees have the same structure and equal static parts.
 *
 * @example
 * ```ts
 * const a = tree.flatten({ x: tensor([1]) }).definition;
 * tree.sameDefinition(a, tree.flatten({ x: tensor([2, 3]) }).definition); // → true
 * ```
 */
export function sameDefinition(a: TreeDefinition, b: TreeDefinition): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'leaf':
    case 'number':
      return true;
    case 'static':
      return Object.is(a.value, (b as typeof a).value);
    case 'alias':
      return a.module === (b as typeof a).module;
    case 'array':
      return sameChildren(a.children, (b as typeof a).children);
    case 'object':
    case 'module': {
      const other = b as typeof a;
      return (
        a.prototype === other.prototype &&
        a.keys.length === other.keys.length &&
        a.keys.every((key, i) => key === other.keys[i]) &&
        sameChildren(a.children, other.children)
      );
    }
  }
}

function sameChildren(a: readonly TreeDefinition[], b: readonly TreeDefinition[]): boolean {
  return a.length === b.length && a.every((child, i) => sameDefinition(child, b[i]!));
}
