import { ArgumentError, cond, greater, where, zerosLike, type Tensor, type TensorLike } from '@tesserajs/tensor';
import type { Schedule } from '../schedules/schedule.js';
import type { JsonValue } from '../training/batches.js';
import { checkNotNegative } from './check.js';
import { clipGradients } from './clip.js';
import { completeScalars, type Optimizer, type OptimizerState, type StepScalars } from './optimizer.js';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** A number, or a schedule. */
  readonly learningRate?: number | Schedule;
  /** Shrinks parameters by this share, times the learning rate, before each update (decoupled). Default none. */
  readonly weightDecay?: number | undefined;
  /** Highest norm of each gradient. Excludes the other clips. */
  readonly clipNorm?: number | undefined;
  /** Highest magnitude of each element of gradients. */
  readonly clipValue?: number | undefined;
  /** Highest norm of all gradients together. */
  readonly globalClipNorm?: number | undefined;
  /** Keeps an average of the weights over steps, which the model gets when training is complete. Default false. */
  readonly useEma?: boolean | undefined;
  /** Share of the average that each step keeps. Default 0.99. */
  readonly emaMomentum?: number | undefined;
  /** Training goes on from the average after each so many updates. Default never. */
  readonly emaOverwriteFrequency?: number | undefined;
  /** Updates once in so many steps, by the mean of their gradients. Default 1. */
  readonly gradientAccumulationSteps?: number | undefined;
}

function checkWhole(operation: string, option: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw new ArgumentError(`${operation}: ${option} ${value} is not accepted; use a whole number >= 1`);
}

function checkOptions(name: string, options: OptimizerOptions): void {
  const { weightDecay = 0, clipNorm = 0, clipValue = 0, globalClipNorm = 0, useEma = false } = options;
  const { emaMomentum, emaOverwriteFrequency, gradientAccumulationSteps } = options;
  checkNotNegative(name, { weightDecay, clipNorm, clipValue, globalClipNorm });
  if ([options.clipNorm, options.clipValue, options.globalClipNorm].filter((clip) => clip !== undefined).length > 1)
    throw new ArgumentError(`${name}: clipNorm, clipValue and globalClipNorm exclude each other; give one of them`);
  if (emaMomentum !== undefined && !(emaMomentum >= 0 && emaMomentum <= 1))
    throw new ArgumentError(`${name}: emaMomentum ${emaMomentum} is not accepted; use 0 to 1`);
  if (!useEma && (emaMomentum ?? emaOverwriteFrequency) !== undefined)
    throw new ArgumentError(`${name}: emaMomentum and emaOverwriteFrequency need useEma: true`);
  checkWhole(name, 'emaOverwriteFrequency', emaOverwriteFrequency);
  checkWhole(name, 'gradientAccumulationSteps', gradientAccumulationSteps);
}

/** A choice that a traced number makes: both branches are traced; by a JavaScript number, only one. */
function choose<T extends readonly [readonly Tensor[], OptimizerState]>(
  flag: TensorLike,
  yes: () => T,
  no: () => T,
): T {
  if (typeof flag === 'number') return flag > 0.5 ? yes() : no();
  return cond(greater(flag, 0.5), yes as never, no as never) as T;
}

const average = 'average';
const accumulated = 'accumulated';

/**
 * Adds what all optimizers can do to one of your own: weight decay, clipping, an average of the weights, accumulation of
 * gradients; in the order and with the numerics of Keras 3. The learning rate among the options counts only for
 * the saved configuration.
 *
 * @example
 * ```ts
 * const signDescent = {
 *   name: 'signDescent',
 *   config: {},
 *   learningRate: 0.01,
 *   init: () => ({}),
 *   update: (params, grads, state, { learningRate }) => [
 *     params.map((w, i) => w.sub(grads[i]!.sign().mul(learningRate))),
 *     state,
 *   ],
 * } satisfies optimizers.Optimizer;
 * const careful = optimizers.withOptions(signDescent, { clipNorm: 1, gradientAccumulationSteps: 4 });
 * ```
 */
