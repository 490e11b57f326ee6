import type { Graph } from './graph/graph.js';
import type { Node } from './graph/node.js';
import { subgraphsOf } from './graph/subgraphs.js';
import type { CompositeName } from './ops/composites.js';
import type { ScanAttributes } from './ops/control/scan.js';
import type { ConvAttributes, ConvGradAttributes } from './ops/conv-layout.js';
import type { PoolAttributes } from './ops/pool.js';
import type { PrimitiveName } from './ops/registry.js';
import { sizeOf } from './shapes.js';

/** Floating-point operations per element of the first result; a function of the node; null: not known beforehand. */
type FlopCount = number | ((node: Node) => number) | null;

const last = (node: Node, operand = 0): number => node.operands[operand]!.shape.at(-1)!;
const resultSize = ({ results }: Node): number => results[0]!.size;
const operandSize = ({ operands }: Node): number => operands[0]?.size ?? 0;

/** Multiplications and additions of m·k·n terms. */
function matmul(node: Node): number {
  return 2 * resultSize(node) * last(node);
}

/** Each output element is a sum over the taps and channels of the kernel. */
function convolution(outputs: number, kernel: readonly number[], layout: ConvAttributes['kernel']): number {
  const features = layout === 'last' ? kernel.at(-1)! : kernel[0]!;
  return features === 0 ? 0 : (2 * outputs * sizeOf(kernel)) / features;
}

const conv = (node: Node): number =>
  convolution(resultSize(node), node.operands[1]!.shape, (node.attributes as ConvAttributes).kernel);

const convInputGrad = (node: Node): number =>
  convolution(operandSize(node), node.operands[1]!.shape, (node.attributes as ConvGradAttributes).kernel);

const convFilterGrad = (node: Node): number =>
  convolution(node.operands[1]!.size, node.results[0]!.shape, (node.attributes as ConvGradAttributes).kernel);

const pool = (elements: (node: Node) => number) => (node: Node) =>
  elements(node) * sizeOf((node.attributes as PoolAttributes).window);

/** n³ times a factor for each matrix [..., n, n]. */
const cubic = (factor: number) => (node: Node) => factor * operandSize(node) * last(node);

/** 5·n·log₂ n for each transform of n complex numbers; a factor of one half for real ones. */
const fourier = (factor: number, transformed: (node: Node) => Node['operands'][number]) => (node: Node) => {
  const { size, shape } = transformed(node);
  const { axis } = node.attributes as { readonly axis: number };
  return factor * 5 * size * Math.log2(Math.max(shape.at(axis)!, 1));
};

const moves = 0;

/**
 * Operations of each primitive and composite. A function of an element, such as `exp`, counts as one; so does each
 * arithmetic operation on integers. Comparisons, choices, casts and moves count as none. Loops and branches count nothing
 * themselves: what they run does.
 */
