import {
  canLegalizeDTypes,
  isFloat,
  subgraphsOf,
  type BesselAttributes,
  type BetaIncAttributes,
  type CompositeName,
  type ConvAttributes,
  type DType,
  type GammaIncAttributes,
  type Node,
  type PoolAttributes,
  type PrimitiveName,
  type SvdAttributes,
} from '@tesserajs/tensor';
import { hasLowering } from '@tesserajs/onnx';

type Types = ReadonlySet<DType>;

const floats: Types = new Set(['float32', 'float64']);
const float32: Types = new Set(['float32']);
const bool: Types = new Set(['bool']);
const wide: Types = new Set(['float32', 'float64', 'int32', 'int64']);
const numbers: Types = new Set([...wide, 'int8', 'int16', 'uint8', 'uint16', 'uint32', 'uint64']);
const integers: Types = new Set([...numbers].filter((dtype) => !floats.has(dtype)));
const halves: Types = new Set(['float16', 'bfloat16']);
const key: Types = new Set(['key']);
/** Types whose elements can be moved; the runtime sees keys as int64. */
const everything: Types = new Set([...numbers, 'bool', ...halves, 'key']);
const longIntegers: Types = new Set(['int64', 'uint64']);
const none: Types = new Set();

/**
 * Element types for which ONNX Runtime 1.30 has CPU kernels, per primitive. Of operands with different types, the one that
 * carries the values counts.
 */
