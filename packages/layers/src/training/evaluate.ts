import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import type { BatchSource, Epochs } from './batches.js';
import type { Arrays } from './host-tensor.js';
import { feedStep, objectiveOf, type Objective } from './objective.js';
import type { EvaluateOptions } from './options.js';
import { takeApart } from './parts.js';
import { BatchChecker, buildFor, compiledOf, dataEpochs } from './prepare.js';
import { evaluateStep } from './steps.js';
import { readTotals, startTotals } from './totals.js';

/** Means of loss and metrics over one epoch of data, for given weights. */
export async function evaluateEpoch(
  operation: string,
  model: AnyModel,
  objective: Objective,
  step: ReturnType<typeof evaluateStep>,
  { weights, fixed }: { readonly weights: readonly Tensor[]; readonly fixed: readonly Tensor[] },
  data: Epochs,
): Promise<Record<string, number>> {
  const checker = new BatchChecker(operation, model, objective);
  let totals = await startTotals(objective);
  let examples = 0;
  let steps = 0;
  let previous: Tensor | null = null;
  for await (const batch of data.epoch(0, null)) {
    checker.check(batch);
    const next = step(weights, fixed, totals, feedStep(batch.data));
    // The batch before has ended when its sum can be read: its memory may be filled again.
    await previous?.item();
    previous = totals[0]!;
    totals = next;
    examples += batch.examples;
    steps++;
  }
  if (steps === 0) throw new ArgumentError(`${operation}: the data holds no batches`);
  return (await readTotals(objective, totals, examples, steps)).logs;
}

/** Implements `model.evaluate`. */
export async function evaluateModel(
  model: AnyModel,
  x: Arrays | BatchSource,
  y: Arrays | undefined,
  { batchSize = 32, sampleWeight }: EvaluateOptions,
): Promise<Record<string, number>> {
  const compiled = compiledOf('evaluate', model);
  const data = await dataEpochs('evaluate', x, y, sampleWeight, batchSize);
  const inputs = model.built && model.inputTypes !== null ? model.inputTypes : await firstInputs(model, data);
  const objective = objectiveOf('evaluate', model, compiled, inputs);
  const parts = takeApart(model);
  return evaluateEpoch('evaluate', model, objective, evaluateStep(parts, objective), parts, data);
}

/** The inputs of the first batch; the model gets its weights for them, if it has none. */
async function firstInputs(model: AnyModel, data: Epochs): Promise<unknown> {
  for await (const batch of data.epoch(0, null)) {
    buildFor(model, batch.data.inputs);
    return batch.data.inputs;
  }
  throw new ArgumentError('evaluate: the data holds no batches');
}
