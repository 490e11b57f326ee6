import {
  dtypes,
  evaluate,
  primitiveNames,
  random,
  referenceBackend,
  withBackend,
  type DType,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { apply } from './apply.fixture.js';
import { onnxruntime } from './backend.js';
import { deviation, from, isExact, positive, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });

const convolution = { strides: [1], padding: [[0, 0]], dilation: [1], groups: 1, channels: 'first', kernel: 'first' };
const pool = { window: [2], strides: [1], padding: [[0, 0]], channels: 'first' };
const unary = (name: PrimitiveName) => (dtype: DType) => apply(name, [positive(dtype, [5])]);
const binary = (name: PrimitiveName) => (dtype: DType) => apply(name, [positive(dtype, [5]), positive(dtype, [5], 2)]);
const reduction = (name: PrimitiveName) => (dtype: DType) => apply(name, [values(dtype, [2, 3])], { axes: [1] });
const along = (name: PrimitiveName) => (dtype: DType) => apply(name, [values(dtype, [2, 3])], { axis: 1 });

/** Each primitive on small operands of a dtype. */
const probes: Readonly<Record<PrimitiveName, (dtype: DType) => Tensor>> = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  pow: binary('pow'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  neg: unary('neg'),
  abs: unary('abs'),
  sign: unary('sign'),
  floor: unary('floor'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  relu: unary('relu'),
  where: (dtype) => apply('where', [values('bool', [5]), values(dtype, [5]), values(dtype, [5], 2)]),
  cast: (dtype) => apply('cast', [values(dtype, [5])], { dtype: dtype === 'float32' ? 'float64' : 'float32' }),
  equal: binary('equal'),
  notEqual: binary('notEqual'),
  less: binary('less'),
  lessEqual: binary('lessEqual'),
  greater: binary('greater'),
  greaterEqual: binary('greaterEqual'),
  logicalAnd: binary('logicalAnd'),
  logicalOr: binary('logicalOr'),
  logicalNot: unary('logicalNot'),
  shiftRight: (dtype) => apply('shiftRight', [values(dtype, [5]), from(dtype, [], [1])]),
  full: (dtype) => apply('full', [], { shape: [3], dtype, value: 1 }),
  iota: (dtype) => apply('iota', [], { length: 4, dtype }),
  sum: reduction('sum'),
  max: reduction('max'),
  min: reduction('min'),
  argmax: along('argmax'),
  matmul: (dtype) => apply('matmul', [values(dtype, [2, 3]), values(dtype, [3, 2])]),
  reshape: (dtype) => apply('reshape', [values(dtype, [2, 3])], { shape: [3, 2] }),
  transpose: (dtype) => apply('transpose', [values(dtype, [2, 3])], { permutation: [1, 0] }),
  broadcastTo: (dtype) => apply('broadcastTo', [values(dtype, [1, 3])], { shape: [2, 3] }),
  slice: (dtype) => apply('slice', [values(dtype, [5])], { starts: [1], sizes: [2], steps: [2] }),
  unslice: (dtype) => apply('unslice', [values(dtype, [2])], { starts: [1], sizes: [2], steps: [1], shape: [5] }),
  concat: (dtype) => apply('concat', [values(dtype, [2]), values(dtype, [3], 2)], { axis: 0 }),
  takeAlongAxis: (dtype) => apply('takeAlongAxis', [values(dtype, [5]), from('int32', [2], [4, -5])], { axis: 0 }),
  addAlongAxis: (dtype) =>
    apply('addAlongAxis', [values(dtype, [3]), from('int32', [3], [1, 0, 1])], {
      axis: 0,
      length: 4,
      uniqueIndices: false,
    }),
  softmax: along('softmax'),
  logSoftmax: along('logSoftmax'),
  conv: (dtype) => apply('conv', [values(dtype, [1, 2, 5]), values(dtype, [3, 2, 2])], convolution),
  convInputGrad: (dtype) =>
    apply('convInputGrad', [values(dtype, [1, 3, 4]), values(dtype, [3, 2, 2])], { ...convolution, shape: [1, 2, 5] }),
  convFilterGrad: (dtype) =>
    apply('convFilterGrad', [values(dtype, [1, 2, 5]), values(dtype, [1, 3, 4])], { ...convolution, shape: [3, 2, 2] }),
  maxPool: (dtype) => apply('maxPool', [values(dtype, [1, 2, 5])], pool),
  maxPoolGrad: (dtype) => apply('maxPoolGrad', [values(dtype, [1, 2, 5]), values(dtype, [1, 2, 4])], pool),
  maxPoolTake: (dtype) => apply('maxPoolTake', [values(dtype, [1, 2, 5]), values(dtype, [1, 2, 5], 2)], pool),
  keySplit: (dtype) => apply('keySplit', [key(dtype)], { count: 2 }),
  keyFoldIn: (dtype) => apply('keyFoldIn', [key(dtype), from('uint32', [], [3])]),
  randomBits: (dtype) => apply('randomBits', [key(dtype)], { shape: [3] }),
};

function key(dtype: DType): Tensor {
  return dtype === 'key' ? random.key(1) : values(dtype, []);
}

/** The probe, or null when the primitive itself does not take the dtype. */
function probe(name: PrimitiveName, dtype: DType): Tensor | null {
  try {
    return probes[name](dtype);
  } catch {
    return null;
  }
}

const claims = (name: PrimitiveName, wanted: boolean): DType[] =>
  dtypes.filter((dtype) => {
    const result = probe(name, dtype);
    return result !== null && onnx.supports(result.node!) === wanted;
  });

it.each(primitiveNames)('%s runs on every dtype that it claims', async (name) => {
  for (const dtype of claims(name, true)) {
    const backend = recording(onnx);
    const actual = probes[name](dtype);
    await withBackend(backend, () => evaluate(actual));
    expect(backend.compiled, dtype).toContain(name);
    backend.dispose();
    // The reference backend computes few things in 64-bit integers: equal numbers in 32 bits tell as much.
    const expected = probes[name](dtype.replace('64', dtype.startsWith('float') ? '64' : '32') as DType);
    await withBackend(referenceBackend, () => evaluate(expected));
    const [a, e] = [await actual.data(), await expected.data()];
    const numbers = isExact(actual.dtype) ? [Float64Array.from(a, Number), Float64Array.from(e, Number)] : [a, e];
    expect(deviation(numbers[0]!, numbers[1]!, actual.dtype, { length: 4 }), dtype).toBe('');
  }
});

it('refuses what the runtime has no kernel for', () => {
  const refused = primitiveNames.map((name) => `${name}: ${claims(name, false).join(' ')}`);
  expect(refused.filter((line) => !line.endsWith(': float16 bfloat16'))).toEqual([]);
});
