import { ArgumentError } from '@tesserajs/tensor';
import { categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
import type { Loss, LossFunction } from './loss.js';
import { meanSquaredError } from './mean-squared-error.js';

/** Names of losses with their default options. */
export type LossName = 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy' | 'meanSquaredError';

const factories: Readonly<Record<LossName, () => Loss>> = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
};

/** What `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toLoss(option: Loss | LossFunction | LossName): Loss {
  if (typeof option === 'object') return option;
  if (typeof option === 'function')
    return { name: option.name === '' ? 'loss' : option.name, config: {}, call: option };
  if (Object.hasOwn(factories, option)) return factories[option]();
  throw new ArgumentError(
    `compile: loss ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
