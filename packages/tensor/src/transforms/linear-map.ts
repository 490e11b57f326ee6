import { createLeaf } from '../graph/bind.js';
import type { Trace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { TensorType } from '../graph/primitive.js';
import type { Tensor } from '../tensor.js';
import { substitute } from './substitute.js';

/** A linear function that a trace recorded, to be applied after the trace has ended. */
export interface LinearMap {
  readonly trace: Trace;
  readonly inputs: readonly Tensor[];
  /** Null where the map gives zeros. */
  readonly outputs: readonly (Tensor | null)[];
}

/** Placeholders for the inputs of a map. */
export function mapInputs(trace: Trace, types: readonly TensorType[]): Tensor[] {
  return types.map(({ shape, dtype }) => createLeaf(shape, dtype, trace));
}

/** Applies a map; null stands for zeros, in and out. */
export function applyMap({ trace, inputs, outputs }: LinearMap, values: readonly (Tensor | null)[]): (Tensor | null)[] {
  const made = outputs.filter((output) => output !== null);
  const given = new Map(inputs.map((input, i) => [input, values[i] ?? constant(0, input.shape, input.dtype)]));
  const results = substitute(trace, made, given);
  return outputs.map((output) => (output === null ? null : results[made.indexOf(output)]!));
}
