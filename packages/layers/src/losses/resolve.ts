import { ArgumentError } from '@tesserajs/tensor';
import { binaryCrossentropy, binaryFocalCrossentropy } from './binary-crossentropy.js';
import { categoricalFocalCrossentropy, categoricalGeneralizedCrossEntropy } from './categorical-focal.js';
import { categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
import { ctc } from './ctc.js';
import { gaussianNLL } from './gaussian-nll.js';
import { categoricalHinge, hinge, squaredHinge } from './hinge.js';
import { klDivergence } from './kl-divergence.js';
import type { Loss, LossFunction } from './loss.js';
import { meanSquaredError } from './mean-squared-error.js';
import { dice, tversky } from './overlap.js';
import {
  charbonnier,
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  poisson,
  smoothL1,
} from './regression.js';
import { circle, infoNCE, triplet } from './similarity.js';

/** Names of losses with their default options. */
export type LossName =
  | 'sparseCategoricalCrossentropy'
  | 'categoricalCrossentropy'
  | 'binaryCrossentropy'
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredLogarithmicError'
  | 'huber'
  | 'smoothL1'
  | 'charbonnier'
  | 'logCosh'
  | 'poisson'
  | 'cosineSimilarity'
  | 'hinge'
  | 'squaredHinge'
  | 'categoricalHinge'
  | 'klDivergence'
  | 'gaussianNLL'
  | 'binaryFocalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalGeneralizedCrossEntropy'
  | 'dice'
  | 'tversky'
  | 'ctc'
  | 'circle'
  | 'triplet'
  | 'infoNCE';

const factories: Readonly<Record<LossName, () => Loss>> = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  huber,
  smoothL1,
  charbonnier,
  logCosh,
  poisson,
  cosineSimilarity,
  hinge,
  squaredHinge,
  categoricalHinge,
  klDivergence,
  gaussianNLL,
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  dice,
  tversky,
  ctc,
  circle,
  triplet,
  infoNCE,
};

/** Whether a text names a loss. */
export function isLossName(name: string): name is LossName {
  return Object.hasOwn(factories, name);
}

/** What `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toLoss(option: Loss | LossFunction | LossName): Loss {
  if (typeof option === 'object') return option;
  if (typeof option === 'function')
    return { name: option.name === '' ? 'loss' : option.name, config: {}, call: option };
  if (isLossName(option)) return factories[option]();
  throw new ArgumentError(
    `compile: loss ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
