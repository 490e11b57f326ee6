import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import { isBatchSource, sourceEpochs, type BatchSource, type Epochs } from './batches.js';
import { arrayEpochs } from './array-epochs.js';
import type { Compiled } from './compiled.js';
import { feed, toHostTensor, type ArrayData } from './host-tensor.js';
import type { BatchedOptions } from './options.js';
import { takeApart } from './parts.js';
import { BatchChecker, buildFor, compiledOf } from './prepare.js';
import { evaluateStep } from './steps.js';
import { readTotals, startTotals } from './totals.js';

/** Means of loss and metrics over one epoch of data, for given weights. */
export async function evaluateEpoch(
  operation: string,
  model: AnyModel,
  compiled: Compiled,
  step: ReturnType<typeof evaluateStep>,
  { weights, fixed }: { readonly weights: readonly Tensor[]; readonly fixed: readonly Tensor[] },
  data: Epochs,
): Promise<Record<string, number>> {
  const checker = new BatchChecker(operation, model, compiled);
  let totals = await startTotals(compiled);
  let examples = 0;
  let steps = 0;
  let previous: Tensor | null = null;
  for await (const batch of data.epoch(0, null)) {
    checker.check(batch);
    const next = step(weights, fixed, totals, feed(batch.inputs), feed(batch.targets!));
    // The batch before has ended when its sum can be read: its memory may be filled again.
    await previous?.item();
    previous = totals[0]!;
    totals = next;
    examples += batch.examples;
    steps++;
  }
  if (steps === 0) throw new ArgumentError(`${operation}: the data holds no batches`);
  return (await readTotals(compiled, totals, examples, steps)).logs;
}

/** Implements `model.evaluate`. */
export async function evaluateModel(
  model: AnyModel,
  x: ArrayData | BatchSource,
  y: ArrayData | undefined,
  { batchSize = 32 }: BatchedOptions,
): Promise<Record<string, number>> {
  const compiled = compiledOf('evaluate', model);
  const data = await evaluateData(x, y, batchSize);
  if (!model.built) {
    for await (const batch of data.epoch(0, null)) {
      buildFor(model, batch);
      break;
    }
  }
  const parts = takeApart(model);
  return evaluateEpoch('evaluate', model, compiled, evaluateStep(parts, compiled), parts, data);
}

async function evaluateData(x: ArrayData | BatchSource, y: ArrayData | undefined, batchSize: number): Promise<Epochs> {
  if (isBatchSource(x)) {
    if (y !== undefined)
      throw new ArgumentError('evaluate: a batch source brings its own targets; call evaluate(source, options)');
    return sourceEpochs('evaluate', x);
  }
  if (y === undefined) throw new ArgumentError('evaluate: targets are missing; call evaluate(x, y, options)');
  const inputs = await toHostTensor('evaluate', 'x', x);
  const targets = await toHostTensor('evaluate', 'y', y);
  return arrayEpochs('evaluate', inputs, targets, { batchSize, shuffleSeed: null });
}
