import { compile, random, scan, stack, valueAndGrad, type CompiledFunction, type Tensor } from '@tesserajs/tensor';
import { applyModule, type ApplyOptions } from '../module/apply-module.js';
import type { AnyModule, Module } from '../module/module.js';
import type { HostScalars, OptimizerState, StepScalars } from '../optimizers/optimizer.js';
import type { Tensors } from '../structure.js';
import { lossOf, type Objective, type StepData } from './objective.js';
import type { ModelParts } from './parts.js';
import { total, weightRules } from './penalties.js';
import { addTotals, type Totals } from './totals.js';

/** What training changes from step to step; consumed by each step. */
export interface StepState {
  readonly weights: readonly Tensor[];
  readonly fixed: readonly Tensor[];
  readonly optimizer: OptimizerState;
}

/** What one step of training takes. */
export type TrainArguments = [state: StepState, totals: Totals, data: StepData, scalars: HostScalars, step: Tensor];

/** What several steps of training take: the same, stacked along a new axis 0, and the numbers of each step. */
export type TrainManyArguments = [
  state: StepState,
  totals: Totals,
  data: StepData,
  scalars: readonly HostScalars[],
  steps: Tensor,
];

type StepFunction = (
  state: StepState,
  totals: Totals,
  data: StepData,
  scalars: StepScalars,
  step: Tensor,
) => [StepState, Totals];

/** Forward, backward, update and sums of one batch. Random numbers follow from `key` and the step. */
function stepFunction<M extends AnyModule>(parts: ModelParts<M>, objective: Objective, key: Tensor): StepFunction {
  const { optimizer } = objective.compiled;
  return function trainStep(state, totals, data, scalars, step) {
    const stepKey = random.foldIn(key, step);
    const rules = weightRules(parts.assemble(state.weights, state.fixed), parts.paths);
    const forward = (weights: readonly Tensor[]): [Tensor, { fixed: readonly Tensor[]; predictions: Tensors }] => {
      const model = parts.assemble(weights, state.fixed);
      const [predictions, next, added] = applyTree(model, data.inputs, { training: true, key: stepKey });
      const fixed = next === model ? state.fixed : parts.fixedOf(next);
      const value = lossOf(objective, data, predictions);
      return [withPenalties(value, rules.penalty(weights), added), { fixed, predictions }];
    };
    const [[value, { fixed, predictions }], grads] = valueAndGrad(forward, { hasAux: true })(state.weights);
    const [weights, next] = optimizer.update(state.weights, grads, state.optimizer, scalars, parts.paths);
    const constrained = rules.constrain(weights);
    return [{ weights: constrained, fixed, optimizer: next }, addTotals(objective, totals, value, data, predictions)];
  };
}

/** `applyModule` for a model whose inputs and outputs only its user knows. */
function applyTree<M extends AnyModule>(
  model: M,
  inputs: Tensors,
  options?: ApplyOptions,
): [Tensors, M, readonly Tensor[]] {
  return applyModule(model as unknown as Module<Tensors, Tensors>, inputs, options) as unknown as [
    Tensors,
    M,
    readonly Tensor[],
  ];
}

/** A loss with the penalties for weights and what layers add. */
function withPenalties(loss: Tensor, penalty: Tensor | null, added: readonly Tensor[]): Tensor {
  return total([loss, ...(penalty === null ? [] : [penalty]), ...added])!;
}

/** One step of training, as one executable; it consumes the state, unless `donate` is false. */
export function trainStep<M extends AnyModule>(
  parts: ModelParts<M>,
  objective: Objective,
  key: Tensor,
  { donate = true }: { readonly donate?: boolean } = {},
): CompiledFunction<TrainArguments, [StepState, Totals]> {
  return compile(stepFunction(parts, objective, key), { donate: donate ? [0] : [] });
}

/** Several steps of training, as one executable: with the same values as one by one. */
export function trainSteps<M extends AnyModule>(
  parts: ModelParts<M>,
  objective: Objective,
  key: Tensor,
): CompiledFunction<TrainManyArguments, [StepState, Totals]> {
  const one = stepFunction(parts, objective, key);
  return compile(
    function trainSteps(state, totals, data, scalars, steps): [StepState, Totals] {
      // In a trace, numbers are scalars whose dtype is open; stacked they remain so.
      const numbers = Object.fromEntries(
        Object.keys(scalars[0]!).map((name) => [name, stack(scalars.map((own) => own[name] as unknown as Tensor))]),
      ) as Record<keyof StepScalars, Tensor> & StepScalars;
      const [last] = scan(
        ([before, sums], x) => [one(before, sums, x.data, x.numbers, x.steps), null] as const,
        [state, totals] as [StepState, Totals],
        { data, numbers, steps },
      );
      return last;
    },
    { donate: [0] },
  );
}

/** Forward pass, loss and metrics of one batch. */
export function evaluateStep<M extends AnyModule>(
  parts: ModelParts<M>,
  objective: Objective,
): CompiledFunction<[weights: readonly Tensor[], fixed: readonly Tensor[], totals: Totals, data: StepData], Totals> {
  return compile(function evaluateStep(weights, fixed, totals, data) {
    const model = parts.assemble(weights, fixed);
    const [predictions, , added] = applyTree(model, data.inputs);
    const value = lossOf(objective, data, predictions);
    const penalty = weightRules(model, parts.paths).penalty(weights);
    return addTotals(objective, totals, withPenalties(value, penalty, added), data, predictions);
  });
}

/** Forward pass of one batch. */
export type PredictStep = CompiledFunction<
  [weights: readonly Tensor[], fixed: readonly Tensor[], inputs: Tensors],
  Tensors
>;

/** Compiles the forward pass of one batch; with `freeze`, the weights are part of the compiled code. */
export function predictStep<M extends AnyModule>(parts: ModelParts<M>, { freeze }: { freeze: boolean }): PredictStep {
  return compile(
    function predictStep(weights, fixed, inputs) {
      return (parts.assemble(weights, fixed) as unknown as Module<Tensors, Tensors>).apply(inputs);
    },
    { freeze: freeze ? [0, 1] : [] },
  );
}
