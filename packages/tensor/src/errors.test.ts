import { expect, it } from 'vitest';
import {
  arange,
  compile,
  concat,
  evalShape,
  evaluate,
  eye,
  full,
  grad,
  linspace,
  logicalAnd,
  matmul,
  nn,
  ones,
  random,
  shiftRight,
  stack,
  takeAlongAxis,
  tensor,
  TesseraError,
  tree,
  unstack,
  valueAndGrad,
  vmap,
  where,
  withBackend,
  referenceBackend,
  zeros,
  type Tensor,
} from './index.js';
import { iota } from './ops/create.js';

/** Class and text of each action's error; every error of this package names its operation and is thrown at once. */
function errors(...actions: (() => unknown)[]): string {
  return actions.map((action) => format(() => action())).join('\n');
}

function format(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof TesseraError)) return `not ours: ${String(error)}`;
    return `${error.name}: ${error.message}`;
  }
  return 'nothing thrown';
}

async function rejections(...actions: (() => Promise<unknown>)[]): Promise<string> {
  const texts: string[] = [];
  for (const action of actions) {
    texts.push(
      await action().then(
        () => 'nothing thrown',
        (error: unknown) =>
          format(() => {
            throw error;
          }),
      ),
    );
  }
  return texts.join('\n');
}

const a = zeros([2, 3]);
const b = zeros([4, 5]);
const ints = tensor([1, 2, 3], { dtype: 'int32' });
const flags = tensor([true, false]);
const key = random.key(0);

