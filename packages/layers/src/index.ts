/**
 * Keras-style layers, models and training for Tessera tensors.
 * @packageDocumentation
 */
export type { Activation, ActivationName } from './activations.js';
export { NonFiniteLossError, NotCompiledError, UnbuiltError } from './errors.js';
export type { InitializerName } from './initializer-names.js';
export * as initializers from './initializers.js';
export { activation, ActivationLayer, type ActivationOptions } from './layers/activation.js';
export { conv2d, Conv2d, type Conv2dOptions } from './layers/conv2d.js';
export { dense, Dense, type DenseOptions } from './layers/dense.js';
export { dropout, Dropout, type DropoutOptions } from './layers/dropout.js';
export { flatten, Flatten } from './layers/flatten.js';
export {
  Layer,
  type AnyLayer,
  type BuildOptions,
  type CreateWeight,
  type FieldKind,
  type LayerClass,
  type LayerOptions,
} from './layers/layer.js';
export { add, Add } from './layers/merging/add.js';
export { Merging } from './layers/merging/merging.js';
export { maxPooling2d, MaxPooling2d, type MaxPooling2dOptions } from './layers/max-pooling2d.js';
export * as losses from './losses.js';
export * as metrics from './metrics.js';
export { Functional, model, type FunctionalOptions } from './models/functional.js';
export { input, type InputOptions } from './models/input.js';
export { Model, type AnyModel, type CompileOptions, type ModelOptions, type SummaryOptions } from './models/model.js';
export { sequential, Sequential } from './models/sequential.js';
export type { ModelSummary, SummaryRow } from './models/summary.js';
export { applyModule, type ApplyOptions } from './module/apply-module.js';
export type { Context } from './module/context.js';
export { Module, type AnyModule } from './module/module.js';
export { SymbolicTensor, type Concrete, type Symbolic } from './module/symbolic-tensor.js';
export { namedWeights, type Weight } from './module/weights.js';
export * as optimizers from './optimizers.js';
export type { SymbolicShape } from './shapes.js';
export type { Shapes, SymbolicShapes, Tensors } from './structure.js';
export type { Batch, BatchSource, JsonValue } from './training/batches.js';
export type { BatchContext, Callback, CallbackContext, History, Logs } from './training/callbacks.js';
export type { ArrayData, HostTensor } from './training/host-tensor.js';
export type { BatchedOptions, FitOptions } from './training/options.js';
export {
  loadTrainingState,
  saveTrainingState,
  type NamedConfig,
  type TrainingPosition,
  type TrainingState,
} from './training/training-state.js';
export { loadCheckpoint, loadModelFiles, saveCheckpoint, saveModelFiles } from './saving/files.js';
export { loadModel, saveModel, type SavedModel } from './saving/save-model.js';
