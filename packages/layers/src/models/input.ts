import { random, ShapeError, type DType, type TensorType } from '@tesserajs/tensor';
import { buildLayers, isType } from '../module/abstract.js';
import type { AnyModule } from '../module/module.js';
import { isSymbolic, SymbolicTensor, type SymbolicCall } from '../module/symbolic-tensor.js';
import { exampleShape } from '../shapes.js';
import { leavesOf, mapLeaves } from '../structure.js';

/** Options of `input`. */
export interface InputOptions {
  /** Shape of one example, without the batch axis. */
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: DType;
  /** Name in summaries and errors; by default its key in the model's inputs, or `input`. */
  readonly name?: string;
  /** Examples in a batch, where all batches have that size. Default any. */
  readonly batchSize?: number;
}

/**
 * Where a model begins: a symbolic tensor, to which layers are applied; `model` makes a model of what comes out.
 *
 * → [batch, …shape], without values. As `Input` of Keras. Throws a ShapeError for shapes that are not known.
 *
 * @example
 * ```ts
 * const x = input({ shape: [3] });
 * const y = dense({ units: 2 }).apply(x);
 * y.shape; // → [null, 2]
 * ```
 */
export function input({ shape, dtype = 'float32', name, batchSize }: InputOptions): SymbolicTensor {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`input: shape ${String(shape)} is not accepted; give the shape of one example: [28, 28, 1]`);
  }
  const whole = [batchSize ?? null, ...(shape as readonly number[])];
  exampleShape('input', whole);
  return new SymbolicTensor(applySymbolic, { shape: whole, dtype, name: name ?? null, call: null });
}

let calls = 0;

/** Notes that a module is applied to symbolic tensors; finds out what it gives. */
function applySymbolic(module: AnyModule, inputs: unknown): unknown {
  const open = leavesOf(inputs, isSymbolic).some(({ leaf: { shape } }) => shape[0] === null);
  const examples = mapLeaves(inputs, isSymbolic, ({ shape, dtype }): TensorType => ({
    shape: exampleShape('apply', shape),
    dtype,
  }));
  // The weights depend on the layer's place in a model, which is not known yet.
  const types = buildLayers(module, examples, { key: random.key(0), empty: true, keep: false });
  const call: { -readonly [K in keyof SymbolicCall]: SymbolicCall[K] } = {
    module,
    inputs,
    outputs: null,
    order: calls++,
  };
  call.outputs = mapLeaves(types, isType, ({ shape, dtype }) => {
    const own = open && shape[0] === 1 ? [null, ...shape.slice(1)] : shape;
    return new SymbolicTensor(applySymbolic, { shape: own, dtype, name: null, call });
  });
  return call.outputs;
}
