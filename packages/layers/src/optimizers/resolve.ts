import { ArgumentError } from '@tesserajs/tensor';
import { adadelta } from './adadelta.js';
import { adafactor } from './adafactor.js';
import { adagrad } from './adagrad.js';
import { adam, adamW } from './adam.js';
import { adamax } from './adamax.js';
import { ftrl } from './ftrl.js';
import { lamb } from './lamb.js';
import { lion } from './lion.js';
import { muon } from './muon.js';
import { nadam } from './nadam.js';
import type { Optimizer } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { scheduleFreeAdamW } from './schedule-free-adamw.js';
import { sgd } from './sgd.js';

/** Names of optimizers with their default options. */
export type OptimizerName =
  | 'adam'
  | 'adamW'
  | 'sgd'
  | 'rmsprop'
  | 'adagrad'
  | 'adadelta'
  | 'adamax'
  | 'nadam'
  | 'ftrl'
  | 'lion'
  | 'lamb'
  | 'muon'
  | 'adafactor'
  | 'scheduleFreeAdamW';

const factories: Readonly<Record<OptimizerName, () => Optimizer>> = {
  adam,
  adamW,
  sgd,
  rmsprop,
  adagrad,
  adadelta,
  adamax,
  nadam,
  ftrl,
  lion,
  lamb,
  muon,
  adafactor,
  scheduleFreeAdamW,
};

/** What `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toOptimizer(option: Optimizer | OptimizerName): Optimizer {
  if (typeof option === 'object') return option;
  if (Object.hasOwn(factories, option)) return factories[option]();
  throw new ArgumentError(
    `compile: optimizer ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