export const flopCounts: Readonly<Record<PrimitiveName | CompositeName, FlopCount>> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 1,
  pow: 1,
  maximum: 1,
  minimum: 1,
  neg: 1,
  abs: 1,
  sign: 1,
  floor: 1,
  round: 1,
  ceil: 1,
  remainder: 1,
  floorDivide: 1,
  exp: 1,
  log: 1,
  sqrt: 1,
  tanh: 1,
  sigmoid: 1,
  log1p: 1,
  expm1: 1,
  cbrt: 1,
  logAddExp: 1,
  sin: 1,
  cos: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  atan2: 1,
  hypot: 1,
  sinh: 1,
  cosh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
  erf: 1,
  erfc: 1,
  erfInv: 1,
  relu: 1,
  equal: moves,
  notEqual: moves,
  less: moves,
  lessEqual: moves,
  greater: moves,
  greaterEqual: moves,
  logicalAnd: moves,
  logicalOr: moves,
  logicalNot: moves,
  bitwiseAnd: moves,
  bitwiseOr: moves,
  bitwiseXor: moves,
  shiftLeft: moves,
  shiftRight: moves,
  cast: moves,
  where: moves,
  full: moves,
  iota: moves,
  sum: operandSize,
  prod: operandSize,
  max: operandSize,
  min: operandSize,
  argmax: operandSize,
  argmin: operandSize,
  cumSum: 1,
  cumProd: 1,
  linearRecurrence: 2,
  argsort: moves,
  matmul,
  reshape: moves,
  transpose: moves,
  broadcastTo: moves,
  slice: moves,
  unslice: moves,
  concat: moves,
  takeAlongAxis: moves,
  addAlongAxis: operandSize,
  gather: moves,
  scatterAdd: operandSize,
  scatterSet: moves,
  dynamicSlice: moves,
  dynamicUpdateSlice: moves,
  // maximum, difference, exponential, sum, quotient
  softmax: 5,
  // maximum, difference, exponential, sum, difference
  logSoftmax: 5,
  conv,
  convInputGrad,
  convFilterGrad,
  maxPool: pool(resultSize),
  maxPoolGrad: moves,
  maxPoolTake: moves,
  avgPool: pool(resultSize),
  avgPoolGrad: pool(operandSize),
  // two taps along one axis, with their weights
  resample: 3,
  resampleGrad: ({ operands }) => 3 * operands[0]!.size,
  cholesky: cubic(1 / 3),
  triangularSolve: (node) => resultSize(node) * last(node),
  lu: cubic(2 / 3),
  solve: (node) => cubic(2 / 3)(node) + 2 * resultSize(node) * last(node),
  det: cubic(2 / 3),
  cofactors: null,
  qr: null,
  eigh: null,
  svd: null,
  lstsq: null,
  fft: fourier(1, ({ operands }) => operands[0]!),
  rfft: fourier(1 / 2, ({ operands }) => operands[0]!),
  irfft: fourier(1 / 2, ({ results }) => results[0]!),
  keySplit: moves,
  keyFoldIn: moves,
  randomBits: moves,
  randomPermutation: moves,
  gamma: 1,
  logGamma: 1,
  digamma: 1,
  logBeta: 1,
  beta: 1,
  zeta: 1,
  gammaInc: 1,
  betaInc: 1,
  besselJ: 1,
  besselY: 1,
  besselI: 1,
  besselK: 1,
  expInt: 1,
  expIntE1: 1,
  logNdtr: 1,
  ndtri: 1,
  gammaIncInv: 1,
  poissonQuantile: 1,
  binomialQuantile: 1,
  xlogy: 2,
  xlog1py: 3,
  sinc: 2,
  scan: moves,
  cond: moves,
  while: moves,
  debugPrint: moves,
  debugCheck: moves,
  recompute: moves,
  // half of x, times one plus the error function of a multiple of x
  gelu: 5,
  geluTanh: 8,
  silu: 2,
  softplus: 3,
  // mean, difference, square, sum, inverse root, product
  normalize: 6,
  layerNorm: 8,
  rmsNorm: 5,
};

/**
 * Floating-point operations of one run of a node; null where they are not known beforehand. Loops and branches count
 * none themselves.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => x.matmul(x), ones([10, 10]));
 * graph.nodes.map(flopsOf); // → [2000]
 * ```
 */
export function flopsOf(node: Node): number | null {
  const count = flopCounts[node.primitive.name as PrimitiveName | CompositeName];
  if (count === null) return null;
  return typeof count === 'number' ? count * resultSize(node) : Math.round(count(node));
}

/**
 * Floating-point operations of a graph, with the bodies of its loops: `scan` as often as it is long, `whileLoop` once, of
 * branches the longer one. What is not known beforehand counts as none.
 *
 * @example
 * ```ts
 * graphFlops(traceGraph((x: Tensor) => x.matmul(x).exp(), ones([10, 10])).graph); // → 2100
 * ```
 */
export function graphFlops({ nodes }: Graph): number {
  let total = 0;
  for (const node of nodes) {
    const inside = subgraphsOf(node.attributes).map(graphFlops);
    const { name } = node.primitive;
    if (name === 'scan') total += (node.attributes as ScanAttributes).length * inside[0]!;
    else if (name === 'cond') total += Math.max(...inside);
    else total += inside.reduce((sum, own) => sum + own, flopsOf(node) ?? 0);
  }
  return total;
}
