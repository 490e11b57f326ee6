import {
  dtypes,
  evaluate,
  primitiveNames,
  primitives,
  random,
  referenceBackend,
  TesseraError,
  traceGraph,
  withBackend,
  type DType,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { apply } from './apply.fixture.js';
import { onnxruntime } from './backend.js';
import { controlProbes } from './control-cases.fixture.js';
import { deviation, from, narrowed, oracleDType, positive, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });

const convolution = { strides: [1], padding: [[0, 0]], dilation: [1], groups: 1, channels: 'first', kernel: 'first' };
const pool = { window: [2], strides: [1], padding: [[0, 0]], channels: 'first' };
const unary = (name: PrimitiveName) => (dtype: DType) => apply(name, [positive(dtype, [5])]);
const binary = (name: PrimitiveName) => (dtype: DType) => apply(name, [positive(dtype, [5]), positive(dtype, [5], 2)]);
const reduction = (name: PrimitiveName) => (dtype: DType) => apply(name, [values(dtype, [2, 3])], { axes: [1] });
const along = (name: PrimitiveName) => (dtype: DType) => apply(name, [values(dtype, [2, 3])], { axis: 1 });
const matrix = (name: PrimitiveName, attributes?: object) => (dtype: DType) =>
  apply(name, [values(dtype, [2, 2])], attributes);
const system = (name: PrimitiveName, attributes: object) => (dtype: DType) =>
  apply(name, [values(dtype, [2, 2]), values(dtype, [2, 1])], attributes);

/** Primitives that act on the host run there, whatever the dtype. */
type HostName = 'debugPrint' | 'debugCheck';
type ProbedName = Exclude<PrimitiveName, HostName>;
const probedNames = primitiveNames.filter((name): name is ProbedName => primitives[name].effect !== true);

