import { ArgumentError } from '@tesserajs/tensor';
import { categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
import type { Loss, LossFunction } from './loss.js';
import { meanSquaredError } from './mean-squared-error.js';

/** Names of losses with their default options. */
export type LossName = 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy' | 'meanSquaredError';

const factories: Readonly<Record<LossName, unknown>> = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
};

/** A loss of a given name and options. Throws an ArgumentError for an unknown name. */
export function lossNamed(operation: string, name: string, config: Loss['config'] = {}): Loss {
  if (!Object.hasOwn(factories, name)) {
    throw new ArgumentError(
      `${operation}: loss ${JSON.stringify(name)} is not known; use one of ${Object.keys(factories).join(', ')}`,
    );
  }
  const create = factories[name as LossName] as (options: object) => Loss;
  return create(config);
}

/** What `compile`'s option stands for. */
export function toLoss(option: Loss | LossFunction | LossName): Loss {
  if (typeof option === 'string') return lossNamed('compile', option);
  if (typeof option === 'object') return option;
  return { name: option.name === '' ? 'loss' : option.name, config: {}, call: option };
}
