export { ganDiscriminator, ganGenerator, r1Penalty } from './losses/adversarial.js';
export {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  type BinaryCrossentropyOptions,
  type BinaryFocalCrossentropyOptions,
} from './losses/binary-crossentropy.js';
export {
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  type CategoricalFocalCrossentropyOptions,
} from './losses/categorical-focal.js';
export {
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  type CategoricalCrossentropyOptions,
  type CrossentropyOptions,
  type SparseCategoricalCrossentropyOptions,
} from './losses/crossentropy.js';
export { ctc } from './losses/ctc.js';
export { gaussianNLL, type GaussianNLLOptions } from './losses/gaussian-nll.js';
export { categoricalHinge, hinge, squaredHinge } from './losses/hinge.js';
export { klDivergence } from './losses/kl-divergence.js';
export type { Loss, LossFunction } from './losses/loss.js';
export { meanSquaredError } from './losses/mean-squared-error.js';
export { dice, tversky, type OverlapOptions, type TverskyOptions } from './losses/overlap.js';
export { perceptual, type PerceptualOptions } from './losses/perceptual.js';
export {
  charbonnier,
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  poisson,
  smoothL1,
  type CharbonnierOptions,
  type HuberOptions,
  type SmoothL1Options,
} from './losses/regression.js';
export type { LossName } from './losses/resolve.js';
export {
  circle,
  cosineEmbedding,
  infoNCE,
  marginRanking,
  triplet,
  tripletMargin,
  type CircleOptions,
  type InfoNCEOptions,
  type MarginOptions,
  type TripletMarginOptions,
  type TripletOptions,
} from './losses/similarity.js';
