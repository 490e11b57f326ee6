/**
 * Keras-style layers, models and training for Tessera tensors.
 * @packageDocumentation
 */
export type { Activation, ActivationName } from './activations.js';
export * as constraints from './constraints.js';
export type { Constraint } from './constraints.js';
export * as activations from './sparse-activations.js';
export * as callbacks from './callbacks.js';
export { NonFiniteLossError, NotCompiledError, UnbuiltError } from './errors.js';
export type { Fans, Initializer } from './initializers.js';
export type { InitializerName } from './initializer-names.js';
export * as initializers from './initializers.js';
export { blurPool, BlurPool, type BlurPoolOptions } from './layers/blocks/blur-pool.js';
export { pixelShuffle, PixelShuffle, type PixelShuffleOptions } from './layers/blocks/pixel-shuffle.js';
export { residualBlock, ResidualBlock, type ResidualBlockOptions } from './layers/blocks/residual-block.js';
export {
  spatialTransformer,
  SpatialTransformer,
  type SpatialTransformerOptions,
} from './layers/blocks/spatial-transformer.js';
export { squeezeExcite, SqueezeExcite, type SqueezeExciteOptions } from './layers/blocks/squeeze-excite.js';
export { activation, ActivationLayer, type ActivationOptions } from './layers/activation/activation.js';
export { elu, Elu, type EluOptions } from './layers/activation/elu.js';
export { prelu, PReLU, type PReLUOptions } from './layers/activation/prelu.js';
export { leakyReLU, LeakyReLU, reLU, ReLU, type LeakyReLUOptions, type ReLUOptions } from './layers/activation/relu.js';
export { softmax, Softmax, type SoftmaxOptions } from './layers/activation/softmax.js';
export {
  conv1d,
  Conv1d,
  conv2d,
  Conv2d,
  conv3d,
  Conv3d,
  type Conv1dOptions,
  type Conv2dOptions,
  type Conv3dOptions,
} from './layers/convolution/conv.js';
export {
  conv1dTranspose,
  Conv1dTranspose,
  conv2dTranspose,
  Conv2dTranspose,
  conv3dTranspose,
  Conv3dTranspose,
  type Conv1dTransposeOptions,
  type Conv2dTransposeOptions,
  type Conv3dTransposeOptions,
} from './layers/convolution/conv-transpose.js';
export {
  depthwiseConv1d,
  DepthwiseConv1d,
  depthwiseConv2d,
  DepthwiseConv2d,
  type DepthwiseConv1dOptions,
  type DepthwiseConv2dOptions,
} from './layers/convolution/depthwise-conv.js';
export {
  separableConv1d,
  SeparableConv1d,
  separableConv2d,
  SeparableConv2d,
  type SeparableConv1dOptions,
  type SeparableConv2dOptions,
} from './layers/convolution/separable-conv.js';
export { einsumDense, EinsumDense, type EinsumDenseOptions } from './layers/core/einsum-dense.js';
export { embedding, Embedding, type EmbeddingOptions } from './layers/core/embedding.js';
export { identity, Identity, lambda, Lambda, type LambdaOptions } from './layers/core/identity.js';
export type { EnableLoraOptions, LoraLayer, LoraOptions } from './layers/core/lora.js';
export { dense, Dense, type DenseOptions } from './layers/dense.js';
export {
  Layer,
  type AnyLayer,
  type BuildOptions,
  type CreateWeight,
  type FieldKind,
  type LayerClass,
  type LayerOptions,
} from './layers/layer.js';
export { add, Add } from './layers/merging/add.js';
export { concatenate, Concatenate, type ConcatenateOptions } from './layers/merging/concatenate.js';
export { dot, Dot, type DotOptions } from './layers/merging/dot.js';
export {
  average,
  Average,
  maximum,
  Maximum,
  minimum,
  Minimum,
  multiply,
  Multiply,
  subtract,
  Subtract,
} from './layers/merging/elementwise.js';
export {
  batchNormalization,
  BatchNormalization,
  type BatchNormalizationOptions,
} from './layers/normalization/batch-normalization.js';
export {
  groupNormalization,
  GroupNormalization,
  instanceNormalization,
  InstanceNormalization,
  type GroupNormalizationOptions,
  type InstanceNormalizationOptions,
} from './layers/normalization/group-normalization.js';
export {
  layerNormalization,
  LayerNormalization,
  type LayerNormalizationOptions,
} from './layers/normalization/layer-normalization.js';
export {
  rmsNormalization,
  RmsNormalization,
  type RmsNormalizationOptions,
} from './layers/normalization/rms-normalization.js';
export {
  spectralNormalization,
  SpectralNormalization,
  type SpectralNormalizationOptions,
} from './layers/normalization/spectral-normalization.js';
export {
  unitNormalization,
  UnitNormalization,
  type UnitNormalizationOptions,
} from './layers/normalization/unit-normalization.js';
export { weightNormalization, WeightNormalization } from './layers/normalization/weight-normalization.js';
export {
  adaptiveAveragePooling1d,
  AdaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  AdaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  AdaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  AdaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  AdaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
  AdaptiveMaxPooling3d,
  type AdaptivePoolingOptions,
} from './layers/pooling/adaptive-pooling.js';
export {
  globalAveragePooling1d,
  GlobalAveragePooling1d,
  globalAveragePooling2d,
  GlobalAveragePooling2d,
  globalAveragePooling3d,
  GlobalAveragePooling3d,
  globalMaxPooling1d,
  GlobalMaxPooling1d,
  globalMaxPooling2d,
  GlobalMaxPooling2d,
  globalMaxPooling3d,
  GlobalMaxPooling3d,
  type GlobalPoolingOptions,
} from './layers/pooling/global-pooling.js';
export {
  averagePooling1d,
  AveragePooling1d,
  averagePooling2d,
  AveragePooling2d,
  averagePooling3d,
  AveragePooling3d,
  maxPooling1d,
  MaxPooling1d,
  maxPooling2d,
  MaxPooling2d,
  maxPooling3d,
  MaxPooling3d,
  type Pooling1dOptions,
  type Pooling2dOptions,
  type Pooling3dOptions,
} from './layers/pooling/pooling.js';
export {
  activityRegularization,
  ActivityRegularization,
  type ActivityRegularizationOptions,
} from './layers/regularization/activity-regularization.js';
export {
  alphaDropout,
  AlphaDropout,
  dropout,
  Dropout,
  type DropoutOptions,
  type NoiseShape,
} from './layers/regularization/dropout.js';
export {
  gaussianDropout,
  GaussianDropout,
  gaussianNoise,
  GaussianNoise,
  type GaussianNoiseOptions,
} from './layers/regularization/gaussian.js';
export type { NoiseOptions, RateOptions } from './layers/regularization/noise.js';
export {
  spatialDropout1d,
  SpatialDropout1d,
  spatialDropout2d,
  SpatialDropout2d,
  spatialDropout3d,
  SpatialDropout3d,
  type SpatialDropoutOptions,
} from './layers/regularization/spatial-dropout.js';
export type { Border, Borders } from './layers/reshaping/borders.js';
export {
  cropping1d,
  Cropping1d,
  cropping2d,
  Cropping2d,
  cropping3d,
  Cropping3d,
  type Cropping1dOptions,
  type Cropping2dOptions,
  type Cropping3dOptions,
} from './layers/reshaping/cropping.js';
export { flatten, Flatten } from './layers/reshaping/flatten.js';
export {
  permute,
  Permute,
  repeatVector,
  RepeatVector,
  reshape,
  Reshape,
  type PermuteOptions,
  type RepeatVectorOptions,
  type ReshapeOptions,
} from './layers/reshaping/reshape.js';
export {
  upSampling1d,
  UpSampling1d,
  upSampling2d,
  UpSampling2d,
  upSampling3d,
  UpSampling3d,
  type UpSampling1dOptions,
  type UpSampling2dOptions,
  type UpSampling3dOptions,
  type UpSamplingInterpolation,
} from './layers/reshaping/up-sampling.js';
export {
  zeroPadding1d,
  ZeroPadding1d,
  zeroPadding2d,
  ZeroPadding2d,
  zeroPadding3d,
  ZeroPadding3d,
  type ZeroPadding1dOptions,
  type ZeroPadding2dOptions,
  type ZeroPadding3dOptions,
} from './layers/reshaping/zero-padding.js';
export type { DataFormat, PerAxis, SpatialOptions, SpatialRank } from './layers/spatial.js';
export type { ConstraintName, RegularizerName, WeightRuleOptions } from './layers/weight-rules.js';
export { Wrapper, type WrapperOptions } from './layers/wrapper.js';
export * as losses from './losses.js';
export * as metrics from './metrics.js';
export { costs, type LayerCosts, type ModelCosts } from './inspection/costs.js';
export { plotModel, type PlotOptions } from './inspection/plot-model.js';
export type { Probe, ProbedLayer, ProbedWeight, ProbeOptions, TensorStatistics } from './inspection/probe.js';
export { Functional, model, type FunctionalOptions } from './models/functional.js';
export { input, type InputOptions } from './models/input.js';
export { Model, type AnyModel, type CompileOptions, type ModelOptions, type SummaryOptions } from './models/model.js';
export { sequential, Sequential } from './models/sequential.js';
export type { ModelSummary, SummaryRow } from './inspection/summary.js';
export { applyModule, type ApplyOptions } from './module/apply-module.js';
export type { Context } from './module/context.js';
export { Module, type AnyModule } from './module/module.js';
export { SymbolicTensor, type Concrete, type Symbolic } from './module/symbolic-tensor.js';
export { parameterGroups, type ParameterGroup, type WeightFilter } from './module/parameter-groups.js';
export { namedWeights, type Weight } from './module/weights.js';
export * as optimizers from './optimizers.js';
export * as regularizers from './regularizers.js';
export type { Regularizer } from './regularizers.js';
export * as schedules from './schedules.js';
export type { SymbolicShape } from './shapes.js';
export type { Shapes, SymbolicShapes, Tensors } from './structure.js';
export type { Batch, BatchSource, ClassWeight, JsonValue } from './training/batches.js';
export type { BatchContext, Callback, CallbackContext, CallbackState, History, Logs } from './training/callbacks.js';
export type { PerOutput } from './training/compiled.js';
export type { ArrayData, Arrays, HostTensor, HostTensors } from './training/host-tensor.js';
export { regularizationLoss } from './training/penalties.js';
export type { BatchedOptions, EvaluateOptions, FitOptions, TrainOnBatchOptions } from './training/options.js';
export {
  loadTrainingState,
  saveTrainingState,
  type NamedConfig,
  type TrainingPosition,
  type TrainingState,
} from './training/training-state.js';
export {
  loadCheckpoint,
  loadModelFiles,
  loadWeights,
  saveCheckpoint,
  saveModelFiles,
  saveWeights,
} from './saving/files.js';
export { loadModel, saveModel, type SavedModel } from './saving/save-model.js';
