import { ArgumentError } from '@tesserajs/tensor';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Names of optimizers with their default options. */
export type OptimizerName = 'adam' | 'sgd';

const factories: Readonly<Record<OptimizerName, unknown>> = { adam, sgd };

/** An optimizer of a given name and options. Throws an ArgumentError for an unknown name. */
export function optimizerNamed(
  operation: string,
  name: string,
  config: Readonly<Record<string, number | boolean>> = {},
): Optimizer {
  if (!Object.hasOwn(factories, name)) {
    throw new ArgumentError(
      `${operation}: optimizer ${JSON.stringify(name)} is not known; use one of ${Object.keys(factories).join(', ')}`,
    );
  }
  const create = factories[name as OptimizerName] as (options: object) => Optimizer;
  return create(config);
}

/** What `compile`'s option stands for. */
export function toOptimizer(option: Optimizer | OptimizerName): Optimizer {
  return typeof option === 'string' ? optimizerNamed('compile', option) : option;
}
