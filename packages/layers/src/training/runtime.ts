import type { AnyModel } from '../models/model.js';
import type { OptimizerState } from '../optimizers/optimizer.js';
import type { CallbackState } from './callbacks.js';
import type { Compiled } from './compiled.js';
import type { BatchSteps } from './on-batch.js';
import type { Predictor } from './predictor.js';
import type { Session } from './session.js';
import type { TrainingPosition } from './training-state.js';

/** What callbacks remember, by name. */
export type CallbackStates = Readonly<Record<string, CallbackState>>;

/** What a model carries besides its tree: nothing of it is a branch, so that transforms do not see it. */
export interface Runtime {
  compiled: Compiled | null;
  /** The optimizer's state after the last training. */
  optimizer: OptimizerState | null;
  /** Where the last training stopped; null before the first. */
  position: TrainingPosition | null;
  /** What the callbacks of that training remember, by name. */
  callbacks: CallbackStates;
  /** True when the next `fit` is to go on at `position`. */
  resume: boolean;
  /** Whether `fit` runs; while it begins, callbacks may still restore a state. */
  training: false | 'begins' | 'runs';
  /** What that training works on, once it has begun. */
  session: Session | null;
  /** The compiled steps of `trainOnBatch` and `testOnBatch`. */
  batchSteps: BatchSteps | null;
  /** The compiled forward pass. */
  predictor: Predictor | null;
}

const runtimes = new WeakMap<AnyModel, Runtime>();

/** The runtime of a model. */
export function runtimeOf(model: AnyModel): Runtime {
  let runtime = runtimes.get(model);
  if (runtime === undefined) {
    runtime = {
      compiled: null,
      optimizer: null,
      position: null,
      callbacks: {},
      resume: false,
      training: false,
      session: null,
      batchSteps: null,
      predictor: null,
    };
    runtimes.set(model, runtime);
  }
  return runtime;
}