export const kernelTypes: Readonly<Record<PrimitiveName | CompositeName, Types>> = {
  add: numbers,
  sub: numbers,
  mul: numbers,
  div: floats,
  pow: floats,
  maximum: new Set(['float32', 'float64', 'int8', 'int32', 'int64', 'uint8', 'uint32', 'uint64']),
  minimum: new Set(['float32', 'float64', 'int8', 'int32', 'int64', 'uint8', 'uint32', 'uint64']),
  neg: new Set([...wide, 'int8', 'int16']),
  abs: numbers,
  sign: numbers,
  floor: floats,
  exp: floats,
  log: floats,
  sqrt: floats,
  tanh: floats,
  sigmoid: floats,
  relu: new Set(['float32', 'float64', 'int8', 'int32']),
  where: new Set([...wide, 'uint8', 'float16', 'key']),
  cast: new Set([...numbers, 'bool', ...halves]),
  sin: floats,
  // The kernel for float64 is off by hundreds of ulp where the cosine is small.
  cos: float32,
  asin: float32,
  acos: float32,
  atan: float32,
  atan2: float32,
  hypot: floats,
  sinh: float32,
  cosh: float32,
  asinh: float32,
  acosh: float32,
  atanh: float32,
  log1p: floats,
  expm1: floats,
  cbrt: floats,
  logAddExp: floats,
  round: floats,
  ceil: floats,
  erf: float32,
  erfc: float32,
  erfInv: float32,
  remainder: numbers,
  floorDivide: numbers,
  bitwiseAnd: integers,
  bitwiseOr: integers,
  bitwiseXor: integers,
  shiftLeft: new Set(['uint8', 'uint32', 'uint64']),
  equal: new Set([...numbers, 'bool']),
  notEqual: new Set([...numbers, 'bool']),
  less: numbers,
  lessEqual: numbers,
  greater: numbers,
  greaterEqual: numbers,
  logicalAnd: bool,
  logicalOr: bool,
  logicalNot: bool,
  shiftRight: new Set(['uint8', 'uint32', 'uint64']),
  full: new Set([...numbers, 'bool', 'float16', 'key']),
  iota: numbers,
  sum: new Set(['float32', 'float64', 'int32']),
  // The kernels for int64 err beyond 32 bits.
  max: new Set([...floats, 'int8', 'int32', 'uint8']),
  min: new Set([...floats, 'int8', 'int32', 'uint8']),
  // Products of integers do not wrap around there.
  prod: floats,
  argmin: new Set(['float32', 'float64', 'int8', 'int32', 'int64', 'uint8']),
  argmax: new Set(['float32', 'float64', 'int8', 'int32', 'int64', 'uint8']),
  matmul: new Set([...wide, 'uint32', 'uint64']),
  reshape: everything,
  transpose: everything,
  broadcastTo: new Set([...numbers, 'bool', 'float16', 'key']),
  slice: everything,
  unslice: new Set([...wide, 'bool', 'int8', 'uint8', 'uint32', 'uint64', 'float16', 'key']),
  concat: everything,
  takeAlongAxis: everything,
  addAlongAxis: wide,
  argsort: new Set(['float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'bool']),
  cumSum: wide,
  cumProd: wide,
  linearRecurrence: wide,
  gather: everything,
  scatterAdd: wide,
  scatterSet: everything,
  dynamicSlice: everything,
  dynamicUpdateSlice: everything,
  softmax: floats,
  logSoftmax: floats,
  conv: float32,
  convInputGrad: float32,
  convFilterGrad: float32,
  maxPool: floats,
  maxPoolGrad: float32,
  maxPoolTake: floats,
  avgPool: float32,
  avgPoolGrad: float32,
  resample: floats,
  resampleGrad: floats,
  gamma: float32,
  logGamma: float32,
  digamma: float32,
  logBeta: float32,
  beta: float32,
  zeta: float32,
  gammaInc: float32,
  betaInc: float32,
  besselJ: float32,
  besselY: float32,
  besselI: float32,
  besselK: float32,
  expInt: float32,
  expIntE1: float32,
  logNdtr: float32,
  ndtri: float32,
  gammaIncInv: none,
  poissonQuantile: none,
  binomialQuantile: none,
  sinc: float32,
  xlogy: floats,
  xlog1py: floats,
  keySplit: key,
  keyFoldIn: key,
  randomBits: key,
  randomPermutation: key,
  gelu: float32,
  geluTanh: float32,
  scan: everything,
  cond: everything,
  while: everything,
  debugPrint: none,
  debugCheck: none,
  recompute: everything,
  silu: float32,
  softplus: none,
  normalize: none,
  layerNorm: float32,
  rmsNorm: float32,
  cholesky: floats,
  triangularSolve: floats,
  lu: floats,
  solve: floats,
  det: floats,
  cofactors: floats,
  qr: floats,
  eigh: floats,
  svd: floats,
  lstsq: floats,
  fft: floats,
  rfft: floats,
  irfft: floats,
};

/** Position of the operand whose type selects the kernel, where it is not the first. */
export const valueOperand: Partial<Record<PrimitiveName | CompositeName, number>> = { where: 1 };

function supportsCast(from: DType, to: DType): boolean {
  // Other casts to and from these types would round twice, or not saturate.
  if (halves.has(from) || halves.has(to)) return from === 'float32' || to === 'float32';
  // The runtime neither saturates at the ends of 64 bits nor has a float that says where they are.
  return !(isFloat(from) && longIntegers.has(to));
}

/** Beyond, the lowerings have no formula. */
const highestBesselOrder = 13;

function supportsAttributes(node: Node): boolean {
  switch (node.primitive.name as PrimitiveName) {
    case 'conv':
    case 'convInputGrad':
    case 'convFilterGrad': {
      const { channels, kernel } = node.attributes as ConvAttributes;
      return channels === 'first' && kernel === 'first';
    }
    case 'maxPool':
    case 'maxPoolGrad':
    case 'maxPoolTake':
    case 'avgPool':
    case 'avgPoolGrad': {
      const { channels, window, padding } = node.attributes as PoolAttributes;
      return (
        channels === 'first' &&
        window.length <= 3 &&
        padding.every(([low, high], i) => Math.max(low, high) < window[i]!)
      );
    }
    case 'matmul':
      // A sum over no terms has a kernel for few types only.
      return isFloat(node.results[0]!.dtype) || node.operands.every(({ size }) => size > 0);
    case 'cast':
      return supportsCast(node.operands[0]!.dtype, node.results[0]!.dtype);
    case 'cholesky':
    case 'triangularSolve':
    case 'lu':
    case 'solve':
    case 'det':
    case 'qr':
    case 'cofactors':
    case 'eigh':
    case 'lstsq':
    case 'randomPermutation':
      return [...node.operands, ...node.results].every(({ size }) => size > 0);
    case 'svd': {
      const [m, n] = node.operands[0]!.shape.slice(-2);
      // The rest of a basis is not determined.
      return node.operands[0]!.size > 0 && (m === n || !(node.attributes as SvdAttributes).fullMatrices);
    }
    case 'gammaInc':
      return (node.attributes as GammaIncAttributes).order === 0;
    case 'betaInc': {
      const { orderA, orderB } = node.attributes as BetaIncAttributes;
      return orderA + orderB === 0;
    }
    case 'besselJ':
    case 'besselY':
    case 'besselI':
    case 'besselK':
      return (node.attributes as BesselAttributes).order <= highestBesselOrder;
    case 'scan':
    case 'cond':
    case 'while':
    case 'recompute':
      return [...node.operands, ...node.results].every(({ dtype }) => everything.has(dtype)) && supportsBodies(node);
    default:
      return true;
  }
}

/** Whether a loop or branch can run as a whole. */
function supportsBodies({ attributes }: Node): boolean {
  return subgraphsOf(attributes).every((body) => body.nodes.every(supportsNode));
}

/** Whether ONNX Runtime has CPU kernels for a node on its own dtypes. */
export function hasKernels(node: Node): boolean {
  const name = node.primitive.name as PrimitiveName | CompositeName;
  if (!hasLowering(name)) return false;
  const value = node.operands[valueOperand[name] ?? 0] ?? node.results[0]!;
  const known = node.results.every((result) => everything.has(result.dtype));
  return known && kernelTypes[name].has(value.dtype) && supportsAttributes(node);
}

/** Whether ONNX Runtime can run a node, on its own dtypes or on wider ones. */
export function supportsNode(node: Node): boolean {
  return hasKernels(node) || canLegalizeDTypes(node, hasKernels);
}

/** Loops over columns or elements, whose steps cost several microseconds each: 3 to 15 times the time of the host. */
const loops: ReadonlySet<string> = new Set<PrimitiveName>([
  'cholesky',
  'triangularSolve',
  'lu',
  'solve',
  'det',
  'qr',
  'eigh',
  'svd',
  'lstsq',
  'cofactors',
  'randomPermutation',
]);

/** Whether the reference kernel is faster than what ONNX Runtime is given. */
export function isFasterOnHost({ primitive }: Node): boolean {
  return loops.has(primitive.name);
}