/** Each primitive on small operands of a dtype. */
const probes: Readonly<Record<ProbedName, (dtype: DType) => Tensor>> = {
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
  sin: unary('sin'),
  cos: unary('cos'),
  asin: unary('asin'),
  acos: unary('acos'),
  atan: unary('atan'),
  atan2: binary('atan2'),
  hypot: binary('hypot'),
  sinh: unary('sinh'),
  cosh: unary('cosh'),
  asinh: unary('asinh'),
  acosh: unary('acosh'),
  atanh: unary('atanh'),
  log1p: unary('log1p'),
  expm1: unary('expm1'),
  cbrt: unary('cbrt'),
  logAddExp: binary('logAddExp'),
  round: unary('round'),
  ceil: unary('ceil'),
  erf: unary('erf'),
  erfc: unary('erfc'),
  erfInv: unary('erfInv'),
  remainder: binary('remainder'),
  floorDivide: binary('floorDivide'),
  bitwiseAnd: binary('bitwiseAnd'),
  bitwiseOr: binary('bitwiseOr'),
  bitwiseXor: binary('bitwiseXor'),
  shiftLeft: (dtype) => apply('shiftLeft', [values(dtype, [5]), from(dtype, [], [1])]),
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
  prod: reduction('prod'),
  argmax: along('argmax'),
  argmin: along('argmin'),
  argsort: (dtype) => apply('argsort', [values(dtype, [2, 5])], { axis: 1, descending: false, count: 3 }),
  cumSum: (dtype) => apply('cumSum', [values(dtype, [2, 5])], { axis: 1, reverse: false }),
  cumProd: (dtype) => apply('cumProd', [values(dtype, [2, 5])], { axis: 1, reverse: false }),
  linearRecurrence: (dtype) =>
    apply('linearRecurrence', [values(dtype, [2, 5]), values(dtype, [2, 5])], { axis: 1, reverse: false }),
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
  gather: (dtype) => apply('gather', [values(dtype, [5, 2]), from('int32', [2], [4, -5])], { axis: 0 }),
  scatterAdd: (dtype) =>
    apply('scatterAdd', [values(dtype, [3]), from('int32', [3], [1, 0, 1])], {
      axis: 0,
      sizes: [4],
      uniqueIndices: false,
    }),
  scatterSet: (dtype) =>
    apply('scatterSet', [values(dtype, [4]), values(dtype, [3], 2), from('int32', [3], [1, 0, 1])], {
      axis: 0,
      uniqueIndices: false,
    }),
  dynamicSlice: (dtype) => apply('dynamicSlice', [values(dtype, [5]), from('int32', [1], [1])], { sizes: [3] }),
  dynamicUpdateSlice: (dtype) =>
    apply('dynamicUpdateSlice', [values(dtype, [5]), values(dtype, [2], 2), from('int32', [1], [1])]),
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
  avgPool: (dtype) => apply('avgPool', [values(dtype, [1, 2, 5])], { ...pool, countIncludePadding: false }),
  avgPoolGrad: (dtype) =>
    apply('avgPoolGrad', [values(dtype, [1, 2, 4])], { ...pool, countIncludePadding: false, shape: [1, 2, 5] }),
  resample: (dtype) => apply('resample', [values(dtype, [2, 4])], resampling),
  resampleGrad: (dtype) => apply('resampleGrad', [values(dtype, [2, 6])], resampling),
  gamma: unary('gamma'),
  logGamma: unary('logGamma'),
  digamma: unary('digamma'),
  expInt: unary('expInt'),
  expIntE1: unary('expIntE1'),
  logNdtr: unary('logNdtr'),
  ndtri: unary('ndtri'),
  logBeta: binary('logBeta'),
  beta: binary('beta'),
  xlogy: binary('xlogy'),
  xlog1py: binary('xlog1py'),
  zeta: (dtype) => apply('zeta', [positive(dtype, [5]), positive(dtype, [5])], { order: 0 }),
  gammaInc: (dtype) => apply('gammaInc', [positive(dtype, [5]), positive(dtype, [5])], { upper: false, order: 0 }),
  betaInc: (dtype) =>
    apply('betaInc', [positive(dtype, [5]), positive(dtype, [5]), positive(dtype, [5])], { orderA: 0, orderB: 0 }),
  besselJ: (dtype) => apply('besselJ', [positive(dtype, [5])], { order: 0 }),
  besselY: (dtype) => apply('besselY', [positive(dtype, [5])], { order: 0 }),
  besselI: (dtype) => apply('besselI', [positive(dtype, [5])], { order: 0, scaled: false }),
  besselK: (dtype) => apply('besselK', [positive(dtype, [5])], { order: 0, scaled: false }),
  gammaIncInv: (dtype) => apply('gammaIncInv', [positive(dtype, [5]), positive(dtype, [5]).mul(0.4)], { log: false }),
  poissonQuantile: (dtype) => apply('poissonQuantile', [positive(dtype, [5]), positive(dtype, [5]).mul(0.4)]),
  binomialQuantile: (dtype) =>
    apply('binomialQuantile', [
      positive(dtype, [5]).floor(),
      positive(dtype, [5]).mul(0.4),
      positive(dtype, [5], 2).mul(0.4),
    ]),
  sinc: (dtype) => apply('sinc', [positive(dtype, [5])], { order: 0 }),
  keySplit: (dtype) => apply('keySplit', [key(dtype)], { count: 2 }),
  keyFoldIn: (dtype) => apply('keyFoldIn', [key(dtype), from('uint32', [], [3])]),
  randomBits: (dtype) => apply('randomBits', [key(dtype)], { shape: [3] }),
  randomPermutation: (dtype) => apply('randomPermutation', [key(dtype)], { length: 5 }),
  cholesky: matrix('cholesky'),
  triangularSolve: system('triangularSolve', { lower: true, transpose: false, unitDiagonal: false }),
  lu: matrix('lu'),
  solve: system('solve', { transpose: false }),
  det: matrix('det'),
  cofactors: matrix('cofactors'),
  qr: matrix('qr', { complete: false }),
  eigh: matrix('eigh'),
  svd: matrix('svd', { fullMatrices: false }),
  lstsq: system('lstsq', { rcond: 0 }),
  ...controlProbes,
  fft: (dtype) => apply('fft', [values(dtype, [6]), values(dtype, [6], 2)], { axis: 0, inverse: false, scale: 1 }),
  rfft: (dtype) => apply('rfft', [values(dtype, [6])], { axis: 0, scale: 1 }),
  irfft: (dtype) => apply('irfft', [values(dtype, [4]), values(dtype, [4], 2)], { axis: 0, scale: 1, length: 6 }),
  recompute: (dtype) => {
    const x = values(dtype, [2, 3]);
    const { graph } = traceGraph((a: Tensor) => a.mul(a).add(a), x);
    return apply('recompute', [x], { graph });
  },
};

function key(dtype: DType): Tensor {
  return dtype === 'key' ? random.key(1) : values(dtype, []);
}

