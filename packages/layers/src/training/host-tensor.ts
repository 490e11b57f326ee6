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

/** The values of arrays given to `fit`, `evaluate` or `predict`. Throws for what has no axis of examples. */
export async function toHostTensor(operation: string, role: string, array: ArrayData): Promise<HostTensor> {
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

/** A tensor over the memory of a host tensor, which stays as it is until the tensor was used. */
export function feed({ data, shape, dtype }: HostTensor): Tensor {
  return tensor(data, { shape, dtype, copy: false });
}
