import { zeros, type Tensor } from '@tesserajs/tensor';
import { Layer, type LayerClass } from '../layers/layer.js';
import { treePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import { namedWeights } from '../module/weights.js';

/** What the layers of a model say of its weights, in the order of these. */
export interface WeightRules {
  /** The sum of all penalties; null if there are none. */
  penalty(weights: readonly Tensor[]): Tensor | null;
  /** Weights that fulfil their constraints. */
  constrain(weights: readonly Tensor[]): readonly Tensor[];
}

/** The rules for the weights of a model that lie at some paths. */
export function weightRules(model: AnyModule, paths: readonly string[]): WeightRules {
  const place = new Map(paths.map((path, i) => [path, i]));
  const rulesAt = <Rule>(
    kind: (layer: Pick<Layer, 'regularizers' | 'constraints'>) => Readonly<Record<string, Rule>>,
  ): [number, Rule][] =>
    [...treePaths(model)].flatMap(([module, path]) =>
      module instanceof Layer
        ? Object.entries(kind(module)).flatMap(([option, rule]): [number, Rule][] => {
            const field = (module.constructor as unknown as LayerClass).weightOptions![option]!;
            const i = place.get(path === '' ? field : `${path}.${field}`);
            return i === undefined ? [] : [[i, rule]];
          })
        : [],
    );
  const regularizers = rulesAt((layer) => layer.regularizers);
  const constraints = new Map(rulesAt((layer) => layer.constraints));
  return {
    penalty: (weights) => total(regularizers.map(([i, regularizer]) => regularizer.call(weights[i]!))),
    constrain: (weights) => weights.map((weight, i) => constraints.get(i)?.call(weight) ?? weight),
  };
}

/** The sum of scalars; null if there are none. */
export function total(scalars: readonly Tensor[]): Tensor | null {
  return scalars.length === 0 ? null : scalars.reduce((sum, scalar) => sum.add(scalar));
}

/**
 * The sum of what the regularizers of a model's layers say of its weights, frozen ones left out: what `fit` adds to the
 * loss, for loops of your own. A scalar; 0 without regularizers.
 *
 * @example
 * ```ts
 * const layer = dense({ units: 1, kernelInitializer: 'ones', kernelRegularizer: regularizers.l2({ l2: 0.5 }) });
 * const model = sequential([layer], { inputShape: [3] });
 * const loss = (m: typeof model, x: Tensor) => m.apply(x).mean().add(regularizationLoss(m));
 * await loss(model, ones([1, 3])).item(); // → 4.5
 * ```
 */
export function regularizationLoss(model: AnyModule): Tensor {
  const weights = namedWeights(model).filter(({ trainable }) => trainable);
  const paths = weights.map(({ path }) => path);
  return weightRules(model, paths).penalty(weights.map(({ tensor }) => tensor)) ?? zeros([]);
}
