/**
 * Lazy tensors with automatic differentiation, and the graph that every Tessera backend runs.
 * @packageDocumentation
 */
export { version } from './ambient.js';
export * from './errors.js';
export type { DType, DTypeKind, HostArray, NumericArray } from './dtypes.js';
export { bytesPerElement, dtypes, dtypeKind, isFloat, isInteger, viewBytes } from './dtypes.js';
export { resampleTable } from './kernels/resample.js';
export { formatShape, sizeOf, type Shape } from './shapes.js';
export { isTensor } from './graph/is-tensor.js';
export { Tensor, type ReduceOptions, type TensorLike } from './tensor.js';
export type { NestedArray, ReadOptions, TensorData } from './execution/read.js';
export {
  arange,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
  type DTypeOptions,
  type TensorInput,
  type TensorOptions,
} from './create.js';
export * from './operations.js';
export * as special from './special.js';
export * as fft from './fft.js';
export * as linalg from './linalg.js';
export * as random from './random.js';
export * as nn from './nn.js';
export * as tree from './tree.js';
export * as debug from './debug.js';
export { moduleBrand, type ModuleLike } from './tree/flatten.js';
export { grad, valueAndGrad, type GradAuxOptions, type GradOptions, type Grads } from './transforms/grad.js';
export {
  checkGradients,
  type CheckGradientsOptions,
  type GradientCheck,
  type GradientReport,
} from './transforms/check-gradients.js';
export { jvp, linearize, type JvpAuxOptions } from './transforms/jvp.js';
export type { Tangents } from './transforms/tangents.js';
export { checkpoint } from './transforms/checkpoint.js';
export { stopGradient } from './transforms/stop-gradient.js';
export { vjp } from './transforms/vjp.js';
export { hessian, jacobian, type Jacobian, type JacobianOptions } from './transforms/jacobian.js';
export { vmap, type Axes, type VmapOptions } from './transforms/vmap.js';
export { customJvp } from './transforms/custom/custom-jvp.js';
export { customVjp, type CustomVjpRules } from './transforms/custom/custom-vjp.js';
export { compile, type CompiledFunction, type CompileOptions } from './transforms/compile.js';
export { exampleArguments } from './transforms/example-arguments.js';
export { evalShape } from './transforms/eval-shape.js';
export { evaluate } from './execution/evaluate.js';
export { memory, type MemoryUse } from './execution/memory.js';
export { memoryScope, type MemoryScope } from './execution/memory-scope.js';
export { executablesCreated } from './execution/executables.js';
export { getBackend, setBackend, withBackend } from './set-backend.js';
export { referenceBackend } from './execution/reference.js';
export type {
  Backend,
  CompileGraphOptions,
  DeviceBuffer,
  Executable,
  ExecutableStats,
  MemoryInfo,
} from './execution/backend.js';
export { bind } from './graph/bind.js';
export type { Graph } from './graph/graph.js';
export { subgraphsOf } from './graph/subgraphs.js';
export { flopsOf, graphFlops } from './flops.js';
export type { Node } from './graph/node.js';
export { originOf, type Origin } from './graph/origins.js';
export type { Primitive, TensorType } from './graph/primitive.js';
export { printGraph, type PrintGraphOptions } from './graph/print.js';
export { partOfGraph, traceGraph, traceGraphAs, traceStep, type TracedGraph } from './transforms/trace-graph.js';
export { canLegalizeDTypes, legalizeDTypes, type IsNative } from './passes/legalize-dtypes.js';
export { optimizeGraph, type OptimizationTarget } from './passes/optimize.js';
export { compositeNames, composites, type CompositeName } from './ops/composites.js';
export { primitiveNames, primitives, type PrimitiveName } from './ops/registry.js';
export type { Index, Indices } from './ops/at.js';
export type { DynamicSliceAttributes } from './ops/dynamic-slice.js';
export type { GatherAttributes, IndexAttributes, ScatterAddAttributes, ScatterSetAttributes } from './ops/gather.js';
export type { AddAlongAxisAttributes, AlongAxisAttributes } from './ops/indexing.js';
export type { ArgAttributes } from './ops/arg-reduce.js';
export type { CumulativeAttributes } from './ops/cumulative-rows.js';
export type { ReduceAttributes } from './ops/reduce.js';
export type { ArgsortAttributes, SortOptions, TopK, TopKOptions } from './ops/sort.js';
export type { BincountOptions } from './ops/counting.js';
export type { SearchSortedOptions } from './ops/search.js';
export type { QuantileMethod, QuantileOptions } from './ops/quantile.js';
export type { VarianceOptions } from './ops/statistics.js';
export type { CastAttributes } from './ops/elementwise/cast.js';
export type { ConcatAttributes, Range, SliceAttributes, UnsliceAttributes } from './ops/slice.js';
export type { CondAttributes } from './ops/control/cond.js';
export type { ScanAttributes } from './ops/control/scan.js';
export type { WhileAttributes } from './ops/control/while.js';
export type { ConvAttributes, ConvGradAttributes, Channels } from './ops/conv-layout.js';
export type {
  ComplexFourierAttributes,
  FourierAttributes,
  InverseRealFourierAttributes,
} from './ops/fft/primitives.js';
export type { FullAttributes, IotaAttributes } from './ops/create.js';
export type { AvgPoolAttributes, AvgPoolGradAttributes } from './ops/avg-pool.js';
export type { ResampleAttributes } from './ops/interpolate.js';
export type { LeastSquaresAttributes } from './ops/linalg/lstsq.js';
export type { QrAttributes } from './ops/linalg/qr.js';
export type { SolveAttributes } from './ops/linalg/solve.js';
export type { SvdAttributes } from './ops/linalg/svd.js';
export type { TriangularSystem } from './kernels/linalg/triangular.js';
export type { NormalizeAttributes } from './ops/normalize.js';
export type { PoolAttributes } from './ops/pool.js';
export type { RecomputeAttributes } from './ops/recompute.js';
export type { PermutationAttributes, RandomBitsAttributes, SplitAttributes } from './ops/random.js';
export type { ShapeAttributes, TransposeAttributes } from './ops/shape.js';
export type { BesselAttributes, ModifiedBesselAttributes } from './ops/special/bessel.js';
export type { GammaIncInvAttributes } from './ops/special/quantile.js';
export type { SincAttributes } from './ops/special/elementary.js';
export type { ZetaAttributes } from './ops/special/gamma.js';
export type { BetaIncAttributes, GammaIncAttributes } from './ops/special/incomplete.js';
export type { SoftmaxAttributes } from './ops/softmax.js';
export { loadTensors, saveTensors, type SafetensorsFile } from './safetensors.js';
