import { ArgumentError } from '@tesserajs/tensor';
import * as initializers from './initializers.js';
import type { Initializer } from './initializers.js';

/** Names of initializers. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'randomNormal'
  | 'randomUniform'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'orthogonal'
  | 'identity';

const factories: Readonly<Record<InitializerName, unknown>> = {
  zeros: initializers.zeros,
  ones: initializers.ones,
  constant: initializers.constant,
  randomNormal: initializers.randomNormal,
  randomUniform: initializers.randomUniform,
  truncatedNormal: initializers.truncatedNormal,
  varianceScaling: initializers.varianceScaling,
  glorotUniform: initializers.glorotUniform,
  glorotNormal: initializers.glorotNormal,
  heUniform: initializers.heUniform,
  heNormal: initializers.heNormal,
  lecunUniform: initializers.lecunUniform,
  lecunNormal: initializers.lecunNormal,
  orthogonal: initializers.orthogonal,
  identity: initializers.identity,
};

/**
 * An initializer of a given name and options, as saved models hold them. Throws an ArgumentError for an unknown name.
 */
export function initializerNamed(
  operation: string,
  name: string,
  config: Readonly<Record<string, number | string>> = {},
): Initializer {
  if (!Object.hasOwn(factories, name)) {
    throw new ArgumentError(
      `${operation}: initializer ${JSON.stringify(name)} is not known; use one of ${Object.keys(factories).join(', ')}`,
    );
  }
  const create = factories[name as InitializerName] as (options: object) => Initializer;
  return create(config);
}

/** What a layer's option stands for. */
export function toInitializer(operation: string, option: Initializer | InitializerName): Initializer {
  return typeof option === 'string' ? initializerNamed(operation, option) : option;
}
