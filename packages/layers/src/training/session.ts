import { ArgumentError, evaluate, random, tensor, type CompiledFunction, type Tensor } from '@tesserajs/tensor';
import { NonFiniteLossError } from '../errors.js';
import { hashText } from '../hash.js';
import type { AnyModel } from '../models/model.js';
import { warnOfCaptured } from '../module/captured.js';
import { setWeights } from '../module/weights.js';
import { stepScalars, type Optimizer, type OptimizerState } from '../optimizers/optimizer.js';
import type { Schedule } from '../schedules/schedule.js';
import { sameShape } from '../shapes.js';
import type { JsonValue } from './batches.js';
import type { BatchGroup } from './groups.js';
import { feedStep, type Objective } from './objective.js';
import { ownCopies, takeApart, type ModelParts } from './parts.js';
import { runtimeOf, type CallbackStates, type Runtime } from './runtime.js';
import { takeSnapshot } from './snapshot.js';
import {
  evaluateStep,
  trainStep,
  trainSteps,
  type StepState,
  type TrainArguments,
  type TrainManyArguments,
} from './steps.js';
import { readTotals, startTotals, totalNumbers, type Totals } from './totals.js';
import type { TrainingPosition, TrainingState } from './training-state.js';

/** Steps that may wait for the device: one runs while the next is prepared. */
const depth = 2;

const trainTag = hashText('train');

/** The random key of a training: each step takes one of its own from it. */
export function trainingKey(seed: number): Tensor {
  return random.foldIn(random.key(seed), trainTag);
}

/** Where a session stands that `TrainingPosition` does not know yet. */
type Progress = Omit<TrainingPosition, 'totals' | 'seed' | 'data'>;

/** What training changes, from its first to its last step; the model sees it only when it is written back. */
export class Session {
  readonly objective: Objective;
  readonly parts: ModelParts<AnyModel>;
  /** What `evaluate` runs on. */
  readonly evaluate: ReturnType<typeof evaluateStep>;
  readonly #model: AnyModel;
  readonly #runtime: Runtime;
  readonly #seed: number;
  readonly #data: JsonValue;
  readonly #train: CompiledFunction<TrainArguments, [StepState, Totals]>;
  readonly #trainMany: CompiledFunction<TrainManyArguments, [StepState, Totals]>;
  #state: StepState;
  #totals: Totals;
  #progress: Progress;
  #inFlight: Tensor[] = [];
  /** Tells what callbacks remember. */
  callbacks: () => CallbackStates = () => ({});
  /** True while the loop waits for a callback: the state stands still. */
  paused = false;
  #requests: (() => Promise<void>)[] = [];

  private constructor(
    model: AnyModel,
    objective: Objective,
    parts: ModelParts<AnyModel>,
    state: StepState,
    position: TrainingPosition,
    totals: Totals,
  ) {
    this.#model = model;
    this.#runtime = runtimeOf(model);
    this.objective = objective;
    this.parts = parts;
    this.#state = state;
    this.#seed = position.seed;
    this.#data = position.data;
    this.#progress = position;
    this.#totals = totals;
    const key = trainingKey(position.seed);
    this.#train = trainStep(parts, objective, key);
    this.#trainMany = trainSteps(parts, objective, key);
    this.evaluate = evaluateStep(parts, objective);
  }

  /** Takes copies of the model's weights and of the optimizer's state, or makes the latter. */
  static async open(model: AnyModel, objective: Objective, position: TrainingPosition): Promise<Session> {
    const parts = takeApart(model);
    if (parts.weights.length === 0) {
      throw new ArgumentError(
        `fit: ${model.name} has nothing to train: no weights, or all of them are frozen (trainable: false)`,
      );
    }
    if (model.inputTypes !== null) warnOfCaptured('fit', model, model.inputTypes);
    const runtime = runtimeOf(model);
    const { optimizer: rule } = objective.compiled;
    const fresh = rule.init(parts.weights, parts.paths);
    const optimizer = runtime.optimizer ?? fresh;
    checkOptimizer(fresh, optimizer, parts.paths);
    const [weights, fixed] = await Promise.all([ownCopies(parts.weights), ownCopies(parts.fixed)]);
    const session = new Session(
      model,
      objective,
      parts,
      { weights, fixed, optimizer: await copyState(optimizer) },
      position,
      await startTotals(objective, position.totals),
    );
    runtime.session = session;
    return session;
  }

