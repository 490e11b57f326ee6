import { ArgumentError, type DType } from '@tesserajs/tensor';
import type { AnyModule } from '../module/module.js';
import { isSymbolic, type SymbolicCall, type SymbolicTensor } from '../module/symbolic-tensor.js';
import { formatSymbolic, type SymbolicShape } from '../shapes.js';
import { leavesOf, mapLeaves } from '../structure.js';
import { freeName } from './names.js';

/** A place that holds one tensor while a model runs. */
export class Slot {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** True for slots. */
export function isSlot(value: unknown): value is Slot {
  return value instanceof Slot;
}

/** An input of a model. */
export interface GraphInput {
  readonly name: string;
  readonly shape: SymbolicShape;
  readonly dtype: DType;
}

/** One application of a layer: slots in lists and records. */
export interface GraphStep {
  /** Position in the model's list of layers. */
  readonly layer: number;
  readonly inputs: unknown;
  readonly outputs: unknown;
}

/** What a functional model computes, apart from its layers: nothing of it changes. */
export class FunctionalGraph {
  /** In the order of the slots that they fill, which are the first. */
  readonly inputs: readonly GraphInput[];
  /** In the order in which they run. */
  readonly steps: readonly GraphStep[];
  /** Slots in the structure of the inputs. */
  readonly inputSlots: unknown;
  /** Slots in the structure of the outputs. */
  readonly outputSlots: unknown;
  /** The symbolic tensor of each slot. */
  readonly tensors: readonly SymbolicTensor[];

  constructor(parts: Pick<FunctionalGraph, 'inputs' | 'steps' | 'inputSlots' | 'outputSlots' | 'tensors'>) {
    this.inputs = parts.inputs;
    this.steps = parts.steps;
    this.inputSlots = parts.inputSlots;
    this.outputSlots = parts.outputSlots;
    this.tensors = parts.tensors;
  }
}

/**
 * The graph from symbolic inputs to symbolic outputs, and its layers in the order of their first use. Throws an
 * ArgumentError where they are not connected.
 */
export function connect(
  model: string,
  inputs: unknown,
  outputs: unknown,
): { readonly graph: FunctionalGraph; readonly layers: readonly AnyModule[] } {
  const slots = new Map<SymbolicTensor, Slot>();
  const slot = (tensor: SymbolicTensor): Slot => {
    let own = slots.get(tensor);
    if (own === undefined) slots.set(tensor, (own = new Slot(slots.size)));
    return own;
  };
  const sources = namedInputs(model, inputs);
  const inputSlots = mapLeaves(inputs, isSymbolic, slot);
  const ends = leavesOf(outputs, isSymbolic);
  if (ends.length === 0)
    throw new ArgumentError(`${model}: there are no outputs; give what layers gave for the inputs`);
  const calls = callsBetween(
    model,
    new Map(sources.map(({ tensor, name }) => [tensor, name])),
    ends.map(({ leaf }) => leaf),
  );
  const layers = [...new Set(calls.map(({ module }) => module))];
  const places = new Map(layers.map((layer, i) => [layer, i]));
  const steps = calls.map((call) => ({
    layer: places.get(call.module)!,
    inputs: mapLeaves(call.inputs, isSymbolic, slot),
    outputs: mapLeaves(call.outputs, isSymbolic, slot),
  }));
  const outputSlots = mapLeaves(outputs, isSymbolic, slot);
  const graph = new FunctionalGraph({
    inputs: sources.map(({ tensor: { shape, dtype }, name }) => ({ name, shape, dtype })),
    steps,
    inputSlots,
    outputSlots,
    tensors: [...slots.keys()],
  });
  return { graph, layers };
}

/** The inputs with names that differ. */
function namedInputs(model: string, inputs: unknown): { readonly tensor: SymbolicTensor; readonly name: string }[] {
  const leaves = leavesOf(inputs, isSymbolic);
  if (leaves.length === 0) throw new ArgumentError(`${model}: there are no inputs; give what input() made`);
  const taken = new Set<string>();
  const seen = new Set<SymbolicTensor>();
  return leaves.map(({ leaf: tensor, path }) => {
    if (seen.has(tensor)) throw new ArgumentError(`${model}: input ${path} occurs twice among the inputs`);
    seen.add(tensor);
    const key = /^\d*$/.test(path) ? 'input' : path;
    return { tensor, name: freeName(tensor.name ?? key, taken) };
  });
}

/** The applications that lead from inputs to outputs, each after those that it depends on. */
function callsBetween(
  model: string,
  inputs: ReadonlyMap<SymbolicTensor, string>,
  outputs: readonly SymbolicTensor[],
): SymbolicCall[] {
  const calls = new Set<SymbolicCall>();
  const reached = new Set<SymbolicTensor>();
  const open = [...outputs];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (reached.has(tensor)) continue;
    reached.add(tensor);
    if (inputs.has(tensor)) continue;
    const { call } = tensor;
    if (call === null) throw disconnected(model, tensor);
    if (calls.has(call)) continue;
    calls.add(call);
    for (const { leaf } of leavesOf(call.inputs, isSymbolic)) open.push(leaf);
  }
  for (const [tensor, name] of inputs) {
    if (reached.has(tensor)) continue;
    throw new ArgumentError(
      `${model}: input ${name} ${formatSymbolic(tensor.shape)} leads to no output; leave it out of the inputs, or use it`,
    );
  }
  return [...calls].sort((a, b) => a.order - b.order);
}

function disconnected(model: string, { name, shape }: SymbolicTensor): ArgumentError {
  return new ArgumentError(
    `${model}: the outputs depend on the input ${name ?? ''}${name === null ? '' : ' '}${formatSymbolic(shape)}, ` +
      'which is not among the inputs; add it to inputs',
  );
}
