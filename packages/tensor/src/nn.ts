export { conv, type ConvOptions } from './ops/conv.js';
export { convTranspose, type ConvTransposeOptions } from './ops/conv-transpose.js';
export { adaptiveAvgPool, adaptiveMaxPool } from './ops/adaptive-pool.js';
export { avgPool, type AvgPoolOptions } from './ops/avg-pool.js';
export { maxPool, type PoolOptions } from './ops/pool.js';
export {
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  rmsNorm,
  type AffineOptions,
  type BatchNormOptions,
  type BatchNormResult,
  type GroupNormOptions,
  type LayerNormOptions,
  type RmsNormOptions,
} from './ops/normalization.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { oneHot } from './ops/indexing.js';
export { relu } from './ops/elementwise/relu.js';
export {
  celu,
  elu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  mish,
  prelu,
  relu6,
  selu,
  softShrink,
  softsign,
  squareplus,
  tanhShrink,
  threshold,
} from './ops/activations.js';
export { gelu, type GeluOptions } from './ops/elementwise/gelu.js';
export { logSigmoid, softplus } from './ops/elementwise/softplus.js';
export { silu } from './ops/elementwise/silu.js';
export { sigmoid, tanh } from './ops/elementwise/exponential.js';
export { attention, type AttentionOptions } from './ops/attention.js';
export { pixelShuffle, pixelUnshuffle } from './ops/pixel-shuffle.js';
export { interpolate, type InterpolateOptions } from './ops/interpolate.js';
export { embedding } from './ops/embedding.js';
export { gridSample, type GridSampleOptions } from './ops/grid-sample.js';
export { dropout } from './ops/dropout.js';
