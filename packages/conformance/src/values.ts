import {
  isFloat,
  random,
  sizeOf,
  tensor,
  type DType,
  type HostArray,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';

/** A value as numbers; bigint beyond 2^53. */
export interface Value {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly (number | bigint)[];
}

/** The value as a tensor; a key from the sum of its words. */
export function toTensor({ dtype, shape, values }: Value): Tensor {
  if (dtype === 'int64') return tensor(BigInt64Array.from(values, BigInt), { shape });
  if (dtype === 'uint64') return tensor(BigUint64Array.from(values, BigInt), { shape });
  if (dtype === 'key') {
    const key = random.key(values.reduce<number>((sum, word) => sum + Number(word), 0) % 2 ** 32);
    return shape.length === 0 ? key : random.split(key, sizeOf(shape)).reshape(shape);
  }
  return tensor(values.map(Number), { dtype, shape });
}

/** Numbers of any typed array. */
export function toNumbers(data: HostArray): number[] {
  return Array.from<number | bigint, number>(data, Number);
}

/** Distance of 1 to the next larger float. */
export function epsilon(dtype: DType): number {
  const table: Partial<Record<DType, number>> = {
    float64: 2 ** -52,
    float32: 2 ** -23,
    float16: 2 ** -10,
    bfloat16: 2 ** -7,
  };
  return isFloat(dtype) ? table[dtype]! : 0;
}
