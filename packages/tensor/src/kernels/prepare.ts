import { allocate, isHalf, type HostArray } from '../dtypes.js';
import type { Kernel, KernelNode, Primitive, TensorType } from '../graph/primitive.js';
import { decodeNumber, encodeNumber } from '../half.js';
import { sizeOf } from '../shapes.js';

function widen(type: TensorType): TensorType {
  return isHalf(type.dtype) ? { shape: type.shape, dtype: 'float32' } : type;
}

function decode(bits: HostArray, { dtype }: TensorType): HostArray {
  if (!isHalf(dtype)) return bits;
  const numbers = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) numbers[i] = decodeNumber(bits[i] as number, dtype);
  return numbers;
}

function encode(numbers: HostArray, bits: HostArray, { dtype }: TensorType): void {
  for (let i = 0; i < bits.length; i++) bits[i] = encodeNumber(numbers[i] as number, dtype);
}

/** The reference kernel of a node; float16 and bfloat16 are computed in float32 unless the kernel takes their bits. */
export function prepareKernel(primitive: Primitive, node: KernelNode<object>): Kernel {
  const { operands, results, attributes } = node;
  const plain = ![...operands, ...results].some(({ dtype }) => isHalf(dtype));
  if (plain || primitive.takesBits === true) return primitive.reference(node);
  const kernel = primitive.reference({ operands: operands.map(widen), results: results.map(widen), attributes });
  return (inputs, outputs) => {
    const wide = results.map((type, i) => (isHalf(type.dtype) ? allocate('float32', sizeOf(type.shape)) : outputs[i]!));
    kernel(
      inputs.map((input, i) => decode(input, operands[i]!)),
      wide,
    );
    results.forEach((type, i) => {
      if (isHalf(type.dtype)) encode(wide[i]!, outputs[i]!, type);
    });
  };
}
