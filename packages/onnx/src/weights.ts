import { formatShape, sizeOf, type Tensor } from '@tesserajs/tensor';
import type { ElementArray } from './elements.js';
import { ModelBuildError } from './errors.js';
import { bfloat16Bits, float16Bits } from './float-bits.js';
import { elementType } from './lowering/context.js';

/** A tensor that becomes part of a model. */
export interface Weight {
  readonly name: string;
  readonly data: ElementArray;
}

/** The elements in the form that models store: 16-bit floats as bits. */
async function storedElements(tensor: Tensor): Promise<ElementArray> {
  if (tensor.dtype === 'key') {
    throw new ModelBuildError(
      'toOnnx: a random key from outside would give the same numbers in every run; pass the key as an argument',
    );
  }
  const type = elementType(tensor);
  const data = await tensor.data();
  if (type !== 'float16' && type !== 'bfloat16') return data;
  return Uint16Array.from(data as Float32Array, type === 'float16' ? float16Bits : bfloat16Bits);
}

function isEqual(a: ElementArray, b: ElementArray): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** Throws when a tensor that two traces use in the same place is not the same. */
async function checkSame(tensor: Tensor, data: ElementArray, other: Tensor): Promise<void> {
  if (tensor === other) return;
  const sameSize = sizeOf(tensor.shape) === sizeOf(other.shape);
  if (sameSize && isEqual(data, await storedElements(other))) return;
  throw new ModelBuildError(
    `toOnnx: a tensor that does not depend on the inputs follows the batch size: ${tensor.dtype} ` +
      `${formatShape(tensor.shape)}; compute it from an input, or export with { batch: 'fixed' }`,
  );
}

/**
 * Reads the tensors that a function uses from outside; `others` are those of traces at other batch sizes.
 * Throws a ModelBuildError for random keys and for what differs between the traces.
 */
export async function readWeights(
  captured: readonly Tensor[],
  others: readonly (readonly Tensor[])[],
  names: ReadonlyMap<Tensor, string>,
): Promise<Weight[]> {
  for (const other of others) {
    if (other.length === captured.length) continue;
    throw new ModelBuildError(
      `toOnnx: another batch size uses other tensors from outside (${captured.length}, ${other.length}); ` +
        "make the function independent of it, or export with { batch: 'fixed' }",
    );
  }
  return Promise.all(
    captured.map(async (tensor, i) => {
      const data = await storedElements(tensor);
      for (const other of others) await checkSame(tensor, data, other[i]!);
      return { name: names.get(tensor) ?? `weight_${i}`, data };
    }),
  );
}
