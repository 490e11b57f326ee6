import { BlurPool } from '../layers/blocks/blur-pool.js';
import { PixelShuffle } from '../layers/blocks/pixel-shuffle.js';
import { ResidualBlock } from '../layers/blocks/residual-block.js';
import { SpatialTransformer } from '../layers/blocks/spatial-transformer.js';
import { SqueezeExcite } from '../layers/blocks/squeeze-excite.js';
import { ActivationLayer } from '../layers/activation/activation.js';
import { Elu } from '../layers/activation/elu.js';
import { PReLU } from '../layers/activation/prelu.js';
import { LeakyReLU, ReLU } from '../layers/activation/relu.js';
import { Softmax } from '../layers/activation/softmax.js';
import { Conv1dTranspose, Conv2dTranspose, Conv3dTranspose } from '../layers/convolution/conv-transpose.js';
import { Conv1d, Conv2d, Conv3d } from '../layers/convolution/conv.js';
import { DepthwiseConv1d, DepthwiseConv2d } from '../layers/convolution/depthwise-conv.js';
import { SeparableConv1d, SeparableConv2d } from '../layers/convolution/separable-conv.js';
import { EinsumDense } from '../layers/core/einsum-dense.js';
import { Embedding } from '../layers/core/embedding.js';
import { Identity, Lambda } from '../layers/core/identity.js';
import { Dense } from '../layers/dense.js';
import type { AnyLayer, LayerClass } from '../layers/layer.js';
import { Add } from '../layers/merging/add.js';
import { BatchNormalization } from '../layers/normalization/batch-normalization.js';
import { GroupNormalization, InstanceNormalization } from '../layers/normalization/group-normalization.js';
import { LayerNormalization } from '../layers/normalization/layer-normalization.js';
import { RmsNormalization } from '../layers/normalization/rms-normalization.js';
import { SpectralNormalization } from '../layers/normalization/spectral-normalization.js';
import { UnitNormalization } from '../layers/normalization/unit-normalization.js';
import { WeightNormalization } from '../layers/normalization/weight-normalization.js';
import { Concatenate } from '../layers/merging/concatenate.js';
import { Dot } from '../layers/merging/dot.js';
import { Average, Maximum, Minimum, Multiply, Subtract } from '../layers/merging/elementwise.js';
import {
  AdaptiveAveragePooling1d,
  AdaptiveAveragePooling2d,
  AdaptiveAveragePooling3d,
  AdaptiveMaxPooling1d,
  AdaptiveMaxPooling2d,
  AdaptiveMaxPooling3d,
} from '../layers/pooling/adaptive-pooling.js';
import {
  GlobalAveragePooling1d,
  GlobalAveragePooling2d,
  GlobalAveragePooling3d,
  GlobalMaxPooling1d,
  GlobalMaxPooling2d,
  GlobalMaxPooling3d,
} from '../layers/pooling/global-pooling.js';
import {
  AveragePooling1d,
  AveragePooling2d,
  AveragePooling3d,
  MaxPooling1d,
  MaxPooling2d,
  MaxPooling3d,
} from '../layers/pooling/pooling.js';
import { ActivityRegularization } from '../layers/regularization/activity-regularization.js';
import { AlphaDropout, Dropout } from '../layers/regularization/dropout.js';
import { GaussianDropout, GaussianNoise } from '../layers/regularization/gaussian.js';
import { SpatialDropout1d, SpatialDropout2d, SpatialDropout3d } from '../layers/regularization/spatial-dropout.js';
import { Cropping1d, Cropping2d, Cropping3d } from '../layers/reshaping/cropping.js';
import { Flatten } from '../layers/reshaping/flatten.js';
import { Permute, RepeatVector, Reshape } from '../layers/reshaping/reshape.js';
import { UpSampling1d, UpSampling2d, UpSampling3d } from '../layers/reshaping/up-sampling.js';
import { ZeroPadding1d, ZeroPadding2d, ZeroPadding3d } from '../layers/reshaping/zero-padding.js';

/** A class whose layers files can hold: made from its fields as options. */
export interface SavedClass extends LayerClass {
  new (options: never): AnyLayer;
}

/** The layers that files can hold, by the names of their Keras classes. */
export const layerClasses: ReadonlyMap<string, SavedClass> = new Map(
  [
    ActivationLayer,
    ActivityRegularization,
    AdaptiveAveragePooling1d,
    AdaptiveAveragePooling2d,
    AdaptiveAveragePooling3d,
    AdaptiveMaxPooling1d,
    AdaptiveMaxPooling2d,
    AdaptiveMaxPooling3d,
    Add,
    AlphaDropout,
    Average,
    AveragePooling1d,
    AveragePooling2d,
    AveragePooling3d,
    BatchNormalization,
    BlurPool,
    Concatenate,
    Conv1d,
    Conv1dTranspose,
    Conv2d,
    Conv2dTranspose,
    Conv3d,
    Conv3dTranspose,
    Cropping1d,
    Cropping2d,
    Cropping3d,
    Dense,
    DepthwiseConv1d,
    DepthwiseConv2d,
    Dot,
    Dropout,
    EinsumDense,
    Elu,
    Embedding,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GlobalAveragePooling1d,
    GlobalAveragePooling2d,
    GlobalAveragePooling3d,
    GlobalMaxPooling1d,
    GlobalMaxPooling2d,
    GlobalMaxPooling3d,
    GroupNormalization,
    Identity,
    InstanceNormalization,
    Lambda,
    LayerNormalization,
    LeakyReLU,
    Maximum,
    MaxPooling1d,
    MaxPooling2d,
    MaxPooling3d,
    Minimum,
    Multiply,
    Permute,
    PixelShuffle,
    PReLU,
    ReLU,
    RepeatVector,
    Reshape,
    ResidualBlock,
    RmsNormalization,
    SeparableConv1d,
    SeparableConv2d,
    Softmax,
    SpatialDropout1d,
    SpatialDropout2d,
    SpatialDropout3d,
    SpatialTransformer,
    SpectralNormalization,
    SqueezeExcite,
    Subtract,
    UnitNormalization,
    UpSampling1d,
    UpSampling2d,
    UpSampling3d,
    WeightNormalization,
    ZeroPadding1d,
    ZeroPadding2d,
    ZeroPadding3d,
  ].map((layer: SavedClass): [string, SavedClass] => [layer.className, layer]),
);
