import {
  ArgumentError,
  formatShape,
  isFloat,
  random,
  ShapeError,
  zeros,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { UnbuiltError } from '../errors.js';
import { hashText } from '../hash.js';
import type { Constraint } from '../constraints.js';
import type { Fans, Initializer } from '../initializers.js';
import { Run, type Context } from '../module/context.js';
import { Module } from '../module/module.js';
import type { Regularizer } from '../regularizers.js';
import { exampleShape } from '../shapes.js';
import { exampleShapes, shapesOf, tensorsOf, type Shapes, type SymbolicShapes } from '../structure.js';
import { rulesOf, toConstraint, toRegularizer, type RegularizerName } from './weight-rules.js';

/** Options of every layer. */
export interface LayerOptions {
  /** Name in summaries and errors; by default that of the factory, numbered within a model. */
  readonly name?: string;
  /** Shape of one example, without the batch axis: what a model needs of its first layer to have weights at once. */
  readonly inputShape?: readonly number[];
  /** False freezes the layer. Default true. */
  readonly trainable?: boolean;
  /** Penalty for the layer's output, added to the loss, per example, at each call. Default none. */
  readonly activityRegularizer?: Regularizer | RegularizerName;
}

/** Options of `Layer.build`. */
export interface BuildOptions {
  /** Random key of the first weights. */
  readonly key: Tensor;
  /**
   * Zeros that take no memory instead of initial values, for a model whose weights come from elsewhere. Default
   * false.
   */
  readonly empty?: boolean;
}

/** Makes a weight while a layer is built. */
export type CreateWeight = (name: string, initializer: Initializer, shape: Shape, fans?: Fans) => Tensor;

/**
 * What a field of a layer's saved configuration holds: a list of texts is what it may be, `whole` a number of any sign,
 * `wholes` one or a list of them, `borders` pairs of sizes >= 0, `shape` sizes of which null is
 * open, and `function` what files cannot hold.
 */
export type FieldKind =
  | 'size'
  | 'sizes'
  | 'whole'
  | 'wholes'
  | 'rate'
  | 'number'
  | 'boolean'
  | 'activation'
  | 'initializer'
  | 'layer'
  | 'borders'
  | 'shape'
  | 'text'
  | 'function'
  | readonly string[];

/** What the class of a layer tells about it. */
export interface LayerClass {
  /** Name in saved models; that of the Keras class. */
  readonly className: string;
  /** The fields that make an equal layer when they are given as options. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /**
   * The weights that take a regularizer and a constraint: how their options begin (`depthwise` for
   * `depthwiseRegularizer`), and the fields that hold them (`depthwiseKernel`).
   */
  readonly weightOptions?: Readonly<Record<string, string>>;
}

/**
 * Layers that a constructor made. Copies that transforms make are not among them: what is built on them would be
 * lost.
 */
const originals = new WeakSet<AnyLayer>();
let bareLayers = 0;

/** Any layer, whatever it takes and gives. */
export type AnyLayer = Layer<never, unknown>;

/** A module that Keras knows: named, built from the shape of its input, saved with its options. */
export abstract class Layer<Input = Tensor, Output = Tensor> extends Module<Input, Output> {
  /** Name in summaries and errors. */
  name: string;
  /** True when the name was given: a model then does not number it. */
  readonly named: boolean;
  /** Name of the factory that makes such layers. */
  readonly factory: string;
  /** Shape of one example, where it was given. */
  inputShape: readonly number[] | null;
  /** Penalty for the output. */
  readonly activityRegularizer: Regularizer | null;
  /** Penalties for weights, by what their options begin with. */
  readonly regularizers: Readonly<Record<string, Regularizer>>;
  /** What weights fulfil after each step of training, likewise. */
  readonly constraints: Readonly<Record<string, Constraint>>;

  constructor(factory: string, options: LayerOptions) {
    super();
    originals.add(this);
    this.name = options.name ?? factory;
    this.named = options.name !== undefined;
    this.factory = factory;
    this.trainable = options.trainable ?? true;
    this.inputShape = options.inputShape ?? null;
    if (options.inputShape !== undefined) exampleShape(`${this.name}: inputShape`, [null, ...options.inputShape]);
    const { activityRegularizer } = options;
    this.activityRegularizer = activityRegularizer === undefined ? null : toRegularizer(this.name, activityRegularizer);
    const { weightOptions = {} } = this.constructor as Partial<LayerClass>;
    const weights = Object.keys(weightOptions);
    this.regularizers = rulesOf(this.name, weights, options, 'Regularizer', toRegularizer);
    this.constraints = rulesOf(this.name, weights, options, 'Constraint', toConstraint);
  }

  /** True when the layer has its weights, or needs none. */
  get built(): boolean {
    return true;
  }

  /**
   * Creates the weights for inputs of a shape (batch axis included, null for unknown); for several inputs, of a list or
   * record of shapes. A layer that has weights keeps them.
   */
  build(inputShape: SymbolicShapes<Input>, options?: BuildOptions): void {
    if (this.built) return;
    const { key = bareKey(), empty = false } = options ?? {};
    this.createWeights?.(exampleShapes<Input>(`${this.name}: build`, inputShape), (name, initializer, shape, fans) =>
      empty ? zeros(shape) : initializer.create(random.foldIn(key, hashText(name)), shape, fans),
    );
  }

  protected override prepare(x: Input, ctx: Context | undefined): void {
    if (!this.built) this.buildFrom(x, ctx);
  }

  protected override finish(y: Output, ctx: Context): void {
    const { activityRegularizer } = this;
    if (activityRegularizer === null) return;
    for (const part of tensorsOf(y)) ctx.addLoss(activityRegularizer.call(part).div(part.shape[0] ?? 1));
  }

  /** Builds the layer for its first input. Throws an UnbuiltError where that would come too late. */
  protected buildFrom(x: Input, ctx: Context | undefined): void {
    const building = ctx instanceof Run && ctx.building;
    if ((isTraced(x) && !building) || !originals.has(this)) throw unbuilt(this);
    this.build(shapesOf(x), ctx instanceof Run ? { key: ctx.weightKey(this), empty: ctx.buildsEmpty } : undefined);
  }

  /** Makes the weights, in a layer that has some; kernel before bias. */
  protected createWeights?(inputShape: Shapes<Input>, create: CreateWeight): void;
}

/** True when tensors of a structure are placeholders of a trace. */
export function isTraced(structure: unknown): boolean {
  return tensorsOf(structure).some(({ trace }) => trace !== null);
}

/** Layers that are used outside a model have no path: each gets the next key, so that two of a kind differ. */
export function bareKey(): Tensor {
  return random.foldIn(random.key(0), bareLayers++);
}

/** The error for a layer that has no weights. */
export function unbuilt(layer: AnyLayer): UnbuiltError {
  return new UnbuiltError(
    `${layer.name}: the layer has no weights yet; give the model's first layer an inputShape, call ` +
      'model.build([null, …]), ' +
      'or run fit or predict first',
  );
}

/** A weight; throws an UnbuiltError where it does not exist yet. */
export function weightOf(layer: AnyLayer, weight: Tensor | null): Tensor {
  if (weight === null) throw unbuilt(layer);
  return weight;
}

/** x as a float: integers and bools become the dtype of the weights. */
export function asFloat(x: Tensor, like: Tensor | null = null): Tensor {
  return isFloat(x.dtype) ? x : x.cast(like?.dtype ?? 'float32');
}

/** Throws a ShapeError unless x has the axes that a layer works on. */
export function checkAxes(layer: AnyLayer, shape: Shape, axes: readonly string[]): void {
  if (shape.length === axes.length) return;
  const hint =
    shape.length === axes.length - 1
      ? 'is an axis missing (a batch of one, or one channel)? add it with expandDims'
      : 'reshape it';
  throw new ShapeError(
    `${layer.name}: input ${formatShape(shape)} has ${shape.length} axes, the layer takes ${axes.length}: ` +
      `[${axes.join(', ')}]; ${hint}`,
  );
}

/** Throws an ArgumentError unless an option is a whole number of at least 1. */
export function checkSize(operation: string, option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ArgumentError(`${operation}: ${option} ${JSON.stringify(value)} is not accepted; use a whole number >= 1`);
}
