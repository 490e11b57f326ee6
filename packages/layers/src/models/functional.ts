import { ArgumentError, dtypeKind, isTensor, random, ShapeError, type Tensor } from '@tesserajs/tensor';
import type { BuildOptions } from '../layers/layer.js';
import { buildLayers } from '../module/abstract.js';
import type { Context } from '../module/context.js';
import type { AnyModule } from '../module/module.js';
import { isSymbolic, type Concrete, type Symbolic, type SymbolicTensor } from '../module/symbolic-tensor.js';
import { exampleShape, formatSymbolic, type SymbolicShape } from '../shapes.js';
import { isShape, leavesOf, mapLeaves, tensorsOf, type SymbolicShapes } from '../structure.js';
import { connect, isSlot, type FunctionalGraph, type GraphInput, type Slot } from './functional-graph.js';
import { activationOf, Model, type ModelOptions } from './model.js';
import { nameLayers } from './names.js';

/** What `model` takes. */
export interface FunctionalOptions<Inputs, Outputs> extends Omit<ModelOptions, 'inputShape'> {
  /** What `input` made: one, or a list or record of them; also what a layer gave, to begin in the middle. */
  readonly inputs: Inputs;
  /** What layers gave: one, or a list or record. */
  readonly outputs: Outputs;
}

/**
 * A model of layers that were applied to symbolic tensors; made by {@link model}.
 *
 * @example
 * ```ts
 * const x = input({ shape: [3] });
 * const net: Functional = model({ inputs: x, outputs: dense({ units: 2 }).apply(x) });
 * net.outputs.shape; // → [null, 2]
 * ```
 */
export class Functional<Input = Tensor, Output = Tensor> extends Model<Input, Output> {
  static readonly className: string = 'Functional';

  /** The layers, in the order of their first use. */
  readonly layers: readonly AnyModule[];
  /** How they are connected. */
  readonly graph: FunctionalGraph;

  /** As {@link model}. */
  constructor({ inputs, outputs, ...options }: FunctionalOptions<unknown, unknown>) {
    super('functional', options);
    const { graph, layers } = connect(this.name, inputs, outputs);
    this.layers = layers;
    this.graph = graph;
    nameLayers(this.name, layers, new Set(graph.inputs.map(({ name }) => name)));
    this.inputTypes = mapLeaves(graph.inputSlots, isSlot, ({ index }) => {
      const { shape, dtype } = graph.inputs[index]!;
      return { shape: exampleShape(this.name, shape), dtype };
    });
    if (isSymbolic(inputs)) this.inputShape = exampleShape(this.name, inputs.shape).slice(1);
    buildLayers(this, this.inputTypes, { key: random.key(this.seed) });
  }

  /** The inputs as symbolic tensors, in their structure: where a model that shares layers with this one may begin. */
  get inputs(): Symbolic<Input> {
    return symbolic(this.graph, this.graph.inputSlots) as Symbolic<Input>;
  }

  /** The outputs as symbolic tensors, in their structure: other layers may go on from them. */
  get outputs(): Symbolic<Output> {
    return symbolic(this.graph, this.graph.outputSlots) as Symbolic<Output>;
  }

  /**
   * What the layer of a name gives, as a symbolic tensor: where another model may branch off. Of a layer that runs more
   * than once, what it gives first; of one that gives a list or record, what lies at `path`. Throws an ArgumentError for
   * other names.
   *
   * @example
   * ```ts
   * const x = input({ shape: [4] });
   * const hidden = dense({ units: 8, activation: 'relu', name: 'hidden' }).apply(x);
   * const net = model({ inputs: x, outputs: dense({ units: 1 }).apply(hidden) });
   * const features = model({ inputs: net.inputs, outputs: net.outputOf('hidden') });
   * features.apply(ones([2, 4])).shape; // → [2, 8]
   * ```
   */
  outputOf(name: string, path = ''): SymbolicTensor {
    const names = this.layers.map((layer) => ('name' in layer ? String(layer.name) : ''));
    const step = this.graph.steps.find(({ layer }) => names[layer] === name);
    const found = leavesOf(step?.outputs, isSlot);
    const own = found.find((slot) => slot.path === path);
    if (own !== undefined) return this.graph.tensors[own.leaf.index]!;
    throw new ArgumentError(
      step === undefined
        ? `${this.name}: no layer is called ${JSON.stringify(name)}; there are ${names.join(', ')}`
        : `${this.name}: ${name} gives several tensors; say which: ${found.map((slot) => slot.path).join(', ')}`,
    );
  }

  override get outputActivation(): string | null {
    const { outputSlots, steps } = this.graph;
    const last = steps.find(({ outputs }) => outputs === outputSlots);
    return last === undefined ? null : activationOf(this.layers[last.layer]);
  }