it('shapes that do not broadcast', () => {
  expect(
    errors(
      () => a.add(b),
      () => zeros([2, 1, 3]).mul(zeros([4, 2])),
      () => a.less(zeros([2])),
      () => where(zeros([4]).greater(0), a, 1),
      () => where(flags, a, b),
      () => a.broadcastTo([3]),
      () => a.broadcastTo([2, 4]),
      () => a.broadcastTo([2, -1]),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: add: shapes [2,3] and [4,5] do not broadcast: axis -1 has 3 and 5; sizes must be equal or 1
    ShapeError: mul: shapes [2,1,3] and [4,2] do not broadcast: axis -1 has 3 and 2; sizes must be equal or 1
    ShapeError: less: shapes [2,3] and [2] do not broadcast: axis -1 has 3 and 2; sizes must be equal or 1
    ShapeError: where: shapes [4] and [2,3] do not broadcast: axis -1 has 4 and 3; sizes must be equal or 1
    ShapeError: where: shapes [2,3] and [4,5] do not broadcast: axis -1 has 3 and 5; sizes must be equal or 1
    ShapeError: broadcastTo: [2,3] cannot become the smaller [3]; use slice or a reduction
    ShapeError: broadcastTo: shapes [2,3] and [2,4] do not broadcast: axis -1 has 3 and 4; sizes must be equal or 1
    ShapeError: broadcastTo: shape [2,-1] has a dimension of -1; use whole numbers >= 0"
  `);
});

it('dtypes that do not mix', () => {
  expect(
    errors(
      () => a.add(ints),
      () => ints.mul(tensor([1], { dtype: 'int8' })),
      () => a.matmul(zeros([3, 2], { dtype: 'float64' })),
      () => concat([a, zeros([2, 3], { dtype: 'float16' })]),
      () => where(a, a, a),
      () => where(flags, tensor([1, 2]), ints.slice([0, 2])),
      () => ints.add(0.5),
      () => ints.mul(2 ** 31),
      () => tensor([1], { dtype: 'uint8' }).sub(-1),
      () => ints.exp(),
      () => ints.pow(2),
      () => flags.add(true),
      () => flags.less(flags),
      () => tensor([1], { dtype: 'uint32' }).neg(),
      () => logicalAnd(a, a),
      () => shiftRight(a, 1),
      () => flags.matmul(flags),
      () => nn.softmax(ints.expandDims(0)),
      () => flags.max(),
      () => flags.argmax(0),
      () => key.add(1),
      () => key.exp(),
      () => key.cast('uint32'),
      () => a.cast('key'),
      () => random.split(key).sum(),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: add: dtypes differ: float32 [2,3] and int32 [3]; convert one with .cast('float32')
    DTypeError: mul: dtypes differ: int32 [3] and int8 [1]; convert one with .cast('int32')
    DTypeError: matmul: dtypes differ: float32 [2,3] and float64 [3,2]; convert one with .cast('float32')
    DTypeError: concat: dtypes differ: float32 [2,3] and float16 [2,3]; convert one with .cast('float32')
    DTypeError: where: the condition is float32 [2,3]; it must be bool: compare, e.g. x.greater(0)
    DTypeError: where: dtypes differ: float32 [2] and int32 [2]; convert one with .cast('float32')
    DTypeError: add: 0.5 does not fit int32, the dtype of the tensor it meets; cast the tensor with .cast('float32')
    DTypeError: mul: 2147483648 does not fit int32, the dtype of the tensor it meets; cast the tensor with .cast('float32')
    DTypeError: sub: -1 does not fit uint8, the dtype of the tensor it meets; cast the tensor with .cast('float32')
    DTypeError: exp: int32 [3] is not accepted; it takes floats: use .cast(…)
    DTypeError: pow: int32 [3] is not accepted; it takes floats: use .cast(…)
    DTypeError: add: bool [2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: less: bool [2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: neg: uint32 [1] is not accepted; it takes floats, signed integers: use .cast(…)
    DTypeError: logicalAnd: float32 [2,3] is not accepted; it takes bool: use .cast(…)
    DTypeError: shiftRight: float32 [2,3] is not accepted; it takes signed integers, unsigned integers: use .cast(…)
    DTypeError: matmul: bool [1,2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: softmax: int32 [1,3] is not accepted; it takes floats: use .cast(…)
    DTypeError: max: bool [2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: argmax: bool [2] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    DTypeError: add: a key takes no arithmetic; derive keys with random.split or random.foldIn
    DTypeError: exp: random keys [] are not accepted; derive keys with random.split or random.foldIn
    DTypeError: cast: key [] cannot become uint32; random keys have no numeric value
    DTypeError: cast: float32 [2,3] cannot become key; random keys have no numeric value
    DTypeError: sum: random keys [2] are not accepted; derive keys with random.split or random.foldIn"
  `);
});

it('axes', () => {
  expect(
    errors(
      () => a.sum(2),
      () => a.sum([0, -2]),
      () => a.max(0.5),
      () => zeros([]).sum(0),
      () => zeros([2, 0]).max(1),
      () => zeros([0]).min(),
      () => zeros([2, 0]).argmax(1),
      () => a.argmax(-3),
      () => nn.softmax(a, 2),
      () => nn.logSoftmax(zeros([])),
      () => a.transpose([0, 0]),
      () => a.transpose([0]),
      () => a.transpose([0, 2]),
      () => a.expandDims(4),
      () => a.squeeze(0),
      () => a.squeeze(5),
      () => unstack(zeros([])),
      () => [...zeros([])],
      () => concat([a], 2),
      () => stack([a], 3),
      () => takeAlongAxis(a, ints.reshape([3, 1]), 7),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: sum: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: sum: axis 0 of shape [2,3] is given twice in [0,-2]; name each axis once
    ShapeError: max: axis 0.5 is out of range for shape [2,3]; use -2 to 1
    ShapeError: sum: axis 0 is out of range for shape []; a scalar has no axes
    ShapeError: max: axis 1 of shape [2,0] is empty; nothing to choose from
    ShapeError: min: axis 0 of shape [0] is empty; nothing to choose from
    ShapeError: argmax: axis 1 of shape [2,0] is empty; nothing to choose from
    ShapeError: argmax: axis -3 is out of range for shape [2,3]; use -2 to 1
    ShapeError: softmax: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: logSoftmax: axis -1 is out of range for shape []; a scalar has no axes
    ShapeError: transpose: [0,0] is not an order of the 2 axes of [2,3]; name each axis once
    ShapeError: transpose: [0] is not an order of the 2 axes of [2,3]; name each axis once
    ShapeError: transpose: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: expandDims: axis 4 is out of range for a new axis of shape [2,3]; use -3 to 2
    ShapeError: squeeze: axis 0 of [2,3] has size 2; only axes of size 1 can go
    ShapeError: squeeze: axis 5 is out of range for shape [2,3]; use -2 to 1
    ShapeError: unstack: axis 0 is out of range for shape []; a scalar has no axes
    ShapeError: unstack: axis 0 is out of range for shape []; a scalar has no axes
    ShapeError: concat: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: stack: axis 3 is out of range for a new axis of shape [2,3]; use -3 to 2
    ShapeError: takeAlongAxis: axis 7 is out of range for shape [2,3]; use -2 to 1"
  `);
});

it('reshape, matmul, concat, stack', () => {
  expect(
    errors(
      () => a.reshape([4, 2]),
      () => a.reshape([4, -1]),
      () => a.reshape([-1, -1]),
      () => a.reshape([2, 1.5]),
      () => zeros([0]).reshape([0, -1]),
      () => matmul(zeros([32, 784]), zeros([512, 10])),
      () => matmul(zeros([2, 3, 4]), zeros([3, 4, 5])),
      () => matmul(zeros([3]), zeros([])),
      () => matmul(zeros([]), zeros([3, 3])),
      () => matmul(zeros([3]), zeros([4])),
      () => concat([a, b]),
      () => concat([]),
      () => stack([a, b]),
      () => stack([]),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: reshape: [2,3] has 6 elements, [4,2] has 8; the number of elements must stay
    ShapeError: reshape: [2,3] does not fit [4,-1]; one size may be -1, and the others must divide 6
    ShapeError: reshape: [2,3] does not fit [-1,-1]; one size may be -1, and the others must divide 6
    ShapeError: reshape: shape [2,1.5] has a dimension of 1.5; use whole numbers >= 0
    ShapeError: reshape: [0] does not fit [0,-1]; one size may be -1, and the others must divide 0
    ShapeError: matmul: inner dimensions differ: [32,784] · [512,10] (784 ≠ 512)
    ShapeError: matmul: leading axes of [2,3,4] · [3,4,5]: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    ShapeError: matmul: operands need two axes or more: [3] · []; add one with .expandDims(…)
    ShapeError: matmul: operands need two axes or more: [] · [3,3]; add one with .expandDims(…)
    ShapeError: matmul: inner dimensions differ: [3] · [4] (3 ≠ 4)
    ShapeError: concat: shapes [2,3], [4,5] differ elsewhere than at axis 0
    ArgumentError: concat: no tensors given; pass one or more
    ShapeError: stack: shapes [2,3] and [4,5] differ; all must be equal
    ArgumentError: stack: no tensors given; pass one or more"
  `);
});

it('slices and indices', async () => {
  expect(
    errors(
      () => a.slice([0, 1, 0]),
      () => a.slice([0, 1, 0.5]),
      () => a.slice([0.5, null]),
      () => a.slice(null, null, null),
      () => takeAlongAxis(a, zeros([2, 3]), 1),
      () => takeAlongAxis(a, ints.reshape([3, 1]), 1),
      () => takeAlongAxis(random.split(key), ints, 0),
      () => nn.oneHot(a, 3),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: slice: step 0 is not accepted; use a whole number other than 0
    ArgumentError: slice: step 0.5 is not accepted; use a whole number other than 0
    ArgumentError: slice: bound 0.5 is not accepted; use whole numbers or null
    ShapeError: slice: 3 ranges for [2,3]; give one per axis at most
    DTypeError: takeAlongAxis: indices are float32 [2,3]; they must be integers: use .cast('int32')
    ShapeError: takeAlongAxis: shapes [2,3] and indices [3,1] differ elsewhere than at axis 1
    DTypeError: takeAlongAxis: random keys [2] are not accepted; derive keys with random.split or random.foldIn
    DTypeError: oneHot: indices are float32 [2,3]; they must be integers: use .cast('int32')"
  `);
  expect(await rejections(() => takeAlongAxis(zeros([4]), ints.add(2), 0).data())).toMatchInlineSnapshot(
    `"ExecutionError: takeAlongAxis: index 4 is out of range for axis 0 of size 4; use whole numbers from -4 to 3"`,
  );
});

it('convolution and pooling', () => {
  const image = zeros([1, 8, 8, 4]);
  expect(
    errors(
      () => nn.conv(image, zeros([3, 3, 2, 8])),
      () => nn.conv(image, zeros([3, 3, 2, 7]), { groups: 2 }),
      () => nn.conv(image, zeros([9, 9, 4, 8])),
      () => nn.conv(image, zeros([3, 4, 8])),
      () => nn.conv(zeros([8, 8]), zeros([3, 3])),
      () => nn.conv(image, zeros([3, 3, 4, 8], { dtype: 'float64' })),
      () => nn.conv(image.cast('int32'), zeros([3, 3, 4, 8], { dtype: 'int32' })),
      () => nn.conv(image, zeros([3, 3, 4, 8]), { strides: [1] }),
      () => nn.conv(image, zeros([3, 3, 4, 8]), { strides: 0 }),
      () => nn.conv(image, zeros([3, 3, 4, 8]), { dilation: 1.5 }),
      () => nn.conv(image, zeros([3, 3, 4, 8]), { groups: 3 }),
      () => nn.conv(image, zeros([3, 3, 4, 8]), { padding: [[1, 1]] }),
      () =>
        nn.conv(image, zeros([3, 3, 4, 8]), {
          padding: [
            [1, 1],
            [-1, 0],
          ],
        }),
      () => nn.maxPool(image, 9),
      () => nn.maxPool(image, [2]),
      () => nn.maxPool(image, 0),
      () => nn.maxPool(image, 2, { strides: [1, 0] }),
      () =>
        nn.maxPool(image, 2, {
          padding: [
            [2, 0],
            [0, 0],
          ],
        }),
      () => nn.maxPool(zeros([2, 3]), 2),
      () => nn.maxPool(image.cast('int32'), 2),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: conv: x [1,8,8,4], kernel [3,3,2,8]: x has 4 channels, the kernel takes 2 (2 in each of 1 groups)
    ShapeError: conv: x [1,8,8,4], kernel [3,3,2,7]: 7 features cannot be divided into 2 groups
    ShapeError: conv: x [1,8,8,4], kernel [9,9,4,8]: the kernel is larger than the padded input; use padding: 'same' or a smaller kernel
    ShapeError: conv: x [1,8,8,4], kernel [3,4,8]: both need a batch or input axis, channels, and the same spatial axes
    ShapeError: conv: x [8,8], kernel [3,3]: both need a batch or input axis, channels, and the same spatial axes
    DTypeError: conv: dtypes differ: float32 [1,8,8,4] and float64 [3,3,4,8]; convert one with .cast('float32')
    DTypeError: conv: int32 [1,8,8,4] is not accepted; it takes floats: use .cast(…)
    ArgumentError: conv: strides [1] is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: conv: strides 0 is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: conv: dilation 1.5 is not accepted; use a whole number >= 1, or 2 of them
    ShapeError: conv: x [1,8,8,4], kernel [3,3,4,8]: x has 4 channels, the kernel takes 12 (4 in each of 3 groups)
    ArgumentError: conv: padding [[1,1]] is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 for each of 2 axes
    ArgumentError: conv: padding [[1,1],[-1,0]] is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 for each of 2 axes
    ShapeError: maxPool: window [9,9] is larger than the padded input [1,8,8,4]; use padding: 'same'
    ArgumentError: maxPool: window [2] is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: maxPool: window 0 is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: maxPool: strides [1,0] is not accepted; use a whole number >= 1, or 2 of them
    ArgumentError: maxPool: padding [[2,0],[0,0]] leaves windows [2,2] that hold nothing else; use less than the window
    ShapeError: maxPool: [2,3] with a window of 0 axes; x is [batch, …spatial, channels], the window has a size per spatial axis
    DTypeError: maxPool: int32 [1,8,8,4] is not accepted; it takes floats: use .cast(…)"
  `);
});

it('tensors from values', () => {
  expect(
    errors(
      () => tensor([[1, 2], [3]]),
      () => tensor([[1], 2]),
      () => tensor([1, true]),
      () => tensor([1n, 2]),
      () => tensor([1.5], { dtype: 'int32' }),
      () => tensor([NaN], { dtype: 'int64' }),
      () => tensor([1, 300], { dtype: 'uint8' }),
      () => tensor([-1], { dtype: 'uint64' }),
      () => tensor([2n ** 63n]),
      () => tensor(['1' as never]),
      () => tensor(undefined as never),
      () => tensor([new Float32Array(2)]),
      () => tensor(new DataView(new ArrayBuffer(8))),
      () => tensor(new Float32Array(6), { shape: [2, 2] }),
      () => tensor([1, 2, 3], { shape: [2] }),
      () => tensor([1, 2], { shape: [-2] }),
      () => tensor([1, 2], { dtype: 'key' }),
      () => tensor(new Uint32Array(2), { dtype: 'key' }),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: tensor: nested arrays are ragged: element 1 has shape [1], element 0 [2]; all must be equal
    ShapeError: tensor: nested arrays are ragged: element 1 has shape [], element 0 [1]; all must be equal
    DTypeError: tensor: boolean and number values are mixed; use one kind, or numbers with a dtype
    DTypeError: tensor: bigint and number values are mixed; use one kind, or numbers with a dtype
    DTypeError: tensor: 1.5 at position 0 is no int32; use dtype 'float32', or round first
    DTypeError: tensor: NaN at position 0 is no int64; use dtype 'float32', or round first
    DTypeError: tensor: 300 at position 1 is no uint8, which holds 0 to 255
    DTypeError: tensor: -1 at position 0 is no uint64, which holds 0 to 18446744073709551615
    DTypeError: tensor: 9223372036854775808 at position 0 is no int64, which holds -9223372036854775808 to 9223372036854775807
    ArgumentError: tensor: 1 is no number; pass numbers, booleans or bigints, nested arrays of them, or a typed array
    ArgumentError: tensor: undefined is no number; pass numbers, booleans or bigints, nested arrays of them, or a typed array
    ArgumentError: tensor: typed arrays inside arrays are not accepted; pass one typed array and a shape
    ArgumentError: tensor: this kind of array buffer view is not accepted; pass a typed array
    ShapeError: tensor: 6 elements do not fill shape [2,2], which has 4
    ShapeError: tensor: 3 values do not fill shape [2], which has 2
    ShapeError: tensor: shape [-2] has a dimension of -2; use whole numbers >= 0
    DTypeError: tensor: a key cannot be made from numbers; use random.key(seed)
    DTypeError: cast: uint32 [2] cannot become key; random keys have no numeric value"
  `);
});

it('tensors from rules', () => {
  expect(
    errors(
      () => zeros([2, -1]),
      () => ones([1.5]),
      () => zeros([2 ** 16, 2 ** 16]),
      () => zeros([2 ** 30, 1], { dtype: 'float64' }),
      () => full([2], 1.5, { dtype: 'int32' }),
      () => full([2], 256, { dtype: 'uint8' }),
      () => full([2], 1, { dtype: 'key' }),
      () => arange(0, Infinity),
      () => arange(0, 5, 0),
      () => arange(0, 5, 0.5, { dtype: 'int32' }),
      () => arange(0, 300, 1, { dtype: 'uint8' }),
      () => linspace(0, NaN, 3),
      () => linspace(0, 1, -3),
      () => eye(-1),
      () => iota(3, 'bool'),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: zeros: shape [2,-1] has a dimension of -1; use whole numbers >= 0
    ShapeError: ones: shape [1.5] has a dimension of 1.5; use whole numbers >= 0
    ShapeError: zeros: shape [65536,65536] has 4294967296 elements; the limit is 2^31 - 1
    ShapeError: zeros: float64 [1073741824,1] would take 8589934592 bytes; the limit is 2^33
    DTypeError: full: 1.5 is no int32; use dtype 'float32', or round first
    DTypeError: full: 256 is no uint8, which holds 0 to 255
    DTypeError: full: a key cannot be made from numbers; use random.key(seed)
    ArgumentError: arange: (0, Infinity, 1) is not accepted; bounds must be finite and the step not 0
    ArgumentError: arange: (0, 5, 0) is not accepted; bounds must be finite and the step not 0
    DTypeError: arange: 0.5 is no int32; use dtype 'float32', or round first
    DTypeError: arange: 299 is no uint8, which holds 0 to 255
    ArgumentError: linspace: (0, NaN) is not accepted; bounds must be finite
    ShapeError: linspace: shape [-3] has a dimension of -3; use whole numbers >= 0
    ShapeError: eye: shape [-1,-1] has a dimension of -1; use whole numbers >= 0
    DTypeError: iota: bool is not accepted; use an integer dtype, float32 or float64"
  `);
});

it('random numbers', () => {
  expect(
    errors(
      () => random.key(0.5),
      () => random.key(2 ** 60),
      () => random.split(a),
      () => random.split(key, -1),
      () => random.foldIn(key, 1.5),
      () => random.foldIn(key, 2 ** 32),
      () => random.foldIn(key, a),
      () => random.foldIn(key, ints),
      () => random.bits(a, [2]),
      () => random.bits(key, [-2]),
      () => random.uniform(key, [2], { dtype: 'int32' }),
      () => random.uniform(key, [2], { low: 1, high: 1 }),
      () => random.bernoulli(key, 1.5, [2]),
      () => random.normal(key, [2], { dtype: 'bool' }),
      () => random.truncatedNormal(key, [2], { low: 3 }),
      () => random.truncatedNormal(key, [2], { dtype: 'int8' }),
      () => nn.dropout(a, 1, key),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: key: seed 0.5 is not accepted; use a whole number up to 2^53
    ArgumentError: key: seed 1152921504606847000 is not accepted; use a whole number up to 2^53
    DTypeError: split: the key is float32 [2,3]; make one with random.key(seed)
    ShapeError: split: shape [-1] has a dimension of -1; use whole numbers >= 0
    ArgumentError: foldIn: 1.5 is not accepted; use a whole number of 32 bits
    ArgumentError: foldIn: 4294967296 is not accepted; use a whole number of 32 bits
    DTypeError: foldIn: the number is float32; it must be an integer: use .cast('uint32')
    ShapeError: foldIn: keys [] and numbers [3] differ; give one number per key
    DTypeError: bits: the key is float32 [2,3]; make one with random.key(seed)
    ShapeError: bits: shape [-2] has a dimension of -2; use whole numbers >= 0
    DTypeError: uniform: int32 is not accepted; use a float dtype
    ArgumentError: uniform: low 1 is not below high 1
    ArgumentError: bernoulli: probability 1.5 is not accepted; use 0 to 1
    DTypeError: normal: bool is not accepted; use a float dtype
    ArgumentError: truncatedNormal: low 3 is not below high 2
    DTypeError: truncatedNormal: int8 is not accepted; use a float dtype
    ArgumentError: dropout: rate 1 is not accepted; use 0 up to, but not including, 1"
  `);
});

it('gradients', () => {
  const sum = (x: Tensor): Tensor => x.sum();
  expect(
    errors(
      () => grad(sum)(ints),
      () => valueAndGrad(sum)(flags),
      () => grad(sum, { argnums: 1 })(a),
      () => grad(sum, { argnums: [0, -1] })(a),
      () => grad((x: Tensor) => x)(a),
      () => grad((x: Tensor) => x.sum().cast('int32'))(a),
      () => grad((x: Tensor) => [x] as never)(a),
      () => grad((_: Tensor) => 3 as never)(a),
      () => grad((_: Tensor) => undefined as never)(a),
      () => grad((_: Tensor) => null as never)(a),
      () => grad((x: Tensor) => x.sum() as never, { hasAux: true } as never)(a),
      () => grad((_: Tensor) => [1, 2] as never, { hasAux: true })(a),
      () => grad((async (x: Tensor) => x.sum()) as never)(a),
      () => valueAndGrad((async (x: Tensor) => [x.sum(), 1]) as never, { hasAux: true })(a),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: grad: argument 0 is int32 [3]; only floats have gradients: use .cast('float32') or other argnums
    DTypeError: valueAndGrad: argument 0 is bool [2]; only floats have gradients: use .cast('float32') or other argnums
    ArgumentError: grad: argnums 1 is out of range for 1 arguments
    ArgumentError: grad: argnums -1 is out of range for 1 arguments
    ShapeError: grad: the loss has shape [2,3]; reduce it to a scalar with .mean() or .sum()
    DTypeError: grad: the loss is int32; it must be a float
    TraceError: grad: the function returned object; it must return a scalar float tensor (or [loss, aux] with { hasAux: true })
    TraceError: grad: the function returned number; it must return a scalar float tensor (or [loss, aux] with { hasAux: true })
    TraceError: grad: the function returned undefined; it must return a scalar float tensor (or [loss, aux] with { hasAux: true })
    TraceError: grad: the function returned null; it must return a scalar float tensor (or [loss, aux] with { hasAux: true })
    TraceError: grad: with hasAux the function must return [loss, aux]
    TraceError: grad: the function returned number; it must return a scalar float tensor (or [loss, aux] with { hasAux: true })
    TraceError: grad: the function returned a Promise; a traced function must be synchronous (load data before, await results after)
    TraceError: grad: the function returned a Promise; a traced function must be synchronous (load data before, await results after)"
  `);
});

it('vmap', () => {
  const id = (...x: Tensor[]): Tensor => x[0]!;
  expect(
    errors(
      () => vmap(id)(zeros([])),
      () => vmap(id)(a, b),
      () => vmap(id, { inAxes: 2 })(a),
      () => vmap(id, { inAxes: [0] })(a, a),
      () => vmap(id, { inAxes: null })(a),
      () => vmap(id, { outAxes: 2 })(a),
      () => vmap((async (x: Tensor) => x) as never)(a),
      () => vmap((x: Tensor) => x.matmul(zeros([4])))(a),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: vmap: axis 0 is out of range for shape []; a scalar has no axes
    ShapeError: vmap: argument 1 [4,5] has 4 entries along axis 0, another has 2; batch sizes must be equal
    ShapeError: vmap: axis 2 is out of range for shape [2,3]; use -2 to 1
    ArgumentError: vmap: inAxes names 1 axes for 2 arguments; name one for each, or null
    ArgumentError: vmap: no argument has a batch axis; give one with inAxes
    ShapeError: vmap: axis 2 is out of range for shape [2,3]; use -2 to 1
    TraceError: vmap: the function returned a Promise; a traced function must be synchronous (load data before, await results after)
    ShapeError: matmul: inner dimensions differ: [3] · [4] (3 ≠ 4)"
  `);
});

it('values inside traces', async () => {
  const inside = (read: (x: Tensor) => Promise<unknown>): Tensor =>
    compile((x: Tensor) => {
      void read(x);
      return x.add(1);
    })(a);
  expect(
    errors(
      () => inside((x) => x.data()),
      () => inside((x) => x.mul(2).array()),
      () => inside((x) => x.sum().item()),
      () => inside((x) => evaluate(x)),
    ),
  ).toMatchInlineSnapshot(`
    "TraceError: data: an argument (float32 [2,3]) has no value while compile traces the function; return it and read it outside, or branch with where(condition, a, b)
    TraceError: array: a result of mul (float32 [2,3]) has no value while compile traces the function; return it and read it outside, or branch with where(condition, a, b)
    TraceError: item: a result of sum (float32 []) has no value while compile traces the function; return it and read it outside, or branch with where(condition, a, b)
    TraceError: evaluate: an argument (float32 [2,3]) has no value while compile traces the function; return it and read it outside, or branch with where(condition, a, b)"
  `);
  expect(
    errors(
      () => compile((async (x: Tensor) => x) as never)(a as never),
      () => evalShape((async (x: Tensor) => x) as never, a),
      () => compile((x: Tensor, n: number) => [x.add(1), n])(a, 3),
      () => compile((x: Tensor, n: number) => x.mul(n))(ints, 3),
      () => compile((x: Tensor, n: number) => x.reshape([n, -1]))(a, 3),
      () => compile((x: Tensor, n: number) => x.broadcastTo([n, 3]))(a, 2),
      () => compile((n: number) => zeros([n]))(2),
      () => withBackend(referenceBackend, async () => a.data()),
    ),
  ).toMatchInlineSnapshot(`
    "TraceError: compile: the function returned a Promise; a traced function must be synchronous (load data before, await results after)
    TraceError: evalShape: the function returned a Promise; a traced function must be synchronous (load data before, await results after)
    ArgumentError: a compiled function: a number argument is returned as it is; return a tensor
    DTypeError: mul: a traced JavaScript number meets int32; it may have a fraction: pass it as a tensor of that dtype, or list its argument in staticArgnums
    ShapeError: reshape: a size of the shape is no number; sizes must be known when a function is traced: list the argument in staticArgnums
    ShapeError: broadcastTo: a size of the shape is no number; sizes must be known when a function is traced: list the argument in staticArgnums
    ShapeError: zeros: a size of the shape is no number; sizes must be known when a function is traced: list the argument in staticArgnums
    TraceError: withBackend: the function is async; code after its first await would use another backend"
  `);
});

it('tracers that outlive their trace', async () => {
  const kept: Tensor[] = [];
  const keep = (x: Tensor): Tensor => {
    kept.push(x, x.exp());
    return x.sum();
  };
  grad(keep)(a);
  vmap(keep)(a);
  compile(keep)(a);
  evalShape(keep as never, a);
  expect(errors(...kept.map((x) => () => x.add(1)))).toMatchInlineSnapshot(`
    "EscapedTracerError: add: an argument (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: a result of exp (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: an argument (float32 [3]) of a function traced by vmap is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: a result of exp (float32 [3]) of a function traced by vmap is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: an argument (float32 [2,3]) of a function traced by compile is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: a result of exp (float32 [2,3]) of a function traced by compile is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: an argument (float32 [2,3]) of a function traced by evalShape is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: add: a result of exp (float32 [2,3]) of a function traced by evalShape is used after the trace ended; return it from the function instead of storing it in a field or an outer variable"
  `);
  expect(
    errors(
      () => compile((x: Tensor) => x.add(kept[1]!))(a),
      () => compile(() => kept[0]!.mul(2))(),
    ),
  ).toMatchInlineSnapshot(`
    "EscapedTracerError: add: a result of exp (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: mul: an argument (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable"
  `);
  expect(
    await rejections(
      () => kept[0]!.data(),
      () => evaluate(kept[1]!),
      () => compile(() => kept[1]!)().data(),
    ),
  ).toMatchInlineSnapshot(`
    "EscapedTracerError: data: an argument (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: evaluate: a result of exp (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable
    EscapedTracerError: data: a result of exp (float32 [2,3]) of a function traced by grad is used after the trace ended; return it from the function instead of storing it in a field or an outer variable"
  `);
});

it('donated tensors', async () => {
  const step = compile(
    function step(w: Tensor, x: Tensor) {
      return w.add(x);
    },
    { donate: [0] },
  );
  const w = tensor([1, 2]);
  const later = w.mul(2);
  step(w, ones([2]));
  expect(
    await rejections(
      () => w.data(),
      () => evaluate(w),
      () => w.add(1).item(),
      () => later.array(),
    ),
  ).toMatchInlineSnapshot(`
    "DonatedError: data: this tensor was donated to compile(step); use the tensor that the call returned, or leave the argument out of \`donate\`
    DonatedError: evaluate: this tensor was donated to compile(step); use the tensor that the call returned, or leave the argument out of \`donate\`
    ShapeError: item: [2] has 2 elements; item() reads one: use array(), or slice first
    DonatedError: array: this tensor was donated to compile(step); use the tensor that the call returned, or leave the argument out of \`donate\`"
  `);
  const x = tensor([1, 2]);
  const anonymous = compile((v: Tensor) => v.add(x), { donate: [0] });
  expect(
    errors(
      () => step(w, x),
      () => step(x, x),
      () => anonymous(x),
    ),
  ).toMatchInlineSnapshot(`
    "DonatedError: compile(step): this tensor was donated to compile(step); use the tensor that the call returned, or leave the argument out of \`donate\`
    DonatedError: compile(step): a donated tensor is passed twice (or is also captured); pass a copy or do not donate it
    DonatedError: a compiled function: a donated tensor is passed twice (or is also captured); pass a copy or do not donate it"
  `);
  expect(String(w)).toBe('Tensor(float32 [2], reference, failed: this tensor was donated to compile(step))');
});

it('reads', async () => {
  expect(
    await rejections(
      () => key.data(),
      () => key.array(),
      () => a.item(),
      () => zeros([0]).item(),
      () => tensor(2n ** 60n).item(),
      () => tensor([-(2n ** 53n)]).array(),
    ),
  ).toMatchInlineSnapshot(`
    "DTypeError: data: a random key has no numeric value; draw numbers with random.uniform(key, shape)
    DTypeError: array: a random key has no numeric value; draw numbers with random.uniform(key, shape)
    ShapeError: item: [2,3] has 6 elements; item() reads one: use array(), or slice first
    ShapeError: item: [0] has 0 elements; item() reads one: use array(), or slice first
    ArgumentError: item: int64 value 1152921504606846976 is beyond 2^53; pass { bigint: true }
    ArgumentError: array: int64 value -9007199254740992 is beyond 2^53; pass { bigint: true }"
  `);
});

it('trees', () => {
  const cycle: Record<string, unknown> = { a: {} };
  cycle['a'] = { inner: [cycle] };
  const self: unknown[] = [];
  self.push(self);
  expect(
    errors(
      () => tree.flatten(cycle),
      () => tree.flatten(self),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: tree: a.inner.0 contains itself; trees have no cycles
    ArgumentError: tree: 0 contains itself; trees have no cycles"
  `);
});

it('has permanent codes and names', () => {
  const error = (() => {
    try {
      return a.add(b);
    } catch (caught) {
      return caught;
    }
  })();
  expect(error).toMatchObject({ name: 'ShapeError', code: 'SHAPE' });
  expect(error).toBeInstanceOf(TesseraError);
  expect(error).toBeInstanceOf(Error);
});

it('operators on tensors', () => {
  const scalar = a.sum() as never as number;
  expect(
    errors(
      () => scalar > 1,
      () => scalar + 1,
      () => -scalar,
      () => Math.max(scalar, 0),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError: Tensor: float32 [] is no JavaScript number: in place of operators use methods, as in x.add(y) and x.greater(y); for its value, await x.item()
    ArgumentError: Tensor: float32 [] is no JavaScript number: in place of operators use methods, as in x.add(y) and x.greater(y); for its value, await x.item()
    ArgumentError: Tensor: float32 [] is no JavaScript number: in place of operators use methods, as in x.add(y) and x.greater(y); for its value, await x.item()
    ArgumentError: Tensor: float32 [] is no JavaScript number: in place of operators use methods, as in x.add(y) and x.greater(y); for its value, await x.item()"
  `);
  expect(`${a.sum()}`).toBe('Tensor(float32 [], not evaluated)');
});