export function withOptions(inner: Optimizer, options: OptimizerOptions): Optimizer {
  const { name, learningRate } = inner;
  checkOptions(name, options);
  const { learningRate: _, ...own } = options;
  const set = Object.entries(own).filter(([, value]) => value !== undefined && value !== false);
  const config: Record<string, JsonValue> = { ...inner.config, ...(Object.fromEntries(set) as object) };
  if (typeof learningRate === 'object')
    config['learningRate'] = { name: learningRate.name, config: learningRate.config };
  if (set.length === 0 && typeof learningRate === 'number') return inner;
  const { weightDecay = 0, useEma = false, emaMomentum = 0.99, emaOverwriteFrequency: frequency = 0 } = options;
  const { gradientAccumulationSteps: every = 1 } = options;

  const scalars = (rate: number, step: number): Record<string, number> => {
    const update = Math.floor((step - 1) / every) + 1;
    return {
      ...inner.scalars?.(rate, update),
      ...(every === 1 ? {} : { updateStep: update, isUpdate: step % every === 0 ? 1 : 0 }),
      ...(useEma ? { emaMomentum: update === 1 ? 0 : emaMomentum } : {}),
      ...(frequency === 0 ? {} : { isOverwrite: update % frequency === 0 ? 1 : 0 }),
    };
  };

  type Result = readonly [readonly Tensor[], OptimizerState];
  const innerUpdate = (
    params: readonly Tensor[],
    grads: readonly Tensor[],
    state: OptimizerState,
    given: StepScalars,
    paths: readonly string[] | undefined,
  ): Result => {
    const decay = (w: Tensor): Tensor => w.sub(w.mul(weightDecay).mul(given.learningRate));
    const decayed = weightDecay === 0 ? params : params.map(decay);
    return inner.update(decayed, clipGradients(grads, options), state, given, paths);
  };

  const accumulate = (
    params: readonly Tensor[],
    grads: readonly Tensor[],
    { [accumulated]: sums = [], ...state }: OptimizerState,
    given: StepScalars,
    paths: readonly string[] | undefined,
  ): Result => {
    const totals = grads.map((g, i) => sums[i]!.add(g));
    return choose<Result>(
      given['isUpdate']!,
      () => {
        const means = totals.map((total) => total.div(every));
        const [next, memory] = innerUpdate(params, means, state, { ...given, step: given['updateStep']! }, paths);
        return [next, { ...memory, [accumulated]: sums.map(zerosLike) }];
      },
      () => [params, { ...state, [accumulated]: totals }],
    );
  };

  const optimizer: Optimizer = {
    name,
    config,
    learningRate,
    init: (params, paths) => ({
      ...inner.init(params, paths),
      ...(every === 1 ? {} : { [accumulated]: params.map(zerosLike) }),
      ...(useEma ? { [average]: params.map(zerosLike) } : {}),
    }),
    scalars,
    update(params, grads, { [average]: averages = [], ...state }, scalarsGiven, paths) {
      const given = completeScalars(name, scalars, scalarsGiven);
      const [next, memory] = (every === 1 ? innerUpdate : accumulate)(params, grads, state, given, paths);
      if (!useEma) return [next, memory];
      // a + (1 − m) · (w − a): in a trace the momentum is a scalar, and so this takes one product less.
      const share = given['emaMomentum']!;
      const means = next.map((w, i) => w.add(averages[i]!.sub(w).mul(share)));
      const overwrite = given['isOverwrite'];
      if (overwrite === undefined) return [next, { ...memory, [average]: means }];
      const isOverwrite = greater(overwrite, 0.5);
      return [next.map((w, i) => where(isOverwrite, means[i]!, w)), { ...memory, [average]: means }];
    },
  };
  if (useEma) return { ...optimizer, finalWeights: (_params, state) => state[average]! };
  if (inner.finalWeights === undefined) return optimizer;
  return { ...optimizer, finalWeights: (params, state, paths) => inner.finalWeights!(params, state, paths) };
}
