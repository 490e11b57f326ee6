import { ArgumentError } from '@tesserajs/tensor';
import { modulePaths, treePaths } from './module-paths.js';
import type { AnyModule } from './module.js';
import { namedWeights, type Weight } from './weights.js';

/**
 * Which weights: those below a path (`layers.0`, `layers.head`), those whose path a pattern matches (`/bias$/`), or those
 * for which a function holds. Layers in lists go by their position and by their name.
 */
export type WeightFilter = string | RegExp | ((weight: Weight) => boolean);

/** Weights that are treated alike. */
export interface ParameterGroup<Rule> {
  /** The rule that chose them; null for those that none did. */
  readonly rule: Rule | null;
  readonly weights: readonly Weight[];
}

/**
 * The weights of a model in groups: each weight is in that of the first rule that matches it, the others are in a last
 * group without one. Throws an ArgumentError for a rule that gets no weight.
 *
 * @example
 * ```ts
 * const net = sequential([dense({ units: 4 }), dense({ units: 2, name: 'head' })], { inputShape: [3] });
 * const groups = parameterGroups(net, [{ match: 'layers.head', learningRate: 0.1 }, { match: /bias$/, learningRate: 0 }]);
 * for (const { rule, weights } of groups) console.log(rule?.learningRate, weights.map(({ path }) => path));
 * // → 0.1 [ 'layers.1.kernel', 'layers.1.bias' ]
 * // → 0 [ 'layers.0.bias' ]
 * // → undefined [ 'layers.0.kernel' ]
 * ```
 */
export function parameterGroups<Rule extends { readonly match: WeightFilter }>(
  model: AnyModule,
  rules: readonly Rule[],
): ParameterGroup<Rule>[] {
  const weights = namedWeights(model);
  const name = nameWeights(model);
  const chosen = weights.map((weight) => rules.findIndex(({ match }) => matches(match, weight, name(weight.path))));
  const groups = rules.map((rule, i) => ({ rule, weights: weights.filter((_, k) => chosen[k] === i) }));
  const empty = groups.findIndex((group) => group.weights.length === 0);
  if (empty >= 0) {
    const { match } = rules[empty]!;
    const shown = typeof match === 'function' ? 'a function' : String(match);
    throw new ArgumentError(
      `parameterGroups: rule ${empty} (${shown}) gets none of the ${weights.length} weights: ` +
        `${weights.map(({ path }) => path).join(', ')}; a weight belongs to the first rule that matches it`,
    );
  }
  const rest = weights.filter((_, k) => chosen[k] === -1);
  return rest.length === 0 ? groups : [...groups, { rule: null, weights: rest }];
}

function matches(filter: WeightFilter, weight: Weight, name: string): boolean {
  if (typeof filter === 'function') return filter(weight);
  const test = (path: string): boolean =>
    typeof filter === 'string' ? path === filter || path.startsWith(`${filter}.`) : path.search(filter) >= 0;
  return test(weight.path) || test(name);
}

/** The paths of weights with the names of layers in place of their positions. */
function nameWeights(model: AnyModule): (path: string) => string {
  const names = modulePaths(model);
  const byPath = new Map([...treePaths(model)].map(([module, path]) => [path, names.get(module)!]));
  return (path) => {
    const field = path.lastIndexOf('.');
    for (let end = field; end > 0; end = path.lastIndexOf('.', end - 1)) {
      const name = byPath.get(path.slice(0, end));
      if (name !== undefined) return `${name}${path.slice(end)}`;
    }
    return path;
  };
}
