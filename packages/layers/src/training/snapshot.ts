import { ArgumentError, FormatError, type Tensor } from '@tesserajs/tensor';
import { UnbuiltError } from '../errors.js';
import type { AnyModel } from '../models/model.js';
import { assignWeights, checkType, namedWeights } from '../module/weights.js';
import type { OptimizerState } from '../optimizers/optimizer.js';
import { lossConfig, type Compiled } from './compiled.js';
import { objectiveOf } from './objective.js';
import { ownCopies, takeApart } from './parts.js';
import { compiledOf } from './prepare.js';
import { runtimeOf, type CallbackStates } from './runtime.js';
import { totalSize } from './totals.js';
import type { NamedConfig, TrainingPosition, TrainingState } from './training-state.js';

const modelPrefix = 'model.';
const optimizerPrefix = 'optimizer.';
const callbacksPrefix = 'callbacks.';

/** A training state from tensors in use, which it copies. */
export async function takeSnapshot(
  model: AnyModel,
  compiled: Compiled,
  weights: readonly Tensor[],
  optimizer: OptimizerState,
  position: TrainingPosition,
  callbacks: CallbackStates,
): Promise<TrainingState> {
  const named = namedWeights(model).map(({ path }, i) => [`${modelPrefix}${path}`, weights[i]!] as const);
  const { paths } = takeApart(model);
  const memory = Object.entries(optimizer).flatMap(([name, list]) =>
    list.map((tensor, i) => [`${optimizerPrefix}${name}.${paths[i] ?? String(i)}`, tensor] as const),
  );
  const remembered = Object.entries(callbacks).flatMap(([name, { tensors = {} }]) =>
    Object.entries(tensors).map(([key, tensor]) => [`${callbacksPrefix}${name}.${key}`, tensor] as const),
  );
  const all = [...named, ...memory, ...remembered];
  const copies = await ownCopies(all.map(([, tensor]) => tensor));
  return {
    optimizer: nameAndConfig(compiled.optimizer),
    loss: lossConfig(compiled),
    position,
    callbacks: Object.fromEntries(Object.entries(callbacks).map(([name, { values }]) => [name, values])),
    tensors: Object.fromEntries(all.map(([name], i) => [name, copies[i]!])),
  };
}

function nameAndConfig({ name, config }: NamedConfig): NamedConfig {
  return { name, config };
}

/** Throws a FormatError unless the model was compiled as it was when the state was taken. */
function checkSame(what: string, then: NamedConfig, now: NamedConfig): void {
  const text = ({ name, config }: NamedConfig): string => `${name} ${JSON.stringify(config)}`;
  if (text(then) === text(now)) return;
  throw new FormatError(
    `restore: the state is that of the ${what} ${text(then)}, the model was compiled with ${text(now)}`,
  );
}

/** Implements `model.state`. */
export function trainingState(model: AnyModel): Promise<TrainingState> {
  const runtime = runtimeOf(model);
  if (runtime.session !== null) return runtime.session.snapshot();
  const { compiled, optimizer, position } = runtime;
  if (compiled === null || optimizer === null || position === null) {
    return Promise.reject(
      new ArgumentError(
        `state: ${model.name} has nothing to go on with: it was not trained yet, or the last fit failed`,
      ),
    );
  }
  const weights = namedWeights(model).map(({ tensor }) => tensor);
  return takeSnapshot(model, compiled, weights, optimizer, position, runtime.callbacks);
}

/** Implements `model.restore`. */
export function restoreTraining(model: AnyModel, state: TrainingState): void {
  const { position, tensors } = state;
  const compiled = compiledOf('restore', model);
  const { optimizer } = compiled;
  const runtime = runtimeOf(model);
  if (runtime.training === 'runs')
    throw new ArgumentError(`restore: ${model.name} is being trained; wait for fit to end`);
  if (!model.built) {
    throw new UnbuiltError(`restore: ${model.name} has no weights yet; call model.build([null, …]) first`);
  }
  checkSame('optimizer', state.optimizer, optimizer);
  checkSame('loss', state.loss, lossConfig(compiled));
  const size = totalSize(objectiveOf('restore', model, compiled, model.inputTypes));
  if (position.totals.length !== size) {
    throw new FormatError(
      `restore: the state has ${position.totals.length} sums of loss and metrics, those that the model was compiled ` +
        `with have ${size}; compile with the same metrics`,
    );
  }
  const entries = Object.entries(tensors);
  const under = (prefix: string): Map<string, Tensor> =>
    new Map(
      entries.filter(([path]) => path.startsWith(prefix)).map(([path, value]) => [path.slice(prefix.length), value]),
    );
  const memory = under(optimizerPrefix);
  const { weights, paths } = takeApart(model);
  const template = Object.entries(optimizer.init(weights, paths)).map(([part, list]) => {
    const loaded = list.map((expected, i) => {
      const path = `${part}.${paths[i] ?? String(i)}`;
      const given = memory.get(path);
      if (given === undefined) throw new FormatError(`restore: ${optimizerPrefix}${path} is missing`);
      checkType('restore', `${optimizerPrefix}${path}`, given, expected);
      return given;
    });
    return [part, loaded] as const;
  });
  assignWeights('restore', model, under(modelPrefix));
  runtime.optimizer = Object.fromEntries(template);
  runtime.position = position;
  runtime.callbacks = callbackStates(state);
  runtime.resume = true;
}

/** What each callback remembers, tensors included. */
function callbackStates({ callbacks, tensors }: TrainingState): CallbackStates {
  return Object.fromEntries(
    Object.entries(callbacks).map(([name, values]) => {
      const prefix = `${callbacksPrefix}${name}.`;
      const own = Object.entries(tensors).filter(([path]) => path.startsWith(prefix));
      return [
        name,
        { values, tensors: Object.fromEntries(own.map(([path, tensor]) => [path.slice(prefix.length), tensor])) },
      ];
    }),
  );
}
