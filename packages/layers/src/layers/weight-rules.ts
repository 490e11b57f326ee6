import { ArgumentError } from '@tesserajs/tensor';
import * as constraints from '../constraints.js';
import type { Constraint } from '../constraints.js';
import * as regularizers from '../regularizers.js';
import type { Regularizer } from '../regularizers.js';

/** Names of regularizers. */
export type RegularizerName = 'l1' | 'l2' | 'l1l2' | 'orthogonal';

/** Names of constraints. */
export type ConstraintName = 'maxNorm' | 'nonNeg' | 'unitNorm' | 'minMaxNorm';

/**
 * The options of a layer for its weights of some names: `kernelRegularizer` and `kernelConstraint` for `kernel`. Default
 * none.
 */
export type WeightRuleOptions<Weights extends string> = {
  readonly [W in Weights as `${W}Regularizer`]?: Regularizer | RegularizerName;
} & {
  readonly [W in Weights as `${W}Constraint`]?: Constraint | ConstraintName;
};

type Options = Readonly<Record<string, unknown>>;

const regularizerFactories: Readonly<Record<RegularizerName, (options?: never) => Regularizer>> = {
  l1: regularizers.l1,
  l2: regularizers.l2,
  l1l2: regularizers.l1l2,
  orthogonal: regularizers.orthogonal,
};

const constraintFactories: Readonly<Record<ConstraintName, (options?: never) => Constraint>> = {
  maxNorm: constraints.maxNorm,
  nonNeg: constraints.nonNeg,
  unitNorm: constraints.unitNorm,
  minMaxNorm: constraints.minMaxNorm,
};

function named<Rule>(
  operation: string,
  kind: string,
  factories: Readonly<Record<string, (options?: never) => Rule>>,
  name: string,
  config: Options,
): Rule {
  if (Object.hasOwn(factories, name)) return factories[name]!(config as never);
  throw new ArgumentError(
    `${operation}: ${kind} ${JSON.stringify(name)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}

/** A regularizer of a given name and options, as saved models hold them. Throws an ArgumentError for an unknown name. */
export function regularizerNamed(operation: string, name: string, config: Options = {}): Regularizer {
  return named(operation, 'regularizer', regularizerFactories, name, config);
}

/** The same for constraints. */
export function constraintNamed(operation: string, name: string, config: Options = {}): Constraint {
  return named(operation, 'constraint', constraintFactories, name, config);
}

/** What the option of a regularizer stands for. */
export function toRegularizer(operation: string, option: Regularizer | RegularizerName): Regularizer {
  return typeof option === 'string' ? regularizerNamed(operation, option) : option;
}

/** What the option of a constraint stands for. */
export function toConstraint(operation: string, option: Constraint | ConstraintName): Constraint {
  return typeof option === 'string' ? constraintNamed(operation, option) : option;
}

/** The rules that the options of a layer name, by weight; `suffix` is how these options end. */
export function rulesOf<Rule>(
  operation: string,
  weights: readonly string[],
  options: object,
  suffix: 'Regularizer' | 'Constraint',
  resolve: (operation: string, option: never) => Rule,
): Readonly<Record<string, Rule>> {
  const given = options as Options;
  const rules: Record<string, Rule> = {};
  for (const weight of weights) {
    const option = given[`${weight}${suffix}`];
    if (option !== undefined && option !== null) rules[weight] = resolve(operation, option as never);
  }
  return rules;
}