const resampling = { axis: 1, input: 4, output: 6, method: 'linear', coordinates: 'halfPixel' };
/** Special functions that are computed in float64, for results of float32. */
const special = [
  ...['gamma', 'logGamma', 'digamma', 'logBeta', 'beta', 'zeta'],
  ...[
    'gammaInc',
    'betaInc',
    'besselJ',
    'besselY',
    'besselI',
    'besselK',
    'expInt',
    'expIntE1',
    'logNdtr',
    'ndtri',
    'sinc',
  ],
];
/** Iterations that stop where they have converged. */
const iterations = ['gammaIncInv', 'poissonQuantile', 'binomialQuantile'];

/** The probe, or null when the primitive itself does not take the dtype. */
function probe(name: ProbedName, dtype: DType): Tensor | null {
  try {
    return probes[name](dtype);
  } catch (error) {
    if (error instanceof TesseraError) return null;
    throw error;
  }
}

const claims = (name: ProbedName, wanted: boolean): DType[] =>
  dtypes.filter((dtype) => {
    const result = probe(name, dtype);
    return result !== null && onnx.supports(result.node!) === wanted;
  });

const isWide = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

/** Keys have no values to compare; what they give has. */
const shown = (result: Tensor): Tensor => (result.dtype === 'key' ? random.bits(result, [2]) : result);

it.each(probedNames)('%s runs on every dtype that it claims', async (name) => {
  for (const dtype of claims(name, true)) {
    const backend = { ...recording(onnx), randomOnHost: false, fasterOnHost: () => false };
    const actual = shown(probes[name](dtype));
    await withBackend(backend, () => evaluate(actual));
    // A pass makes factors of a linear system.
    const wanted = name === 'solve' && isWide(dtype) ? 'lu' : name;
    expect(backend.compiled, dtype).toContain(wanted);
    backend.dispose();
    const expected = shown(probes[name](oracleDType(dtype)));
    await withBackend(referenceBackend, () => evaluate(expected));
    const data = narrowed(await actual.data());
    expect(deviation(data, await expected.data(), actual.dtype, { length: 4 }), dtype).toBe('');
  }
});

it('refuses what the runtime has no kernel for', () => {
  const refused = probedNames.map((name) => `${name}: ${claims(name, false).join(' ')}`);
  const floats = ': float32 float64 float16 bfloat16';
  expect(refused.filter((line) => !line.endsWith(': ') && !line.endsWith(floats))).toEqual([
    'cos: float64',
    'asin: float64',
    'acos: float64',
    'atan: float64',
    'atan2: float64',
    'sinh: float64',
    'cosh: float64',
    'asinh: float64',
    'acosh: float64',
    'atanh: float64',
    'erf: float64',
    'erfc: float64',
    'erfInv: float64',
    'conv: float64',
    'convInputGrad: float64',
    'convFilterGrad: float64',
    'maxPoolGrad: float64',
    'avgPool: float64',
    'avgPoolGrad: float64',
    ...special.map((name) => `${name}: float64`),
  ]);
  expect(refused.filter((line) => line.endsWith(floats)).map((line) => line.split(':')[0])).toEqual([...iterations]);
});

it('refuses attributes that the operators do not have', () => {
  const image = values('float32', [1, 2, 5]);
  const kernel = values('float32', [3, 2, 2]);
  const supports = (tensor: Tensor): boolean => onnx.supports(tensor.node!);
  expect(supports(apply('conv', [image, kernel], convolution))).toBe(true);
  expect(
    supports(
      apply('conv', [values('float32', [1, 5, 2]), values('float32', [2, 2, 3])], {
        ...convolution,
        channels: 'last',
        kernel: 'last',
      }),
    ),
  ).toBe(false);
  expect(supports(apply('conv', [image, values('float32', [2, 2, 3])], { ...convolution, kernel: 'last' }))).toBe(
    false,
  );
  expect(supports(apply('maxPool', [values('float32', [1, 5, 2])], { ...pool, channels: 'last' }))).toBe(false);
  expect(supports(apply('maxPool', [image], { ...pool, padding: [[0, 2]] }))).toBe(false);
  expect(
    supports(
      apply('maxPool', [values('float32', [1, 2, 2, 2, 2, 2])], {
        window: [1, 1, 1, 1],
        strides: [1, 1, 1, 1],
        padding: [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        channels: 'first',
      }),
    ),
  ).toBe(false);
  // Through float32 these would round twice.
  for (const dtype of ['float64', 'int32', 'uint64'] as const) {
    expect(supports(apply('cast', [values(dtype, [2])], { dtype: 'float16' }))).toBe(false);
  }
  for (const dtype of ['int64', 'uint64']) {
    expect(supports(apply('cast', [image], { dtype }))).toBe(false);
    expect(supports(apply('cast', [values('int32', [2])], { dtype }))).toBe(true);
  }
});