  override get inputNames(): readonly string[] {
    return this.graph.inputs.map(({ name }) => name);
  }

  override get parts(): readonly AnyModule[] {
    return this.layers;
  }

  /** All layers have their weights from the beginning: only checks that these are the shapes of the inputs. */
  override build(inputShape: SymbolicShapes<Input>, options: BuildOptions = { key: random.key(this.seed) }): void {
    const { inputs, inputSlots } = this.graph;
    eachSlot(inputSlots, inputShape, ({ index }, value) => {
      const own = inputs[index]!;
      if (!isShape(value) || !fits(value, own.shape)) throw misfit(this.name, own, isShape(value) ? value : null);
    });
    if (!this.built) buildLayers(this, this.inputTypes, options);
  }

  override call(x: Input, ctx: Context): Output {
    const { graph } = this;
    const values = readInputs(this.name, graph, x);
    const at = (slots: unknown): unknown => mapLeaves(slots, isSlot, ({ index }) => values[index]!);
    for (const { layer, inputs, outputs } of graph.steps) {
      const y = this.layers[layer]!.apply(at(inputs) as never, ctx);
      eachSlot(outputs, y, ({ index }, value) => {
        values[index] = value as Tensor;
      });
    }
    return at(graph.outputSlots) as Output;
  }
}

function symbolic({ tensors }: FunctionalGraph, slots: unknown): unknown {
  return mapLeaves(slots, isSlot, ({ index }) => tensors[index]!);
}

/** Visits slots together with the parts of a structure that belong to them; undefined where it has none. */
function eachSlot(slots: unknown, structure: unknown, visit: (slot: Slot, value: unknown) => void): void {
  if (isSlot(slots)) {
    visit(slots, structure);
    return;
  }
  if (typeof slots !== 'object' || slots === null) return;
  const parts = typeof structure === 'object' && structure !== null ? structure : {};
  for (const [name, part] of Object.entries(slots)) {
    eachSlot(part, Object.getOwnPropertyDescriptor(parts, name)?.value, visit);
  }
}

function fits(shape: SymbolicShape, expected: SymbolicShape): boolean {
  return (
    shape.length === expected.length && shape.every((n, i) => n === expected[i] || n === null || expected[i] === null)
  );
}

/** The tensors of the inputs by slot. Throws unless x is what the model takes. */
function readInputs(model: string, { inputs, inputSlots }: FunctionalGraph, x: unknown): Tensor[] {
  const values: Tensor[] = [];
  const given = tensorsOf(x).length;
  if (given !== inputs.length) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new ArgumentError(`${model}: got ${given} tensors, the inputs are ${inputs.length}: ${names}`);
  }
  eachSlot(inputSlots, x, ({ index }, value) => {
    const input = inputs[index]!;
    if (!isTensor(value)) throw misfit(model, input, null);
    if (!fits(value.shape, input.shape)) throw misfit(model, input, value.shape);
    values[index] = dtypeKind(value.dtype) === dtypeKind(input.dtype) ? value : value.cast(input.dtype);
  });
  return values;
}

function misfit(model: string, { name, shape }: GraphInput, given: SymbolicShape | null): Error {
  const rule = `${model}: input ${name} takes ${formatSymbolic(shape)}`;
  if (given === null)
    return new ArgumentError(`${rule}, but is missing; give the inputs in the structure of the model`);
  const unbatched = fits([null, ...given], shape);
  return new ShapeError(
    `${rule}, got ${formatSymbolic(given)}; ` +
      (unbatched ? 'is the batch axis missing? add it with expandDims' : 'sizes other than null must be equal'),
  );
}

/**
 * A model of layers that were applied to what `input` made: with branches, several inputs and outputs, and layers that
 * are used more than once and then share their weights. Models are layers too.
 *
 * Its inputs and outputs are tensors, lists or records, as `inputs` and `outputs` are. All weights are made at once;
 * they follow from `seed`. As `Model` of Keras. Throws an ArgumentError for outputs that depend on other inputs, and
 * for inputs that lead to no output.
 *
 * @example
 * ```ts
 * const x = input({ shape: [4] });
 * const hidden = dense({ units: 8, activation: 'relu' }).apply(x);
 * const net = model({ inputs: x, outputs: { mean: dense({ units: 1 }).apply(hidden), all: hidden } });
 * net.apply(ones([5, 4])).mean.shape; // → [5, 1]
 * ```
 */
export function model<const Inputs, const Outputs>(
  options: FunctionalOptions<Inputs, Outputs>,
): Functional<Concrete<Inputs>, Concrete<Outputs>> {
  return new Functional<Concrete<Inputs>, Concrete<Outputs>>(options);
}
