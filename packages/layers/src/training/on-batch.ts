import { ArgumentError, tensor, tree, type CompiledFunction } from '@tesserajs/tensor';
import { NonFiniteLossError } from '../errors.js';
import type { AnyModel } from '../models/model.js';
import { setWeights } from '../module/weights.js';
import { stepScalars } from '../optimizers/optimizer.js';
import type { Tensors } from '../structure.js';
import { arrayEpochs } from './array-epochs.js';
import { weighByClass, type FedBatch } from './batches.js';
import type { Compiled } from './compiled.js';
import { feed, hostLeaves, toHostTensors, type Arrays } from './host-tensor.js';
import { feedStep, objectiveOf, type Objective } from './objective.js';
import type { EvaluateOptions, TrainOnBatchOptions } from './options.js';
import { takeApart } from './parts.js';
import { Predictor } from './predictor.js';
import { arraysOf, BatchChecker, buildFor, compiledOf } from './prepare.js';
import { runtimeOf } from './runtime.js';
import { trainingKey } from './session.js';
import { evaluateStep, trainStep, type StepState, type TrainArguments } from './steps.js';
import { readTotals, startTotals, type Totals } from './totals.js';

/** The compiled steps of single batches, which a model keeps while its structure stays the same. */
export class BatchSteps {
  readonly objective: Objective;
  readonly checker: BatchChecker;
  readonly train: CompiledFunction<TrainArguments, [StepState, Totals]>;
  readonly evaluate: ReturnType<typeof evaluateStep>;
  readonly #structure: tree.TreeDefinition;

  constructor(operation: string, model: AnyModel, compiled: Compiled, { data }: FedBatch) {
    const parts = takeApart(model);
    this.objective = objectiveOf(operation, model, compiled, data.inputs);
    this.checker = new BatchChecker(operation, model, this.objective);
    // The model takes the new weights themselves, so that nothing may consume them.
    this.train = trainStep(parts, this.objective, trainingKey(0), { donate: false });
    this.evaluate = evaluateStep(parts, this.objective);
    this.#structure = tree.flatten(model).definition;
  }

  static of(operation: string, model: AnyModel, batch: FedBatch): BatchSteps {
    const compiled = compiledOf(operation, model);
    const runtime = runtimeOf(model);
    if (runtime.training) throw new ArgumentError(`${operation}: ${model.name} is being trained; wait for fit to end`);
    buildFor(model, batch.data.inputs);
    const kept = runtime.batchSteps;
    const same =
      kept?.objective.compiled === compiled && tree.sameDefinition(kept.#structure, tree.flatten(model).definition);
    const steps = same ? kept : new BatchSteps(operation, model, compiled, batch);
    runtime.batchSteps = steps;
    steps.checker.check(batch);
    return steps;
  }
}

async function batchOf(
  operation: string,
  x: Arrays,
  y: Arrays,
  { sampleWeight, classWeight }: TrainOnBatchOptions,
): Promise<FedBatch> {
  const data = await arraysOf(operation, x, y, sampleWeight);
  const batchSize = hostLeaves(data.inputs)[0]!.leaf.shape[0]!;
  const epochs = arrayEpochs(operation, data, { batchSize, shuffleSeed: null });
  const weighed = classWeight === undefined ? epochs : weighByClass(epochs, classWeight);
  const { value } = await weighed.epoch(0, null).next();
  return value as FedBatch;
}

/** Implements `model.trainOnBatch`. */
export async function trainOnBatch(
  model: AnyModel,
  x: Arrays,
  y: Arrays,
  options: TrainOnBatchOptions,
): Promise<Record<string, number>> {
  const operation = 'trainOnBatch';
  compiledOf(operation, model);
  const batch = await batchOf(operation, x, y, options);
  const { objective, train } = BatchSteps.of(operation, model, batch);
  const { optimizer } = objective.compiled;
  const runtime = runtimeOf(model);
  const parts = takeApart(model);
  const step = runtime.position?.step ?? 0;
  const state: StepState = {
    weights: parts.weights,
    fixed: parts.fixed,
    optimizer: runtime.optimizer ?? optimizer.init(parts.weights, parts.paths),
  };
  const scalars = stepScalars(optimizer, options.learningRate ?? optimizer.learningRate, step + 1);
  const [next, totals] = train(
    state,
    await startTotals(objective),
    feedStep(batch.data),
    scalars,
    tensor(Uint32Array.of(step), { shape: [], copy: false }),
  );
  const { logs, firstBad } = await readTotals(objective, totals, batch.examples, 1);
  if (firstBad !== null) {
    throw new NonFiniteLossError(
      `${operation}: the loss is not finite (${logs['loss']}); lower the learning rate, or look for NaN and very large ` +
        'values in the data; the model keeps its weights',
      0,
      0,
    );
  }
  setWeights(model, parts.merge(next.weights, next.fixed));
  runtime.optimizer = next.optimizer;
  const nothing = { batch: 0, examples: 0, totals: [], place: null, learningRate: null, epochs: [], history: {} };
  runtime.position = { ...nothing, epoch: 0, seed: 0, data: null, ...runtime.position, step: step + 1 };
  return logs;
}

/** Implements `model.testOnBatch`. */
export async function testOnBatch(
  model: AnyModel,
  x: Arrays,
  y: Arrays,
  options: EvaluateOptions,
): Promise<Record<string, number>> {
  const operation = 'testOnBatch';
  compiledOf(operation, model);
  const batch = await batchOf(operation, x, y, options);
  const { objective, evaluate } = BatchSteps.of(operation, model, batch);
  const { weights, fixed } = takeApart(model);
  const totals = evaluate(weights, fixed, await startTotals(objective), feedStep(batch.data));
  return (await readTotals(objective, totals, batch.examples, 1)).logs;
}

/** Implements `model.predictOnBatch`. */
export async function predictOnBatch(model: AnyModel, x: Arrays): Promise<Tensors> {
  const inputs = await toHostTensors('predictOnBatch', 'x', x);
  buildFor(model, inputs);
  return Predictor.of(model).run(model, feed(inputs));
}
