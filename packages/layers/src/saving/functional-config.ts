import type { DType } from '@tesserajs/tensor';
import type { AnyLayer } from '../layers/layer.js';
import { isSlot, type FunctionalGraph } from '../models/functional-graph.js';
import { model } from '../models/functional.js';
import { input } from '../models/input.js';
import type { ModelOptions } from '../models/model.js';
import { isSymbolic, type SymbolicTensor } from '../module/symbolic-tensor.js';
import { isRecord, mapLeaves } from '../structure.js';
import { addRuns, noteRuns } from './runs.js';
import { explained, misfit, readList, readObject, readSizes, readText, readWhole, type JsonObject } from './fields.js';

/** Fields of a functional model beside its name, seed and layers. */
export const functionalFields: readonly string[] = ['inputs', 'steps', 'inputSlots', 'outputSlots'];

/** How the layers of a model are connected; a number stands for a tensor. */
export function writeGraph(graph: FunctionalGraph): JsonObject {
  const numbers = (slots: unknown): unknown => mapLeaves(slots, isSlot, ({ index }) => index);
  return {
    inputs: graph.inputs,
    steps: graph.steps.map(({ layer, inputs, outputs }) => ({
      layer,
      inputs: numbers(inputs),
      outputs: numbers(outputs),
    })),
    inputSlots: numbers(graph.inputSlots),
    outputSlots: numbers(graph.outputSlots),
  };
}

const inputDTypes: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
];

/** The model of a configuration: its layers are applied as they once were. */
export function readFunctional(
  path: string,
  config: JsonObject,
  layers: readonly AnyLayer[],
  options: ModelOptions,
): AnyLayer {
  const tensors = new Map<number, SymbolicTensor>();
  readList(`${path}.inputs`, config['inputs']).forEach((value, i) => {
    tensors.set(i, readInput(`${path}.inputs[${i}]`, value));
  });
  const inputs = readSlots(`${path}.inputSlots`, config['inputSlots'], tensors);
  const used = new Set<number>();
  let runs = 1;
  readList(`${path}.steps`, config['steps']).forEach((value, i) => {
    const at = `${path}.steps[${i}]`;
    const step = readObject(at, value, ['layer', 'inputs', 'outputs']);
    const layer = readWhole(`${at}.layer`, step['layer'], 0, layers.length - 1);
    used.add(layer);
    runs = addRuns(at, runs, layers[layer]!);
    const x = readSlots(`${at}.inputs`, step['inputs'], tensors);
    const y: unknown = explained(at, () => layers[layer]!.apply(x as never));
    assign(`${at}.outputs`, step['outputs'], y, tensors);
  });
  const unused = layers.findIndex((_, i) => !used.has(i));
  if (unused >= 0) throw misfit(`${path}.steps`, `such that layer ${unused} is in use`, config['steps']);
  const outputs = readSlots(`${path}.outputSlots`, config['outputSlots'], tensors);
  const made: AnyLayer = explained(path, () => model<unknown, unknown>({ ...options, inputs, outputs }));
  noteRuns(made, runs);
  return made;
}

function readInput(path: string, value: unknown): SymbolicTensor {
  const config = readObject(path, value, ['name', 'shape', 'dtype']);
  const [batch, ...rest] = readList(`${path}.shape`, config['shape']);
  const dtype = inputDTypes.find((known) => known === config['dtype']);
  if (dtype === undefined) throw misfit(`${path}.dtype`, `one of ${inputDTypes.join(', ')}`, config['dtype']);
  return input({
    name: readText(`${path}.name`, config['name']),
    shape: readSizes(`${path}.shape`, rest),
    dtype,
    ...(batch === null ? {} : { batchSize: readWhole(`${path}.shape[0]`, batch, 1) }),
  });
}

/** Numbers in lists and records replaced by the tensors that they stand for. */
function readSlots(path: string, value: unknown, tensors: ReadonlyMap<number, SymbolicTensor>): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    return readList(path, value).map((part, i) => readSlots(`${path}[${i}]`, part, tensors));
  }
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, readSlots(`${path}.${name}`, part, tensors)]),
    );
  }
  const tensor = typeof value === 'number' ? tensors.get(value) : undefined;
  if (tensor === undefined) throw misfit(path, 'the number of an input or of what a step before gave', value);
  return tensor;
}

/** Notes the numbers of what a step gave. */
function assign(path: string, slots: unknown, given: unknown, tensors: Map<number, SymbolicTensor>): void {
  if (isSymbolic(given)) {
    const slot = readWhole(path, slots, 0);
    if (tensors.has(slot)) throw misfit(path, 'a number that was not used before', slot);
    tensors.set(slot, given);
    return;
  }
  if (typeof given !== 'object' || given === null) return;
  if (typeof slots !== 'object' || slots === null) throw misfit(path, 'numbers for all that the layer gives', slots);
  for (const [name, part] of Object.entries(given)) {
    assign(`${path}.${name}`, Object.getOwnPropertyDescriptor(slots, name)?.value, part, tensors);
  }
}