  get #optimizer(): Optimizer {
    return this.objective.compiled.optimizer;
  }

  /** Number of steps taken in all. */
  get steps(): number {
    return this.#progress.step;
  }

  /** Steps and examples of this epoch. */
  get epochProgress(): Pick<Progress, 'epoch' | 'batch' | 'examples'> {
    return this.#progress;
  }

  /** The learning rate that a callback has set; null where none has. */
  get learningRate(): number | null {
    return this.#progress.learningRate;
  }

  set learningRate(learningRate: number | null) {
    this.#progress = { ...this.#progress, learningRate };
  }

  /** The weights as they are now, for `evaluate`. */
  get current(): Pick<StepState, 'weights' | 'fixed'> {
    return this.#state;
  }

  /** Queues the steps of one group of batches. */
  step({ batches, data: arrays, examples, next }: BatchGroup, learningRate: number | Schedule): void {
    const { step, batch, examples: seen } = this.#progress;
    const count = batches.length;
    const scalars = batches.map((_, i) => stepScalars(this.#optimizer, learningRate, step + 1 + i));
    const steps = Uint32Array.from(batches, (_, i) => step + i);
    const data = feedStep(arrays);
    [this.#state, this.#totals] =
      count === 1
        ? this.#train(this.#state, this.#totals, data, scalars[0]!, tensor(steps, { shape: [], copy: false }))
        : this.#trainMany(this.#state, this.#totals, data, scalars, tensor(steps, { copy: false }));
    this.#inFlight.push(this.#totals[0]!);
    this.#progress = {
      ...this.#progress,
      step: step + count,
      batch: batch + count,
      examples: seen + examples,
      place: next,
    };
  }

  /** Waits until fewer steps than the limit are queued. Throws what a step failed with. */
  async keepPace(limit: number = depth): Promise<void> {
    while (this.#inFlight.length >= limit) await evaluate(this.#inFlight.shift()!);
  }

  /** The sums of this epoch so far; later steps do not change them. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Means of this epoch so far. Throws a NonFiniteLossError when `check` is set. */
  async read(check: boolean): Promise<Record<string, number>> {
    const { epoch, batch, examples } = this.#progress;
    const { logs, firstBad } = await readTotals(this.objective, this.#totals, examples, batch);
    if (check && firstBad !== null) {
      throw new NonFiniteLossError(
        `fit: the loss is not finite at epoch ${epoch + 1}, step ${firstBad + 1} (${logs['loss']}); lower the ` +
          'learning rate, or ' +
          'look for NaN and very large values in the data; debug.nans() before fit names the operation that made it; ' +
          'the model keeps the weights from before this epoch',
        epoch,
        firstBad,
      );
    }
    return logs;
  }

  /** Begins the next epoch; `place` is where the data stands. */
  async endEpoch(logs: Readonly<Record<string, number>>, place: JsonValue): Promise<void> {
    const { epoch, epochs, history } = this.#progress;
    const grown = Object.fromEntries(
      [...new Set([...Object.keys(history), ...Object.keys(logs)])].map((name) => [
        name,
        [...(history[name] ?? []), logs[name] ?? NaN],
      ]),
    );
    this.#progress = {
      ...this.#progress,
      epoch: epoch + 1,
      batch: 0,
      examples: 0,
      place,
      epochs: [...epochs, epoch],
      history: grown,
    };
    this.#totals = await startTotals(this.objective);
  }

  /** Logs of all epochs. */
  get history(): Pick<Progress, 'epochs' | 'history'> {
    return this.#progress;
  }

  /** Gives the model copies of the current weights. */
  async writeBack(): Promise<void> {
    const { weights, fixed } = this.#state;
    const [ownWeights, ownFixed] = await Promise.all([ownCopies(weights), ownCopies(fixed)]);
    setWeights(this.#model, this.parts.merge(ownWeights, ownFixed));
  }

  /** Gives the model everything; the session ends. When training is complete, weights that were averaged count. */
  async close({ complete }: { readonly complete: boolean }): Promise<void> {
    await this.keepPace(1);
    const { weights, fixed, optimizer } = this.#state;
    const final = complete ? this.#optimizer.finalWeights?.(weights, optimizer, this.parts.paths) : undefined;
    const own = final === undefined ? weights : await ownCopies(final);
    setWeights(this.#model, this.parts.merge(own, fixed));
    this.#runtime.optimizer = this.#state.optimizer;
    this.#runtime.position = await this.position();
    this.#runtime.callbacks = this.callbacks();
    await this.serve();
  }

  /** Ends the session after a failure: what the optimizer knows belongs to weights that are lost. */
  abandon(): void {
    this.#runtime.optimizer = null;
    this.#runtime.position = null;
    for (const request of this.#requests) void request();
  }

  /** Where training stands. */
  async position(): Promise<TrainingPosition> {
    const progress = this.#progress;
    return { ...progress, totals: await totalNumbers(this.#totals), seed: this.#seed, data: this.#data };
  }

  /** Everything that resuming needs, taken between two steps. */
  snapshot(): Promise<TrainingState> {
    const take = async (): Promise<TrainingState> => {
      const { weights, fixed, optimizer } = this.#state;
      return takeSnapshot(
        this.#model,
        this.objective.compiled,
        this.parts.merge(weights, fixed),
        optimizer,
        await this.position(),
        this.callbacks(),
      );
    };
    if (this.paused) return take();
    return new Promise((resolve, reject) => {
      this.#requests.push(() => take().then(resolve, reject));
    });
  }

  /** Answers those who asked for a snapshot while steps were running. */
  async serve(): Promise<void> {
    while (this.#requests.length > 0) await this.#requests.shift()!();
  }
}

/** Copies of an optimizer's state. */
async function copyState(state: OptimizerState): Promise<OptimizerState> {
  const entries = await Promise.all(
    Object.entries(state).map(async ([name, list]) => [name, await ownCopies(list)] as const),
  );
  return Object.fromEntries(entries);
}

/** Throws a FormatError unless an optimizer's state has the tensors that it works with. */
function checkOptimizer(expected: OptimizerState, given: OptimizerState, paths: readonly string[]): void {
  for (const [name, list] of Object.entries(expected)) {
    list.forEach((value, i) => {
      const other = given[name]?.[i];
      if (other !== undefined && sameShape(other.shape, value.shape) && other.dtype === value.dtype) return;
      throw new ArgumentError(
        `fit: the optimizer remembers ${name} for other weights than ${paths[i] ?? String(i)} (was trainable ` +
          'changed?); ' +
          'call compile() again to begin with a fresh one',
      );
    });
  }
}
