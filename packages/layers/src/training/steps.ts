import { compile, random, scan, stack, valueAndGrad, type CompiledFunction, type Tensor } from '@tesserajs/tensor';
import { meanLoss } from '../losses/reduce.js';
import { applyModule } from '../module/apply-module.js';
import type { AnyModule, Module } from '../module/module.js';
import type { HostScalars, OptimizerState, StepScalars } from '../optimizers/optimizer.js';
import type { Compiled } from './compiled.js';
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
export type TrainArguments = [
  state: StepState,
  totals: Totals,
  inputs: Tensor,
  targets: Tensor,
  scalars: HostScalars,
  step: Tensor,
];

/** What several steps of training take: the same, stacked along a new axis 0, and the numbers of each step. */
export type TrainManyArguments = [
  state: StepState,
  totals: Totals,
  inputs: Tensor,
  targets: Tensor,
  scalars: readonly HostScalars[],
  steps: Tensor,
];

type StepFunction = (
  state: StepState,
  totals: Totals,
  inputs: Tensor,
  targets: Tensor,
  scalars: StepScalars,
  step: Tensor,
) => [StepState, Totals];

/** Forward, backward, update and sums of one batch. Random numbers follow from `key` and the step. */
function stepFunction<M extends AnyModule>(parts: ModelParts<M>, compiled: Compiled, key: Tensor): StepFunction {
  const { loss, optimizer } = compiled;
  return function trainStep(state, totals, inputs, targets, scalars, step) {
    const stepKey = random.foldIn(key, step);
    const rules = weightRules(parts.assemble(state.weights, state.fixed), parts.paths);
    const forward = (weights: readonly Tensor[]): [Tensor, { fixed: readonly Tensor[]; predictions: Tensor }] => {
      const model = parts.assemble(weights, state.fixed);
      const [predictions, next, added] = applyModule(model as unknown as Module, inputs, {
        training: true,
        key: stepKey,
      }) as unknown as [Tensor, M, readonly Tensor[]];
      const fixed = next === model ? state.fixed : parts.fixedOf(next);
      const value = meanLoss(loss, targets, predictions);
      return [withPenalties(value, rules.penalty(weights), added), { fixed, predictions }];
    };
    const [[value, { fixed, predictions }], grads] = valueAndGrad(forward, { hasAux: true })(state.weights);
    const [weights, next] = optimizer.update(state.weights, grads, state.optimizer, scalars, parts.paths);
    const constrained = rules.constrain(weights);
    return [{ weights: constrained, fixed, optimizer: next }, addTotals(compiled, totals, value, targets, predictions)];
  };
}

/** A loss with the penalties for weights and what layers add. */
function withPenalties(loss: Tensor, penalty: Tensor | null, added: readonly Tensor[]): Tensor {
  return total([loss, ...(penalty === null ? [] : [penalty]), ...added])!;
}

/** One step of training, as one executable. */
export function trainStep<M extends AnyModule>(
  parts: ModelParts<M>,
  compiled: Compiled,
  key: Tensor,
): CompiledFunction<TrainArguments, [StepState, Totals]> {
  return compile(stepFunction(parts, compiled, key), { donate: [0] });
}

/** Several steps of training, as one executable: with the same values as one by one. */
export function trainSteps<M extends AnyModule>(
  parts: ModelParts<M>,
  compiled: Compiled,
  key: Tensor,
): CompiledFunction<TrainManyArguments, [StepState, Totals]> {
  const one = stepFunction(parts, compiled, key);
  return compile(
    function trainSteps(state, totals, inputs, targets, scalars, steps): [StepState, Totals] {
      // In a trace, numbers are scalars whose dtype is open; stacked they remain so.
      const numbers = Object.fromEntries(
        Object.keys(scalars[0]!).map((name) => [name, stack(scalars.map((own) => own[name] as unknown as Tensor))]),
      ) as Record<keyof StepScalars, Tensor> & StepScalars;
      const [last] = scan(
        ([before, sums], x) => [one(before, sums, x.inputs, x.targets, x.numbers, x.steps), null] as const,
        [state, totals] as [StepState, Totals],
        { inputs, targets, numbers, steps },
      );
      return last;
    },
    { donate: [0] },
  );
}

/** Forward pass, loss and metrics of one batch. */
export function evaluateStep<M extends AnyModule>(
  parts: ModelParts<M>,
  compiled: Compiled,
): CompiledFunction<
  [weights: readonly Tensor[], fixed: readonly Tensor[], totals: Totals, inputs: Tensor, targets: Tensor],
  Totals
> {
  return compile(function evaluateStep(weights, fixed, totals, inputs, targets) {
    const model = parts.assemble(weights, fixed);
    const [predictions, , added] = applyModule(model as unknown as Module, inputs);
    const value = meanLoss(compiled.loss, targets, predictions);
    const penalty = weightRules(model, parts.paths).penalty(weights);
    return addTotals(compiled, totals, withPenalties(value, penalty, added), targets, predictions);
  });
}

/** Forward pass of one batch. */
export type PredictStep = CompiledFunction<
  [weights: readonly Tensor[], fixed: readonly Tensor[], inputs: Tensor],
  Tensor
>;

/** Compiles the forward pass of one batch; with `freeze`, the weights are part of the compiled code. */
export function predictStep<M extends AnyModule>(parts: ModelParts<M>, { freeze }: { freeze: boolean }): PredictStep {
  return compile(
    function predictStep(weights, fixed, inputs) {
      return (parts.assemble(weights, fixed) as unknown as Module).apply(inputs);
    },
    { freeze: freeze ? [0, 1] : [] },
  );
}
