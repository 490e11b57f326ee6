import { allocate, dtypeKind, integerRange, isFloat, isInteger, type DType } from '../dtypes.js';
import { DTypeError } from '../errors.js';
import { createLeaf, notATensor } from '../graph/bind.js';
import { referenceBackend } from '../execution/reference.js';
import { Storage } from '../execution/storage.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { encodeNumber } from '../half.js';

/** A scalar leaf that holds a JavaScript number: an input when evaluated, a constant when compiled; weak beside weak ones. */
export function scalar(value: number, dtype: DType, weak = false): Tensor {
  const leaf = createLeaf([], dtype, null, weak);
  const data = allocate(dtype, 1);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[0] = BigInt(value);
  else data[0] = encodeNumber(value, dtype);
  leaf.storage = new Storage(referenceBackend, data, 0);
  leaf.literal = value;
  return leaf;
}

/** Gives a JavaScript number or boolean the dtype of the tensor that it meets. */
function scalarLike(operation: string, value: number | boolean, { dtype, weak }: Tensor): Tensor {
  const number = Number(value);
  if (isInteger(dtype)) {
    const [low, high] = integerRange(dtype)!;
    if (!Number.isInteger(number) || number < low || number > high) {
      throw new DTypeError(
        `${operation}: ${value} does not fit ${dtype}, the dtype of the tensor it meets; cast the tensor with .cast('float32')`,
      );
    }
  }
  if (dtypeKind(dtype) === 'bool' && typeof value === 'number') {
    return scalar(number, Number.isInteger(number) ? 'int32' : 'float32');
  }
  if (dtypeKind(dtype) === 'key') {
    throw new DTypeError(`${operation}: a key takes no arithmetic; derive keys with random.split or random.foldIn`);
  }
  return scalar(number, dtype, weak);
}

/** True for a tensor, false for a number or boolean; throws an ArgumentError for anything else. */
function isTensor(operation: string, value: TensorLike): value is Tensor {
  if (typeof value === 'number' || typeof value === 'boolean') return false;
  // What TypeScript rules out, JavaScript passes all the same.
  if ((value as Partial<Tensor> | null | undefined)?.dtype !== undefined) return true;
  throw notATensor(operation, value, 'a tensor, a number or a boolean');
}

/** dtype that a tensor of dtype `own` takes when it meets `other`: bool gives way to anything, weak numbers to tensors. */
function adapt(operation: string, tensor: Tensor, other: Tensor): Tensor {
  if (tensor.dtype === other.dtype) return tensor;
  if (tensor.weak && !other.weak) {
    if (isInteger(other.dtype)) {
      throw new DTypeError(
        `${operation}: a traced JavaScript number meets ${other.dtype}; it may have a fraction: pass it as a tensor of that ` +
          'dtype, or list its argument in staticArgnums',
      );
    }
    if (isFloat(other.dtype)) return tensor.cast(other.dtype);
  }
  if (tensor.dtype === 'bool' && other.dtype !== 'key') return tensor.cast(other.dtype);
  return tensor;
}

/** Two operands as tensors of one dtype where the rules allow it; what does not fit is left to the shape rule's error. */
export function operandPair(operation: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (isTensor(operation, a)) {
    if (isTensor(operation, b)) return a.dtype === b.dtype ? [a, b] : [adapt(operation, a, b), adapt(operation, b, a)];
    const right = scalarLike(operation, b, a);
    return [a.dtype === right.dtype ? a : adapt(operation, a, right), right];
  }
  if (isTensor(operation, b)) {
    const [right, left] = operandPair(operation, b, a);
    return [left, right];
  }
  return [scalar(Number(a), 'float32'), scalar(Number(b), 'float32')];
}

/** One operand as a tensor; a number becomes float32, a boolean bool. */
export function operand(value: TensorLike, operation = 'tensor'): Tensor {
  if (isTensor(operation, value)) return value;
  return scalar(Number(value), typeof value === 'boolean' ? 'bool' : 'float32');
}
