import { readFileSync } from 'node:fs';
import { fromHostArray } from '../create.js';
import { printTo } from '../debug.js';
import { allocate, isFloat, type DType, type HostArray } from '../dtypes.js';
import { bind } from '../graph/bind.js';
import { decodeNumber, encodeNumber } from '../half.js';
import { sizeOf, type Shape } from '../shapes.js';
import '../tensor.js';
import type { Tensor } from '../tensor.js';
import { controlCases } from './control/control-cases.fixture.js';
import { withNamedGraph } from './recompute-cases.fixture.js';
import { primitives, type PrimitiveName } from './registry.js';

/** A value of a case: numbers, or bigint beyond 2^53; expected floats are not rounded to the dtype. */
export interface CaseTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly (number | bigint)[];
}

/** One application of a primitive, with the results that an independent tool computed. */
export interface PrimitiveCase {
  readonly name: string;
  readonly operands: readonly CaseTensor[];
  readonly attributes: object;
  readonly expected: readonly CaseTensor[];
  /** Number of terms of each sum behind an element of a result. */
  readonly length: number;
  /** Finite differences apply: no ties, no NaN, no rounding to a narrower type. */
  readonly smooth: boolean;
}

/** A value in a fixture file. */
export type Encoded = readonly [dtype: DType, shape: Shape, values: readonly (number | string)[]];

/** A case in a fixture file. */
export interface EncodedCase {
  readonly name: string;
  readonly operands: readonly Encoded[];
  readonly attributes: object;
  /** One result, or a list of several. */
  readonly expected: Encoded | readonly Encoded[];
  readonly length?: number;
  readonly smooth?: boolean;
}

/** A value of a fixture file. */
export function decode([dtype, shape, values]: Encoded): CaseTensor {
  const wide = dtype === 'int64' || dtype === 'uint64';
  return { dtype, shape, values: values.map((value) => (wide ? BigInt(value) : Number(value))) };
}

function isSingle(expected: Encoded | readonly Encoded[]): expected is Encoded {
  return typeof expected[0] === 'string';
}

/** A case of a fixture file. */
export function decodeCase({ operands, expected, length = 1, smooth = true, ...rest }: EncodedCase): PrimitiveCase {
  return {
    ...rest,
    operands: operands.map(decode),
    expected: (isSingle(expected) ? [expected] : expected).map(decode),
    length,
    smooth,
  };
}

function read(file: string): (name: PrimitiveName) => readonly PrimitiveCase[] {
  const path = new URL(`../../fixtures/${file}.json`, import.meta.url);
  const content = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly EncodedCase[]>>;
  return (name) => content[name]!.map(decodeCase);
}

const elementwise = read('elementwise');
const math = read('math');
const selection = read('selection');
const special = read('special');
const structure = read('structure');
const convolution = read('convolution');
const pooling = read('pooling');
const resampling = read('resampling');
const random = read('random');
const linearAlgebra = read('linear-algebra');
const debugging = read('debug');

// What cases of debugPrint print is of no interest.
printTo(() => undefined);
const fourier = read('fourier');

