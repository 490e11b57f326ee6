import { ArgumentError, getBackend, referenceBackend } from '@tesserajs/tensor';
import { platformConsole } from '#console';
import type { AnyModel } from '../models/model.js';
import { Report } from '../progress/report.js';
import type { Epochs, JsonValue } from './batches.js';
import type { Callback, CallbackContext, CallbackState, History, Logs } from './callbacks.js';
import type { Compiled } from './compiled.js';
import { evaluateEpoch } from './evaluate.js';
import { groupBatches, type BatchGroup } from './groups.js';
import { hostLeaves } from './host-tensor.js';
import { objectiveOf, type Objective } from './objective.js';
import type { FitOptions } from './options.js';
import { rateAt, type Schedule } from '../schedules/schedule.js';
import { BatchChecker, buildFor } from './prepare.js';
import type { CallbackStates } from './runtime.js';
import { Session } from './session.js';
import { batchMeans, totalNumbers } from './totals.js';
import type { TrainingPosition } from './training-state.js';

/** Milliseconds between two readings of the sums while an epoch runs. */
const readInterval = 200;
/** Milliseconds after which events are let in where steps run synchronously. */
const yieldInterval = 50;
/** Milliseconds on the reference backend after which a hint tells how to go faster. */
const hintAfter = 5000;
let hintGiven = false;

type Upcoming = Promise<IteratorResult<BatchGroup, void>>;

/** One call of `fit`. */
export class FitLoop {
  readonly #model: AnyModel;
  readonly #compiled: Compiled;
  readonly #options: FitOptions;
  readonly #training: Epochs;
  readonly #validation: Epochs | null;
  readonly #callbacks: readonly Callback[];
  readonly #begun: number = performance.now();
  #lastRead = 0;
  #lastYield = 0;
  /** What a reading that nobody waits for has found. */
  #failure: Error | null = null;
  #reading = false;
  #stopped = false;

  constructor(model: AnyModel, compiled: Compiled, options: FitOptions, training: Epochs, validation: Epochs | null) {
    this.#model = model;
    this.#compiled = compiled;
    this.#options = options;
    this.#training = training;
    this.#validation = validation;
    const callbacks = [options.callbacks ?? []].flat();
    this.#callbacks = [...callbacks.filter(({ last }) => last !== true), ...callbacks.filter(({ last }) => last)];
  }

