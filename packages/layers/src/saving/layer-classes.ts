import { ActivationLayer } from '../layers/activation.js';
import { BlurPool } from '../layers/blocks/blur-pool.js';
import { PixelShuffle } from '../layers/blocks/pixel-shuffle.js';
import { ResidualBlock } from '../layers/blocks/residual-block.js';
import { SpatialTransformer } from '../layers/blocks/spatial-transformer.js';
import { SqueezeExcite } from '../layers/blocks/squeeze-excite.js';
import { Conv1dTranspose, Conv2dTranspose, Conv3dTranspose } from '../layers/convolution/conv-transpose.js';
import { Conv1d, Conv2d, Conv3d } from '../layers/convolution/conv.js';
import { DepthwiseConv1d, DepthwiseConv2d } from '../layers/convolution/depthwise-conv.js';
import { SeparableConv1d, SeparableConv2d } from '../layers/convolution/separable-conv.js';
import { Dense } from '../layers/dense.js';
import { Dropout } from '../layers/dropout.js';
import { Flatten } from '../layers/flatten.js';
import type { AnyLayer, LayerClass } from '../layers/layer.js';
import { Add } from '../layers/merging/add.js';
import { BatchNormalization } from '../layers/normalization/batch-normalization.js';
import { GroupNormalization, InstanceNormalization } from '../layers/normalization/group-normalization.js';
import { LayerNormalization } from '../layers/normalization/layer-normalization.js';
import { RmsNormalization } from '../layers/normalization/rms-normalization.js';
import { SpectralNormalization } from '../layers/normalization/spectral-normalization.js';
import { UnitNormalization } from '../layers/normalization/unit-normalization.js';
import { WeightNormalization } from '../layers/normalization/weight-normalization.js';
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

/** A class whose layers files can hold: made from its fields as options. */
export interface SavedClass extends LayerClass {
  new (options: never): AnyLayer;
}

/** The layers that files can hold, by the names of their Keras classes. */
export const layerClasses: ReadonlyMap<string, SavedClass> = new Map(
  [
    ActivationLayer,
    AdaptiveAveragePooling1d,
    AdaptiveAveragePooling2d,
    AdaptiveAveragePooling3d,
    AdaptiveMaxPooling1d,
    AdaptiveMaxPooling2d,
    AdaptiveMaxPooling3d,
    Add,
    AveragePooling1d,
    AveragePooling2d,
    AveragePooling3d,
    BatchNormalization,
    BlurPool,
    Conv1d,
    Conv1dTranspose,
    Conv2d,
    Conv2dTranspose,
    Conv3d,
    Conv3dTranspose,
    Dense,
    DepthwiseConv1d,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalAveragePooling1d,
    GlobalAveragePooling2d,
    GlobalAveragePooling3d,
    GlobalMaxPooling1d,
    GlobalMaxPooling2d,
    GlobalMaxPooling3d,
    GroupNormalization,
    InstanceNormalization,
    LayerNormalization,
    MaxPooling1d,
    MaxPooling2d,
    MaxPooling3d,
    PixelShuffle,
    ResidualBlock,
    RmsNormalization,
    SeparableConv1d,
    SeparableConv2d,
    SpatialTransformer,
    SpectralNormalization,
    SqueezeExcite,
    UnitNormalization,
    WeightNormalization,
  ].map((layer: SavedClass): [string, SavedClass] => [layer.className, layer]),
);
