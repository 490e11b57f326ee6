import {
  ArgumentError,
  dtypeKind,
  formatShape,
  isTensor,
  ShapeError,
  sizeOf,
  tensor,
  type DType,
  type HostArray,
  type Tensor,
} from '@tesserajs/tensor';
import { isRecord, leavesOf, mapLeaves, type Tensors } from '../structure.js';

/** A typed array with a shape, row-major; what batches consist of. */
export interface HostTensor {
  readonly data: HostArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * Data in memory, examples along axis 0: a tensor, or a typed array with its shape (dtype by default that of the
 * array).
 */
export type ArrayData =
  Tensor | { readonly data: HostArray; readonly shape: readonly number[]; readonly dtype?: DType };

/** Data of a model with several inputs or outputs: arrays in lists and records. */
export type Arrays = ArrayData | readonly Arrays[] | { readonly [name: string]: Arrays };

/** Host tensors, alone or in lists and records. */
export type HostTensors = HostTensor | readonly HostTensors[] | { readonly [name: string]: HostTensors };

/** True for tensors and for typed arrays with a shape. */
export function isArrayData(value: unknown): value is ArrayData {
  return isTensor(value) || (typeof value === 'object' && value !== null && 'shape' in value && 'data' in value);
}

/** True for arrays, and for lists and records of nothing else. */
export function isArrays(value: unknown): value is Arrays {
  if (isArrayData(value)) return true;
  const parts = Array.isArray(value) ? (value as unknown[]) : isRecord(value) ? Object.values(value) : [];
  return parts.length > 0 && parts.every(isArrays);
}

/** True for host tensors. */
export function isHostTensor(value: unknown): value is HostTensor {
  return isArrayData(value) && !isTensor(value);
}

/** The host tensors of a structure, in order, with their paths. */
export function hostLeaves(structure: unknown): { readonly leaf: HostTensor; readonly path: string }[] {
  return leavesOf(structure, isHostTensor);
}

/** A structure of the same form, of what `f` makes of each host tensor. */
export function mapHost(structure: unknown, f: (leaf: HostTensor, path: string) => unknown): unknown {
  return mapLeaves(structure, isHostTensor, f);
}

/** The values of arrays given to `fit`, `evaluate` or `predict`. Throws for what has no axis of examples. */
export async function toHostTensors(operation: string, role: string, arrays: Arrays): Promise<HostTensors> {
  if (!isArrays(arrays)) {
    throw new ArgumentError(
      `${operation}: ${role} is no data; use tensors or { data, shape }, alone or in lists and records`,
    );
  }
  const leaves = leavesOf(arrays, isArrayData);
  const values = await Promise.all(
    leaves.map(({ leaf, path }) => toHostTensor(operation, path === '' ? role : `${role}.${path}`, leaf)),
  );
  let next = 0;
  return mapLeaves(arrays, isArrayData, () => values[next++]!) as HostTensors;
}

async function toHostTensor(operation: string, role: string, array: ArrayData): Promise<HostTensor> {
  const { shape } = array;
  if (shape.length === 0)
    throw new ShapeError(`${operation}: ${role} is a scalar; it needs an axis of examples: [examples, …]`);
  if (shape[0] === 0) throw new ArgumentError(`${operation}: ${role} ${formatShape(shape)} holds no examples`);
  if (isTensor(array)) {
    if (dtypeKind(array.dtype) === 'key')
      throw new ArgumentError(`${operation}: ${role} holds random keys; it must be numbers`);
    const half = array.dtype === 'float16' || array.dtype === 'bfloat16';
    return { data: await array.data(), shape, dtype: half ? 'float32' : array.dtype };
  }
  if (array.data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${operation}: ${role} of shape ${formatShape(shape)} needs ${sizeOf(shape)} elements, its array has ` +
        `${array.data.length}`,
    );
  }
  return { data: array.data, shape, dtype: array.dtype ?? tensor(array.data, { shape, copy: false }).dtype };
}

/** Tensors over the memory of host tensors, which stays as it is until the tensors were used. */
export function feed(structure: HostTensors): Tensors {
  return mapHost(structure, ({ data, shape, dtype }) => tensor(data, { shape, dtype, copy: false })) as Tensors;
}
