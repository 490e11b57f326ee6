import { expect, it } from 'vitest';
import { compile, debug, ones, type Tensor } from '../index.js';

type Options = { readonly scale: unknown; readonly parts: readonly Tensor[] };

function make(): ReturnType<typeof compile<[Tensor, Options, unknown?], Tensor>> {
  return compile(function step(x: Tensor, { parts }: Options, _?: unknown) {
    return parts.reduce((sum, part) => sum.add(part.cast(x.dtype).sum()), x.sum());
  });
}

/** The explanation after calls with these arguments. */
function after(...calls: readonly [Tensor, Options, unknown?][]): string {
  const f = make();
  for (const args of calls) f(...args);
  return debug.explainRetrace(f);
}

const plain: Options = { scale: 'none', parts: [ones([2])] };

it('has nothing to explain before the second trace', () => {
  expect([after(), after([ones([3]), plain]), after([ones([3]), plain], [ones([3]), plain])]).toMatchInlineSnapshot(`
    [
      "compile(step): not traced yet",
      "compile(step): traced once, by its first call",
      "compile(step): traced once, by its first call",
    ]
  `);
});

it('names the argument whose shape, dtype, structure or static value differs', () => {
  const x = ones([32, 10]);
  expect(after([x, plain], [ones([7, 10]), plain])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 0: float32 [7,10] instead of float32 [32,10]"
  `);
  expect(after([x, plain], [x.cast('float64'), { ...plain, parts: [ones([3])] }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 0: float64 [32,10] instead of float32 [32,10]
      argument 1.parts.0: float32 [3] instead of float32 [2]"
  `);
  expect(after([x, plain], [x, { ...plain, scale: 'small' }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 1.scale: "small" instead of "none""
  `);
  expect(after([x, plain], [x, { ...plain, scale: 2 }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 1.scale: a number instead of "none""
  `);
  expect(after([x, plain], [x, { ...plain, parts: [] }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 1.parts: an array of 0 instead of an array of 1"
  `);
  expect(after([x, plain], [x, plain, true])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      3 arguments instead of 2"
  `);
  expect(after([x, plain, { a: 1 }], [x, plain, { b: 1 }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 2: { b } instead of { a }"
  `);
});

it('says why equal-looking static values differ', () => {
  const x = ones([2]);
  const scale = (): (() => number) => () => 1;
  expect(after([x, { ...plain, scale: scale() }], [x, { ...plain, scale: scale() }])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 1.scale: a function instead of a function: another function, though perhaps of the same text; make it once, outside of the loop"
  `);
  expect(after([x, plain, new Map()], [x, plain, new Map()])).toMatchInlineSnapshot(`
    "compile(step): trace 2 was needed because, compared with trace 1,
      argument 2: a Map instead of a Map: another object; static values are compared by identity"
  `);
  const sized = compile((y: Tensor, size: number) => y.broadcastTo([size, ...y.shape]), { staticArgnums: [1] });
  sized(x, 3);
  sized(x, 4);
  expect(debug.explainRetrace(sized)).toMatchInlineSnapshot(`
    "a compiled function: trace 2 was needed because, compared with trace 1,
      argument 1: 4 instead of 3: this number is part of the compiled code"
  `);
});

it('compares with the earlier trace that is most alike', () => {
  const x = ones([2, 2]);
  const calls = [[x, plain] as const, [x.cast('float64'), { ...plain, scale: 1 }] as const];
  expect(after([...calls[0]!], [...calls[1]!], [ones([3, 2]).cast('float64'), { ...plain, scale: 1 }])).toMatch(
    'compared with trace 2',
  );
});

it('refuses other functions', () => {
  expect(() => debug.explainRetrace((() => 0) as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: debug.explainRetrace: this function was not returned by compile; pass what compile returned]`,
  );
});
