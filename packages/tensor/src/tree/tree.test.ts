import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isTensor, moduleBrand, tensor, tree, type Tensor } from '../index.js';
import { shown } from '../values.fixture.js';

class Layer {
  [key: string]: unknown;
  get [moduleBrand](): true {
    return true;
  }
  static make(fields: object): Layer {
    return Object.assign(new Layer(), fields);
  }
}

const leaf = fc.integer({ min: -9, max: 9 }).map((n) => tensor([n]));
const statics = fc.oneof(
  fc.boolean(),
  fc.string(),
  fc.constant(null),
  fc.constant(undefined),
  fc.double(),
  fc.constant(new Date(0)),
);
const { value: anyTree } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    statics,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4 }).map((fields) => Layer.make(fields)),
  ),
}));

it('puts together what it took apart', () => {
  fc.assert(
    fc.property(anyTree, (value) => {
      const { leaves, paths, definition, frozen } = tree.flatten(value);
      expect(leaves.every(isTensor)).toBe(true);
      expect([paths.length, frozen.length]).toEqual([leaves.length, leaves.length]);
      const again = tree.unflatten(definition, leaves);
      const flat = tree.flatten(again);
      expect(flat.leaves.every((x, i) => x === leaves[i])).toBe(true);
      expect(flat.paths).toEqual(paths);
      expect(tree.sameDefinition(flat.definition, definition)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('finds each leaf at its path', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ a: leaf, b: fc.array(leaf, { maxLength: 3 }) }), { maxLength: 4 }), (value) => {
      const { leaves, paths } = tree.flatten(value);
      paths.forEach((path, i) => {
        const found = path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value);
        expect(found).toBe(leaves[i]);
      });
    }),
  );
});

const x = tensor([1]);
const y = tensor([2]);

/** Whether both lists hold the same tensors and equal numbers; `toEqual` would look into tensors. */
function identical(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

it('sorts the keys of plain objects, and keeps the order of a module’s fields', () => {
  expect(tree.paths({ b: x, a: [y, x] })).toEqual(['a.0', 'a.1', 'b']);
  expect(tree.paths(Layer.make({ b: x, a: [y, x] }))).toEqual(['b', 'a.0', 'a.1']);
  expect(tree.paths(x)).toEqual(['']);
});

it('counts numbers as static or as leaves, as asked; not in modules, and not what is not finite', () => {
  const value = { a: 1, b: [x, 2], c: Layer.make({ units: 3, w: y }), d: NaN };
  expect(identical(tree.flatten(value).leaves, [x, y])).toBe(true);
  expect(identical(tree.flatten(value, { numbers: 'leaf' }).leaves, [1, x, 2, y])).toBe(true);
  const first = tree.flatten([1, { n: 2 }, 3], { numbers: 'leaf', staticPositions: [1] });
  expect(first.leaves).toEqual([1, 3]);
  expect(tree.unflatten(first.definition, [7, 8])).toEqual([7, { n: 2 }, 8]);
});

it('keeps shared modules shared, and repeats shared tensors and plain objects', () => {
  const shared = Layer.make({ w: x });
  const plain = { w: y };
  const { leaves, paths, definition } = tree.flatten({ a: shared, b: [shared], c: plain, d: plain });
  expect(paths).toEqual(['a.w', 'c.w', 'd.w']);
  const again = tree.unflatten(definition, leaves) as { a: Layer; b: Layer[]; c: object; d: object };
  expect(again.a === again.b[0]).toBe(true);
  expect(again.a instanceof Layer).toBe(true);
  expect(again.c === again.d).toBe(false);
});

it('does not run constructors, setters or prototypes of keys', () => {
  let ran = 0;
  class Counted extends Layer {
    constructor() {
      super();
      ran++;
    }
  }
  const module = Object.assign(new Counted(), { w: x });
  const { definition } = tree.flatten(module);
  const again = tree.unflatten(definition, [y]) as Counted;
  expect(identical([ran, again.constructor, again['w']], [1, Counted, y])).toBe(true);
  const odd = JSON.parse('{"__proto__": {"polluted": true}}') as object;
  const rebuilt = tree.unflatten(tree.flatten(odd).definition, []) as { polluted?: boolean };
  expect(rebuilt.polluted).toBeUndefined();
  expect(Object.keys(rebuilt)).toEqual(['__proto__']);
});

it('recognises modules whose brand is a field, also when they were rebuilt', () => {
  class Branded {
    readonly [moduleBrand] = true as const;
    w = x;
  }
  const again = tree.map((v) => v.add(1), new Branded());
  expect(again instanceof Branded).toBe(true);
  expect(shown(again)).toEqual(['float32 [1] 2']);
});

it('tells structures apart by keys, kinds, static values and sharing', () => {
  const same = (a: unknown, b: unknown): boolean =>
    tree.sameDefinition(tree.flatten(a).definition, tree.flatten(b).definition);
  expect(same({ a: x, n: 1 }, { n: 1, a: y })).toBe(true);
  const shared = Layer.make({ w: x });
  const different: [unknown, unknown][] = [
    [{ a: x }, { b: x }],
    [[x], { 0: x }],
    [[x], [x, x]],
    [{ n: 1 }, { n: 2 }],
    [{ n: 0 }, { n: -0 }],
    [{ n: '1' }, { n: 1 }],
    [x, null],
    [{ w: x }, Layer.make({ w: x })],
    [
      [shared, shared],
      [shared, Layer.make({ w: y })],
    ],
  ];
  for (const [a, b] of different) expect(same(a, b)).toBe(false);
  expect(same({ n: NaN }, { n: NaN })).toBe(true);
});

it('maps over several trees, null where one lacks a leaf, with paths on request', () => {
  const values = { a: x, b: [y], n: 3 };
  const sum = tree.map((v, g) => (g === null ? v : v.add(g)), values, { a: y, b: [null], n: null });
  expect(shown(sum)).toEqual(['float32 [1] 3', 'float32 [1] 2']);
  expect(sum.n).toBe(3);
  expect(shown(tree.map((v, g) => v.mul(g === null ? 1 : 0), values, null))).toEqual([
    'float32 [1] 1',
    'float32 [1] 2',
  ]);
  const named: string[] = [];
  tree.mapWithPath((path, v: Tensor) => {
    named.push(path);
    return v;
  }, values);
  expect(named).toEqual(['a', 'b.0']);
  expect(tree.map(() => null, values)).toEqual({ a: null, b: [null], n: 3 });
  expect(identical(tree.leaves(values), [x, y])).toBe(true);
});

it('freezes the fields that a module names', () => {
  const module = Layer.make({ kernel: tensor([1]), bias: tensor([2]), frozenFields: ['kernel'] });
  const { paths, frozen } = tree.flatten({ module });
  expect(paths).toEqual(['module.kernel', 'module.bias']);
  expect(frozen).toEqual([true, false]);
});
