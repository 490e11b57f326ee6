import { compile, random, valueAndGrad, type CompiledFunction, type Tensor } from '@tesserajs/tensor';
import { applyModule } from '../module/apply-module.js';
import type { Module } from '../module/module.js';
import type { HostScalars, OptimizerState } from '../optimizers/optimizer.js';
import type { Compiled } from './compiled.js';
import type { ModelParts } from './parts.js';
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

/**
 * Forward, backward, update and sums of one batch, as one executable. Random numbers follow from `key` and the step.
 */
export function trainStep<M extends Module>(
  parts: ModelParts<M>,
  compiled: Compiled,
  key: Tensor,
): CompiledFunction<TrainArguments, [StepState, Totals]> {
  const { loss, optimizer } = compiled;
  return compile(
    function trainStep(state, totals, inputs, targets, scalars, step): [StepState, Totals] {
      const stepKey = random.foldIn(key, step);
      const forward = (weights: readonly Tensor[]): [Tensor, { fixed: readonly Tensor[]; predictions: Tensor }] => {
        const model = parts.assemble(weights, state.fixed);
        const [predictions, next] = applyModule(model, inputs, { training: true, key: stepKey });
        const fixed = next === model ? state.fixed : parts.fixedOf(next);
        return [loss.call(targets, predictions).mean(), { fixed, predictions }];
      };
      const [[value, { fixed, predictions }], grads] = valueAndGrad(forward, { hasAux: true })(state.weights);
      const [weights, next] = optimizer.update(state.weights, grads, state.optimizer, scalars);
      return [{ weights, fixed, optimizer: next }, addTotals(compiled, totals, value, targets, predictions)];
    },
    { donate: [0] },
  );
}

/** Forward pass, loss and metrics of one batch. */
export function evaluateStep<M extends Module>(
  parts: ModelParts<M>,
  compiled: Compiled,
): CompiledFunction<
  [weights: readonly Tensor[], fixed: readonly Tensor[], totals: Totals, inputs: Tensor, targets: Tensor],
  Totals
> {
  return compile(function evaluateStep(weights, fixed, totals, inputs, targets) {
    const predictions = parts.assemble(weights, fixed).apply(inputs);
    return addTotals(compiled, totals, compiled.loss.call(targets, predictions).mean(), targets, predictions);
  });
}

/** Forward pass of one batch. */
export type PredictStep = CompiledFunction<
  [weights: readonly Tensor[], fixed: readonly Tensor[], inputs: Tensor],
  Tensor
>;

/** Compiles the forward pass of one batch; with `freeze`, the weights are part of the compiled code. */
export function predictStep<M extends Module>(parts: ModelParts<M>, { freeze }: { freeze: boolean }): PredictStep {
  return compile(
    function predictStep(weights, fixed, inputs) {
      return parts.assemble(weights, fixed).apply(inputs);
    },
    { freeze: freeze ? [0, 1] : [] },
  );
}
