import { expect, it, vi } from 'vitest';
import { errorTexts } from './errors.fixture.js';
import * as api from './index.js';
import { fft, isTensor, linalg, nn, random, special, TesseraError, tensor, zeros } from './index.js';
import { tensorMethods } from './tensor-methods.fixture.js';

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
  ...['traceGraph', 'traceGraphAs', 'memoryScope'],
]);

function operations(): [name: string, f: AnyFunction][] {
  const spaces = { '': api, 'nn.': nn, 'random.': random, 'linalg.': linalg, 'special.': special, 'fft.': fft };
  const functions = Object.entries(spaces).flatMap(([prefix, space]) =>
    Object.entries(space as object)
      .filter(([name, f]) => typeof f === 'function' && !others.has(name) && !name.endsWith('Error'))
      .map(([name, f]): [string, AnyFunction] => [prefix + name, f as AnyFunction]),
  );
  const methods = tensorMethods().map(([name, method]): [string, AnyFunction] => [
    `x.${name}`,
    (...args) => method.apply(x, args),
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

/** Calls whose errors are not of this package, or do not begin with the name of the operation. */
async function problemsOf(name: string, f: AnyFunction, calls: readonly unknown[][]): Promise<string[]> {
  const own = name.slice(name.indexOf('.') + 1);
  const problems: string[] = [];
  for (const args of calls) {
    try {
      await (f(...args) as Promise<unknown> | undefined);
    } catch (error) {
      const named = error instanceof TesseraError && error.message.startsWith(`${own}:`);
      if (!named) problems.push(`${name}(${args.map(show).join(', ')}): ${String(error)}`);
    }
  }
  return problems;
}

it('meets what does not fit with errors of its own that name the operation, at once', async () => {
  const problems: string[] = [];
  let count = 0;
  for (const [name, f] of operations()) {
    for (const signature of await signaturesOf(f)) {
      const calls = choices(signature, [12, 9, 5][signature.length - 1]!);
      count += calls.length;
      problems.push(...(await problemsOf(name, f, calls)));
    }
  }
  expect(count).toBeGreaterThan(5000);
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
    wrong(api.sort as AnyFunction, [3, 1]),
    wrong(linalg.inv as AnyFunction, [[1, 2]]),
    wrong(api.clip as AnyFunction, x, [0], 1),
    wrong(nn.softmax as AnyFunction, [1, 2]),
    wrong(nn.layerNorm as AnyFunction, new Float32Array(2)),
    wrong(api.take as AnyFunction, x, [0, 1], 0),
    wrong(random.normal as AnyFunction, 1, [2]),
    wrong(random.beta as AnyFunction, key, [1], 2, [2]),
    wrong(api.full as AnyFunction, [2], x),
    wrong(api.zerosLike as AnyFunction, [1, 2]),
    wrong(api.concat as AnyFunction, x, x),
    wrong(api.stack as AnyFunction, [x, [1, 2]]),
    wrong((axes) => x.transpose(axes as number[]), 0),
    wrong(nn.conv as AnyFunction, [[1]], x),
    wrong(nn.maxPool as AnyFunction, [[1]], 2),
    wrong(api.debug.print as AnyFunction, 'label', 1),
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
      "ArgumentError: sort: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: inv: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: clip: an operand is an array; it must be a tensor, a number or a boolean; make one with tensor(…)",
      "ArgumentError: softmax: the operand is no tensor; make one with tensor(…)",
      "ArgumentError: layerNorm: an operand is object; it must be a tensor; make one with tensor(…)",
      "ArgumentError: take: an operand is number; it must be a tensor",
      "ArgumentError: normal: an operand is number; it must be a tensor",
      "ArgumentError: beta: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: full: the value is a tensor; pass a number or a boolean, or broadcast a tensor with broadcastTo",
      "ArgumentError: zerosLike: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: concat: pass a list of tensors, such as concat([a, b])",
      "ArgumentError: stack: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ShapeError: transpose: the permutation is no list; pass all axes in their new order, such as [1, 0]",
      "ArgumentError: conv: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: maxPool: an operand is an array; it must be a tensor; make one with tensor(…)",
      "ArgumentError: debug.print: an operand is number; it must be a tensor",
    ]
  `);
});

it('meets options that do not exist with an error that says which there are', () => {
  const image = zeros([1, 4, 4, 1]);
  const kernel = zeros([3, 3, 1, 1]);
  const option = (value: unknown): never => value as never;
  expect(
    errorTexts(
      () => zeros([2], { dtype: option('float') }),
      () => tensor([1], { dtype: option('double') }),
      () => x.cast(option('int')),
      () => random.uniform(key, [2], { dtype: option('f32') }),
      () => random.randint(key, [2], 0, 5, { dtype: option('long') }),
      () => nn.oneHot(tensor([0], { dtype: 'int32' }), 2, option('half')),
      () => nn.conv(image, kernel, { padding: option('SAME') }),
      () => nn.conv(image, kernel, { padding: option(1) }),
      () => nn.maxPool(image, 2, { padding: option([1, 1]) }),
      () => nn.gelu(x, { approximate: option('fast') }),
      () => api.pad(x, 1, { mode: option('mirror') }),
      () => api.meshgrid([x.at(0)], { indexing: option('yx') }),
      () => fft.fftFrequencies(4, { dtype: option('int32') }),
      () => api.compile(() => x, { donate: option(0) }),
      () => api.compile(() => x, { freeze: [-1] }),
      () => api.setBackend(option(() => api.referenceBackend)),
      () => api.withBackend(option(null), () => x),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: zeros: dtype "float" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    DTypeError: tensor: dtype "double" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    DTypeError: cast: dtype "int" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    DTypeError: uniform: dtype "f32" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    DTypeError: randint: dtype "long" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    DTypeError: oneHot: dtype "half" is not known; use one of float32, float64, float16, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, key
    ArgumentError: conv: padding "SAME" is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 for each of 2 axes
    ArgumentError: conv: padding 1 is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 for each of 2 axes
    ArgumentError: maxPool: padding [1,1] is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 for each of 2 axes
    ArgumentError: gelu: approximate "fast" is not known; use one of 'none', 'tanh'
    ArgumentError: pad: mode "mirror" is not known; use one of 'constant', 'reflect', 'symmetric', 'edge', 'wrap'
    ArgumentError: meshgrid: indexing "yx" is not known; use one of 'xy', 'ij'
    ArgumentError: fftFrequencies: dtype "int32" is not known; use one of 'float32', 'float64'
    ArgumentError: compile: donate 0 is not accepted; list positions of arguments, such as [0]
    ArgumentError: compile: freeze [-1] is not accepted; list positions of arguments, such as [0]
    ArgumentError: setBackend: function is no backend; call the function that makes one, as in onnxruntime()
    ArgumentError: withBackend: null is no backend"
  `);
});

it('names the operation that was called, not one that it consists of', () => {
  const wide = tensor([1, 2], { dtype: 'float64' });
  expect(
    errorTexts(
      () => x.clip(0, wide),
      () => api.allClose(x, wide),
      () => api.tensordot(x, wide.reshape([2, 1]), 1),
      () => api.tile(x, 2 ** 31),
      () => api.pad(x, 2 ** 31),
      () => random.choice(key.reshape([1]).cast(key.dtype), 5, [-1]),
      () => nn.dropout(x, 0.5, x),
      () => special.besselI0(tensor([1], { dtype: 'int32' })),
      () => special.polygamma(1, wide.cast('int32')),
      () => fft.rfft(x, 0, { n: 2 ** 33 }),
      () => nn.adaptiveAvgPool(zeros([1, 4, 1]), 2 ** 33),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: clip: dtypes differ: float32 [2,2] and float64 [2]; convert one with .cast('float32')
    DTypeError: allClose: dtypes differ: float32 [2,2] and float64 [2]; convert one with .cast('float32')
    DTypeError: tensordot: dtypes differ: float32 [2,2] and float64 [2,1]; convert one with .cast('float32')
    ShapeError: tile: shape [2,4294967296] has 8589934592 elements; the limit is 2^31 - 1
    ShapeError: pad: shape [4294967298,4294967298] has 18446744090889420000 elements; the limit is 2^31 - 1
    ShapeError: choice: shape [-1] has a dimension of -1; use whole numbers >= 0
    DTypeError: dropout: the key is float32 [2,2]; make one with random.key(seed)
    DTypeError: besselI0: int32 [1] is not accepted; it takes floats: use .cast(…)
    DTypeError: polygamma: int32 [2] is not accepted; it takes floats: use .cast(…)
    ShapeError: rfft: shape [8589934592,2] has 17179869184 elements; the limit is 2^31 - 1
    ShapeError: adaptiveAvgPool: shape [1,8589934592,1] has 8589934592 elements; the limit is 2^31 - 1"
  `);
});

it('keeps the stack of an error that it renames', () => {
  const error = ((): Error => {
    try {
      x.clip(0, [1] as never);
    } catch (thrown) {
      return thrown as Error;
    }
    throw new Error('nothing thrown');
  })();
  expect(error.stack).toContain(`ArgumentError: ${error.message}`);
  expect(error.stack).toContain('bad-input.test');
});