  /** Trains from a position on, where callbacks go on with what they remember. */
  async run(start: TrainingPosition, remembered: CallbackStates): Promise<History> {
    const { epochs = 1, verbose = 1, terminateOnNaN = true } = this.#options;
    if (start.epoch >= epochs || this.#halted()) return this.#history(start);
    let groups = this.#epoch(start.epoch, start.place);
    let upcoming = next(groups);
    const first = await upcoming;
    if (first.done === true && start.batch === 0) throw new ArgumentError('fit: the data holds no batches');
    const example = first.done === true ? null : first.value.batches[0]!;
    if (example !== null) buildFor(this.#model, example.data.inputs);
    const objective = objectiveOf('fit', this.#model, this.#compiled, example?.data.inputs ?? this.#model.inputTypes);
    checkActivation(this.#model, objective);
    const session = await Session.open(this.#model, objective, start);
    const { examples, batches: count } = this.#training;
    const unit = hostLeaves(example?.data.inputs).some(({ leaf }) => leaf.shape.length === 4) ? 'images' : 'examples';
    const report = new Report({ verbose, epochs, examples, batches: count, unit });
    const run: Run = {
      session,
      report,
      check: terminateOnNaN,
      checker: new BatchChecker('fit', this.#model, objective),
    };
    try {
      let logs: Logs = {};
      const named = namedCallbacks(this.#callbacks);
      await this.#notify(run, (callback, context) => callback.onTrainBegin?.(context));
      for (const [name, callback] of named) if (name in remembered) callback.restore?.(remembered[name]!);
      session.callbacks = () => statesOf(named);
      for (let epoch = start.epoch; epoch < epochs && !this.#halted(); epoch++) {
        if (epoch > start.epoch) {
          groups = this.#epoch(epoch, null);
          upcoming = next(groups);
        }
        await this.#notify(run, (callback, context) => callback.onEpochBegin?.(epoch, context));
        if (this.#halted()) break;
        report.epochBegin(epoch, session.epochProgress.examples);
        if (!(await this.#steps(run, groups, upcoming))) break;
        logs = await this.#endEpoch(run, epoch);
      }
      report.stop();
      await session.close({ complete: session.epochProgress.epoch >= epochs || this.#stopped });
      await this.#notify(run, (callback, context) => callback.onTrainEnd?.(logs, context));
      return this.#history(
        session.history,
        session.epochProgress.epoch < epochs && this.#options.signal?.aborted === true,
      );
    } catch (error) {
      report.stop();
      session.abandon();
      throw error;
    }
  }

  /** The batches of an epoch, in groups for one call of the backend each. */
  #epoch(index: number, place: JsonValue): AsyncGenerator<BatchGroup, void> {
    return groupBatches(this.#training.epoch(index, place), this.#options.stepsPerExecution ?? 1);
  }

  /** Trains to the end of an epoch; false when it was stopped before. */
  async #steps(run: Run, groups: AsyncGenerator<BatchGroup, void>, first: Upcoming): Promise<boolean> {
    const { session, checker } = run;
    const exact = this.#callbacks.some((callback) => 'onBatchEnd' in callback);
    let before = exact ? await totalNumbers(session.totals) : [];
    for (let upcoming = first; ;) {
      const result = await upcoming;
      if (result.done === true) return true;
      const group = result.value;
      for (const batch of group.batches) checker.check(batch);
      session.step(group, this.#learningRate(session));
      upcoming = next(groups); // filled while the step runs
      await session.keepPace();
      if (exact) before = await this.#batchEnd(run, group, before);
      else this.#readSometimes(run);
      await this.#letEventsIn(run);
      if (this.#halted()) {
        await upcoming;
        await groups.return();
        return false;
      }
    }
  }

  #learningRate({ learningRate }: Session): number | Schedule {
    return learningRate ?? this.#options.learningRate ?? this.#compiled.optimizer.learningRate;
  }

  #setLearningRate(session: Session, value: number): void {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new ArgumentError(`fit: learningRate ${value} is not accepted; use a number >= 0`);
    const given = this.#learningRate(session);
    if (typeof given === 'object') {
      throw new ArgumentError(
        `fit: the learning rate follows the schedule ${given.name}, so that callbacks cannot set it; give a number to ` +
          'the optimizer, or leave it to the schedule',
      );
    }
    session.learningRate = value;
    this.#compiled.optimizer.learningRate = value;
  }

  /** Tells callbacks about the batches of one call; returns the sums after them. */
  async #batchEnd(run: Run, { examples }: BatchGroup, before: readonly number[]): Promise<number[]> {
    const { session, report } = run;
    const sums = await totalNumbers(session.totals);
    const logs = await session.read(run.check);
    const { epoch, batch, examples: seen } = session.epochProgress;
    const batchLogs = batchMeans(session.objective, before, sums, examples);
    report.update(batch, seen, logs);
    await this.#notify(run, (callback, context) =>
      callback.onBatchEnd?.(
        batch - 1,
        logs,
        Object.assign(context, { epoch, step: session.steps, batchLogs, examples }),
      ),
    );
    return sums;
  }

  /** Reads the sums once in a while, without waiting. */
  #readSometimes({ session, report, check }: Run): void {
    if (this.#failure !== null) throw this.#failure;
    const now = performance.now();
    if (this.#reading || now - this.#lastRead < readInterval || (!report.live && !check)) return;
    this.#lastRead = now;
    this.#reading = true;
    const { epoch, batch, examples } = session.epochProgress;
    session
      .read(check)
      .then((logs) => {
        if (session.epochProgress.epoch === epoch) report.update(batch, examples, logs);
      })
      .catch((error: unknown) => {
        this.#failure = error as Error;
      })
      .finally(() => {
        this.#reading = false;
      });
  }

  /** Signals, timers and requests get their turn. */
  async #letEventsIn({ session, report }: Run): Promise<void> {
    await session.serve();
    const now = performance.now();
    if (now - this.#lastYield < yieldInterval) return;
    await platformConsole.yieldToEvents();
    this.#lastYield = performance.now();
    const slow = !hintGiven && this.#options.verbose !== 0 && getBackend() === referenceBackend;
    if (slow && now - this.#begun > hintAfter) {
      hintGiven = true;
      report.note(
        'fit runs in plain TypeScript. In Node two lines make it native (npm install ' +
          '@tesserajs/backend-onnxruntime onnxruntime-node):\n' +
          "  import { onnxruntime } from '@tesserajs/backend-onnxruntime';\n" +
          '  setBackend(onnxruntime());',
      );
    }
  }

  async #endEpoch(run: Run, epoch: number): Promise<Logs> {
    const { session, report, check } = run;
    const { examples } = session.epochProgress;
    const logs = await session.read(check);
    if (session.learningRate !== null) logs['learningRate'] = session.learningRate;
    if (this.#validation !== null) {
      const { evaluate, current, objective } = session;
      const values = await evaluateEpoch(
        'fit: validationData',
        this.#model,
        objective,
        evaluate,
        current,
        this.#validation,
      );
      for (const [name, value] of Object.entries(values)) logs[`val${name[0]!.toUpperCase()}${name.slice(1)}`] = value;
    }
    await session.endEpoch(logs, this.#training.boundary());
    await session.writeBack();
    report.epochEnd(examples, logs);
    await this.#notify(run, (callback, context) => callback.onEpochEnd?.(epoch, logs, context));
    return logs;
  }

  /** Calls callbacks one after the other; the state stands still meanwhile. */
  async #notify({ session }: Run, call: (callback: Callback, context: CallbackContext) => unknown): Promise<void> {
    const [learningRate, setLearningRate] = [
      () => rateAt(this.#learningRate(session), session.steps + 1),
      (value: number) => {
        this.#setLearningRate(session, value);
      },
    ];
    const context: CallbackContext = {
      model: this.#model,
      interrupted: this.#options.signal?.aborted === true,
      get learningRate() {
        return learningRate();
      },
      set learningRate(value) {
        setLearningRate(value);
      },
      stop: () => {
        this.#stopped = true;
      },
      writeWeights: () => session.writeBack(),
    };
    session.paused = true;
    try {
      for (const callback of this.#callbacks) await call(callback, context);
    } finally {
      session.paused = false;
    }
  }

  #halted(): boolean {
    return this.#stopped || this.#options.signal?.aborted === true;
  }

  #history(
    { epochs, history }: Pick<TrainingPosition, 'epochs' | 'history'>,
    interrupted: boolean = this.#halted(),
  ): History {
    const lists = Object.entries(history).map(([name, list]) => [name, [...list]]);
    return { epoch: [...epochs], history: Object.fromEntries(lists) as Record<string, number[]>, interrupted };
  }
}

/** Callbacks by name; those of equal names are numbered. */
function namedCallbacks(callbacks: readonly Callback[]): Map<string, Callback> {
  const named = new Map<string, Callback>();
  for (const callback of callbacks) {
    if (callback.name === undefined) continue;
    let name = callback.name;
    for (let i = 1; named.has(name); i++) name = `${callback.name}_${i}`;
    named.set(name, callback);
  }
  return named;
}

function statesOf(callbacks: ReadonlyMap<string, Callback>): CallbackStates {
  const states: Record<string, CallbackState> = {};
  for (const [name, callback] of callbacks) if (callback.state !== undefined) states[name] = callback.state();
  return states;
}

/** What the parts of a loop work on. */
interface Run {
  readonly session: Session;
  readonly report: Report;
  /** Whether a loss that is not finite ends training. */
  readonly check: boolean;
  readonly checker: BatchChecker;
}

/** Asks for batches; nobody may be waiting when that fails. */
function next(groups: AsyncGenerator<BatchGroup, void>): Upcoming {
  const upcoming = groups.next();
  upcoming.catch(() => undefined);
  return upcoming;
}

/** Throws what explains it when the last layer's activation does not fit the loss. */
function checkActivation({ outputActivation }: AnyModel, { outputs }: Objective): void {
  if (outputActivation !== null && outputs.length === 1) outputs[0]!.loss?.checkActivation?.(outputActivation);
}
