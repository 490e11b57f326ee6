import { ArgumentError } from '@tesserajs/tensor';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Names of optimizers with their default options. */
export type OptimizerName = 'adam' | 'sgd';

const factories: Readonly<Record<OptimizerName, () => Optimizer>> = { adam, sgd };

/** What `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toOptimizer(option: Optimizer | OptimizerName): Optimizer {
  if (typeof option === 'object') return option;
  if (Object.hasOwn(factories, option)) return factories[option]();
  throw new ArgumentError(
    `compile: optimizer ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
