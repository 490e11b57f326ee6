export {
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  type CategoricalCrossentropyOptions,
  type CrossentropyOptions,
} from './losses/crossentropy.js';
export type { Loss, LossFunction } from './losses/loss.js';
export { meanSquaredError } from './losses/mean-squared-error.js';
export type { LossName } from './losses/resolve.js';
