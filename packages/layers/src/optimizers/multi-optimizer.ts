import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import type { Weight } from '../module/weights.js';
import type { JsonValue } from '../training/batches.js';
import { completeScalars, type Optimizer, type OptimizerState, type StepScalars } from './optimizer.js';
import { rateAt } from '../schedules/schedule.js';

/** The parameters that one optimizer trains. */
export interface OptimizerGroup {
  /** A path above the parameters (`layers.0`), a pattern (`/bias$/`), or a function. */
  readonly match: string | RegExp | ((weight: Pick<Weight, 'path' | 'tensor'>) => boolean);
  readonly optimizer: Optimizer;
}

/**
 * Trains each parameter with the optimizer of the first group that its path matches, or else with the `fallback`. Each
 * keeps its own learning rate; that of the whole is a factor of theirs, by default 1.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 8, inputShape: [4] }), dense({ units: 1 })]);
 * const optimizer = optimizers.multiOptimizer({
 *   groups: [{ match: 'layers.0', optimizer: optimizers.sgd({ learningRate: 1e-3 }) }],
 *   fallback: optimizers.adamW({ weightDecay: 0.01 }),
 * });
 * model.compile({ optimizer, loss: 'meanSquaredError' });
 * ```
 */
export function multiOptimizer(options: {
  readonly groups: readonly OptimizerGroup[];
  readonly fallback: Optimizer;
}): Optimizer {
  const name = 'multiOptimizer';
  const { groups, fallback } = options;
  const all = [...groups.map(({ optimizer }) => optimizer), fallback];

  /** For each optimizer, the places of its parameters. */
  const assign = (params: readonly Tensor[], paths: readonly string[] | undefined): number[][] => {
    if (paths?.length !== params.length && groups.some(({ match }) => typeof match !== 'function')) {
      throw new ArgumentError(
        `${name}: ${params.length} parameters came with ${paths?.length ?? 'no'} paths; pass the path of each to ` +
          'init and update',
      );
    }
    const places = all.map((): number[] => []);
    params.forEach((parameter, i) => {
      const path = paths?.[i] ?? '';
      const group = groups.findIndex(({ match }) => {
        if (typeof match === 'function') return match({ path, tensor: parameter });
        return typeof match === 'string' ? `${path}.`.startsWith(`${match}.`) : path.search(match) >= 0;
      });
      places.at(group)!.push(i);
    });
    return places;
  };
  /** Runs a function for each optimizer with its own parameters and state. */
  const each = (
    state: OptimizerState,
    params: readonly Tensor[],
    paths: readonly string[] | undefined,
    run: (optimizer: Optimizer, places: readonly number[], own: OptimizerState, group: number) => void,
  ): void => {
    const places = assign(params, paths);
    all.forEach((optimizer, group) => {
      if (places[group]!.length === 0) return;
      const entries = Object.entries(state).flatMap(([key, list]) =>
        key.startsWith(`${group}.`) ? [[key.slice(`${group}.`.length), list] as const] : [],
      );
      run(optimizer, places[group]!, Object.fromEntries(entries), group);
    });
  };
  const pick = <T>(list: readonly T[], places: readonly number[]): T[] => places.map((i) => list[i]!);
  const prefixed = <T>(group: number, record: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(record).map(([key, value]) => [`${group}.${key}`, value]);

  const scalars = (factor: number, step: number): Record<string, number> =>
    Object.fromEntries(
      all.flatMap((optimizer, group) => {
        const learningRate = factor * rateAt(optimizer.learningRate, step);
        return prefixed(group, { ...optimizer.scalars?.(learningRate, step), learningRate });
      }),
    );

  return {
    name,
    config: {
      groups: groups.map(({ match, optimizer }): JsonValue => ({ match: String(match), ...describe(optimizer) })),
      fallback: describe(fallback),
    },
    learningRate: 1,
    init(params, paths) {
      const state: [string, readonly Tensor[]][] = [];
      each({}, params, paths, (optimizer, places, _, group) => {
        state.push(...prefixed(group, optimizer.init(pick(params, places), paths && pick(paths, places))));
      });
      return Object.fromEntries(state);
    },
    scalars,
    update(params, grads, state, given, paths) {
      const numbers = completeScalars(name, scalars, given);
      const next = [...params];
      const memory: [string, readonly Tensor[]][] = [];
      each(state, params, paths, (optimizer, places, own, group) => {
        const entries = Object.entries(numbers).flatMap(([key, value]) =>
          key.startsWith(`${group}.`) ? [[key.slice(`${group}.`.length), value] as const] : [],
        );
        const [weights, after] = optimizer.update(
          pick(params, places),
          pick(grads, places),
          own,
          { step: numbers.step, ...Object.fromEntries(entries) } as StepScalars,
          paths && pick(paths, places),
        );
        places.forEach((place, i) => (next[place] = weights[i]!));
        memory.push(...prefixed(group, after));
      });
      return [next, Object.fromEntries(memory)];
    },
    finalWeights(params, state, paths) {
      const next = [...params];
      each(state, params, paths, (optimizer, places, own) => {
        const final = optimizer.finalWeights?.(pick(params, places), own, paths && pick(paths, places));
        if (final !== undefined) places.forEach((place, i) => (next[place] = final[i]!));
      });
      return next;
    },
  };
}

function describe({ name, config }: Optimizer): { name: string; config: Readonly<Record<string, JsonValue>> } {
  return { name, config };
}