/** Cases of every primitive; a primitive without cases is a compile error. See fixtures/README.md. */
export const primitiveCases: Readonly<Record<PrimitiveName, readonly PrimitiveCase[]>> = {
  add: elementwise('add'),
  sub: elementwise('sub'),
  mul: elementwise('mul'),
  div: elementwise('div'),
  pow: elementwise('pow'),
  maximum: elementwise('maximum'),
  minimum: elementwise('minimum'),
  neg: elementwise('neg'),
  abs: elementwise('abs'),
  sign: elementwise('sign'),
  floor: elementwise('floor'),
  exp: elementwise('exp'),
  log: elementwise('log'),
  sqrt: elementwise('sqrt'),
  tanh: elementwise('tanh'),
  sigmoid: elementwise('sigmoid'),
  equal: elementwise('equal'),
  notEqual: elementwise('notEqual'),
  less: elementwise('less'),
  lessEqual: elementwise('lessEqual'),
  greater: elementwise('greater'),
  greaterEqual: elementwise('greaterEqual'),
  logicalAnd: elementwise('logicalAnd'),
  logicalOr: elementwise('logicalOr'),
  logicalNot: elementwise('logicalNot'),
  shiftRight: elementwise('shiftRight'),
  sin: math('sin'),
  cos: math('cos'),
  asin: math('asin'),
  acos: math('acos'),
  atan: math('atan'),
  atan2: math('atan2'),
  hypot: math('hypot'),
  sinh: math('sinh'),
  cosh: math('cosh'),
  asinh: math('asinh'),
  acosh: math('acosh'),
  atanh: math('atanh'),
  log1p: math('log1p'),
  expm1: math('expm1'),
  cbrt: math('cbrt'),
  logAddExp: math('logAddExp'),
  round: math('round'),
  ceil: math('ceil'),
  erf: math('erf'),
  erfc: math('erfc'),
  erfInv: math('erfInv'),
  remainder: math('remainder'),
  floorDivide: math('floorDivide'),
  bitwiseAnd: math('bitwiseAnd'),
  bitwiseOr: math('bitwiseOr'),
  bitwiseXor: math('bitwiseXor'),
  shiftLeft: math('shiftLeft'),
  cast: read('cast')('cast'),
  relu: elementwise('relu'),
  where: elementwise('where'),
  full: structure('full'),
  iota: structure('iota'),
  sum: structure('sum'),
  max: structure('max'),
  min: structure('min'),
  argmax: structure('argmax'),
  matmul: structure('matmul'),
  reshape: structure('reshape'),
  transpose: structure('transpose'),
  broadcastTo: structure('broadcastTo'),
  slice: structure('slice'),
  unslice: structure('unslice'),
  concat: structure('concat'),
  takeAlongAxis: structure('takeAlongAxis'),
  addAlongAxis: structure('addAlongAxis'),
  prod: selection('prod'),
  argmin: selection('argmin'),
  argsort: selection('argsort'),
  cumSum: selection('cumSum'),
  cumProd: selection('cumProd'),
  linearRecurrence: selection('linearRecurrence'),
  gather: selection('gather'),
  scatterAdd: selection('scatterAdd'),
  scatterSet: selection('scatterSet'),
  dynamicSlice: selection('dynamicSlice'),
  dynamicUpdateSlice: selection('dynamicUpdateSlice'),
  softmax: structure('softmax'),
  logSoftmax: structure('logSoftmax'),
  conv: convolution('conv'),
  convInputGrad: convolution('convInputGrad'),
  convFilterGrad: convolution('convFilterGrad'),
  maxPool: pooling('maxPool'),
  maxPoolGrad: pooling('maxPoolGrad'),
  maxPoolTake: pooling('maxPoolTake'),
  avgPool: pooling('avgPool'),
  avgPoolGrad: pooling('avgPoolGrad'),
  resample: resampling('resample'),
  resampleGrad: resampling('resampleGrad'),
  gamma: special('gamma'),
  logGamma: special('logGamma'),
  digamma: special('digamma'),
  logBeta: special('logBeta'),
  beta: special('beta'),
  zeta: special('zeta'),
  gammaInc: special('gammaInc'),
  betaInc: special('betaInc'),
  besselJ: special('besselJ'),
  besselY: special('besselY'),
  besselI: special('besselI'),
  besselK: special('besselK'),
  expInt: special('expInt'),
  expIntE1: special('expIntE1'),
  logNdtr: special('logNdtr'),
  ndtri: special('ndtri'),
  xlogy: special('xlogy'),
  xlog1py: special('xlog1py'),
  gammaIncInv: special('gammaIncInv'),
  poissonQuantile: special('poissonQuantile'),
  binomialQuantile: special('binomialQuantile'),
  sinc: special('sinc'),
  keySplit: random('keySplit'),
  keyFoldIn: random('keyFoldIn'),
  randomBits: random('randomBits'),
  randomPermutation: random('randomPermutation'),
  cholesky: linearAlgebra('cholesky'),
  triangularSolve: linearAlgebra('triangularSolve'),
  lu: linearAlgebra('lu'),
  solve: linearAlgebra('solve'),
  det: linearAlgebra('det'),
  cofactors: linearAlgebra('cofactors'),
  qr: linearAlgebra('qr'),
  eigh: linearAlgebra('eigh'),
  svd: linearAlgebra('svd'),
  lstsq: linearAlgebra('lstsq'),
  ...controlCases,
  debugPrint: debugging('debugPrint'),
  debugCheck: debugging('debugCheck'),
  fft: fourier('fft'),
  rfft: fourier('rfft'),
  irfft: fourier('irfft'),
  recompute: read('recompute')('recompute').map(withNamedGraph),
};

/** The value as a tensor. */
export function buildTensor({ dtype, shape, values }: CaseTensor): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) values.forEach((v, i) => (data[i] = BigInt(v)));
  else values.forEach((v, i) => (data[i] = encodeNumber(Number(v), dtype)));
  return fromHostArray(data, shape, dtype);
}

/** The operands as tensors. */
export function buildOperands({ operands }: PrimitiveCase): Tensor[] {
  return operands.map(buildTensor);
}

/** Applies the primitive to a case's operands, or to others of the same types. */
export function applyCase(
  name: PrimitiveName,
  one: PrimitiveCase,
  operands: readonly Tensor[] = buildOperands(one),
): readonly Tensor[] {
  return bind(primitives[name], operands, one.attributes);
}

/** Distance of 1 to the next number, and the smallest number above 0. */
const precision: Partial<Record<DType, readonly [ulp: number, smallest: number]>> = {
  float64: [2 ** -52, 2 ** -1074],
  float32: [2 ** -23, 2 ** -149],
  float16: [2 ** -10, 2 ** -24],
  bfloat16: [2 ** -7, 2 ** -133],
};

/**
 * What is wrong with a computed result, or null: floats may differ by 8 ulp·√length (of the largest element where sums
 * cancel), everything else not at all. `data` is in memory form: float16 and bfloat16 as bits.
 */
export function findDifference(
  { dtype, values }: CaseTensor,
  { length }: Pick<PrimitiveCase, 'length'>,
  data: HostArray,
): string | null {
  if (data.length !== values.length) return `${data.length} elements instead of ${values.length}`;
  const rounded = values.map((value) =>
    typeof value === 'bigint' || !isFloat(dtype)
      ? value
      : decodeNumber(dtype === 'float32' ? Math.fround(value) : encodeNumber(value, dtype), dtype),
  );
  const finite = rounded.filter((value) => Number.isFinite(value)).map((value) => Math.abs(Number(value)));
  const largest = Math.max(0, ...finite);
  const [ulp, smallest] = precision[dtype] ?? [0, 0];
  for (let i = 0; i < data.length; i++) {
    const want = rounded[i]!;
    const stored = data[i]!;
    const got = typeof stored === 'bigint' ? stored : decodeNumber(stored, dtype);
    if (got === want || Object.is(got, want)) continue;
    const scale = length > 1 ? largest : Math.abs(Number(want));
    const allowed = 8 * ulp * Math.sqrt(length) * scale + (ulp > 0 ? smallest : 0);
    if (!(Math.abs(Number(got) - Number(want)) <= allowed)) return `element ${i} is ${got} instead of ${want}`;
  }
  return null;
}
