import { expect, it, vi } from 'vitest';
import * as api from './index.js';
import { isTensor, linalg, nn, random, special, Tensor, TesseraError, tensor, zeros } from './index.js';

vi.setConfig({ testTimeout: 120_000 });

type AnyFunction = (...args: unknown[]) => unknown;

const x = tensor([
  [1, 2],
  [3, 4],
]);
const key = random.key(1);

/** Arguments by kind: the first ones fit somewhere, the others hardly anywhere. */
const kinds: Readonly<Record<string, readonly unknown[]>> = {
  tensor: [
    ...[
      x,
      x.cast('int32'),
      tensor([0, 1], { dtype: 'int32' }),
      key,
      zeros([0]),
      zeros([2, 3, 4]),
      tensor([true, false]),
    ],
    ...[tensor([1, 2], { dtype: 'float64' }), zeros([]), zeros([1, 1, 1, 1, 1, 1])],
  ],
  number: [0, 1, 2, 2 ** 31, NaN, Infinity, -Infinity, -1, -99, 1.5, 99, 1e300],
  list: [
    [0],
    [1, 0],
    [2, 2],
    [2 ** 31],
    [],
    [0, 0],
    [NaN],
    [Infinity],
    [-1],
    [-5],
    [1.5],
    [2 ** 20, 2 ** 20],
    [99, 99, 99],
  ],
};

/** Not operations on tensors. */
const others: ReadonlySet<string> = new Set([
  ...[
    'setBackend',
    'withBackend',
    'optimizeGraph',
    'printGraph',
    'viewBytes',
    'bind',
    'subgraphsOf',
    'Tensor',
    'sizeOf',
  ],
  ...['formatShape', 'resampleTable', 'bytesPerElement', 'dtypeKind', 'isFloat', 'isInteger', 'isTensor', 'evalShape'],
  ...['traceGraph', 'memoryScope'],
]);

function operations(): [name: string, f: AnyFunction][] {
  const spaces = { '': api, 'nn.': nn, 'random.': random, 'linalg.': linalg, 'special.': special };
  const functions = Object.entries(spaces).flatMap(([prefix, space]) =>
    Object.entries(space as object)
      .filter(([name, f]) => typeof f === 'function' && !others.has(name) && !name.endsWith('Error'))
      .map(([name, f]): [string, AnyFunction] => [prefix + name, f as AnyFunction]),
  );
  const methods = Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name, { value }]): [string, AnyFunction] => [
      `x.${name}`,
      (...args) => (value as AnyFunction).apply(x, args),
    ]);
  return [...functions, ...methods];
}

const show = (value: unknown): string => (isTensor(value) ? `${value.dtype} [${value.shape}]` : JSON.stringify(value));

/** Lists of kinds that an operation takes, found by trying. */
async function signaturesOf(f: AnyFunction): Promise<string[][]> {
  const found: string[][] = [];
  const candidates = [['tensor'], ['number'], ['list'], ['number', 'number'], ['list', 'number']];
  candidates.push(['tensor', 'tensor'], ['tensor', 'number'], ['tensor', 'list']);
  if (f.length >= 3) candidates.push(['tensor', 'tensor', 'number'], ['tensor', 'list', 'number']);
  for (const signature of candidates) if (await isTaken(f, signature)) found.push(signature);
  return found;
}

/** All choices of the first three values of each kind. */
function choices(signature: readonly string[], count: number): unknown[][] {
  return signature.reduce<unknown[][]>(
    (lists, kind) => lists.flatMap((list) => kinds[kind]!.slice(0, count).map((value) => [...list, value])),
    [[]],
  );
}

async function isTaken(f: AnyFunction, signature: readonly string[]): Promise<boolean> {
  for (const args of choices(signature, 3)) {
    try {
      await (f(...args) as Promise<unknown> | undefined);
      return true;
    } catch {
      // another choice may do
    }
  }
  return false;
}

it('meets tensors, sizes and numbers that do not fit with errors of its own, at once', async () => {
  const problems: string[] = [];
  let calls = 0;
  for (const [name, f] of operations()) {
    for (const signature of await signaturesOf(f)) {
      for (const args of choices(signature, [12, 9, 5][signature.length - 1]!)) {
        calls++;
        try {
          await (f(...args) as Promise<unknown> | undefined);
        } catch (error) {
          if (!(error instanceof TesseraError))
            problems.push(`${name}(${args.map(show).join(', ')}): ${String(error)}`);
        }
      }
    }
  }
  expect(calls).toBeGreaterThan(5000);
  expect(problems).toEqual([]);
});

it('meets what is no tensor, shape or function with an error that says so', () => {
  const wrong = (f: AnyFunction, ...args: unknown[]): string => {
    try {
      f(...args);
      return 'accepted';
    } catch (error) {
      return String(error);
    }
  };
  expect([
    wrong(api.add as AnyFunction, x, null),
    wrong(api.exp as AnyFunction, [1, 2]),
    wrong(api.zeros as AnyFunction, undefined),
    wrong(api.zeros as AnyFunction, 'x'),
    wrong((axis) => x.sum(axis as number), 'x'),
    wrong((axis) => x.sum(axis as number), null),
    wrong(api.compile as AnyFunction, x),
    wrong(api.vmap as AnyFunction, null),
    wrong(api.grad(undefined as never) as AnyFunction, x),
    wrong(api.bind as AnyFunction, api.primitives.exp, [undefined], {}),
  ]).toMatchInlineSnapshot(`
    [
      "ArgumentError: add: an operand is null; it must be a tensor, a number or a boolean",
      "ArgumentError: exp: an operand is an array; it must be a tensor, a number or a boolean; make one with tensor(…)",
      "ShapeError: zeros: the shape is undefined; pass a list of sizes, such as [2, 3]",
      "ShapeError: zeros: the shape is x; pass a list of sizes, such as [2, 3]",
      "ShapeError: sum: the axis is x; pass a number, or a list of them",
      "ShapeError: sum: the axis is null; pass a number, or a list of them",
      "ArgumentError: compile: object is no function; pass a function of tensors",
      "ArgumentError: vmap: null is no function; pass a function of tensors",
      "ArgumentError: grad: undefined is no function; pass a function of tensors",
      "ArgumentError: exp: an operand is undefined; it must be a tensor",
    ]
  `);
});
