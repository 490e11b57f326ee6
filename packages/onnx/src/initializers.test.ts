import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocate, bytesPerElement, elementTypeCode, elementTypes, type ElementType } from './elements.js';
import { fromBfloat16Bits, fromFloat16Bits } from './float-bits.js';
import { ModelBuilder } from './model-builder.js';
import { parseModel } from './parse-model.js';
import { runModel } from './run-model.fixture.js';
import { tensorValue } from './tensor-data.js';
import type { TensorValue } from './tensor-proto.js';

/** Any bits of an element type, in any shape of up to three small sizes, zero included. */
function anyTensor(elementType: ElementType): fc.Arbitrary<TensorValue> {
  return fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((dims) => {
    const length = dims.reduce((product, size) => product * size, 1);
    const size = length * bytesPerElement(elementType);
    return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
      const data = allocate(elementType, length);
      new Uint8Array(data.buffer).set(elementType === 'bool' ? bytes.map((byte) => byte & 1) : bytes);
      return { elementType, dims, data };
    });
  });
}

/** The binding cannot read 16-bit floats, so the graph converts them. */
function expected({ elementType, data }: TensorValue): unknown[] {
  const values = Array.from<number | bigint>(data);
  if (elementType === 'float16') return values.map((bits) => fromFloat16Bits(Number(bits)));
  if (elementType === 'bfloat16') return values.map((bits) => fromBfloat16Bits(Number(bits)));
  return values;
}

function modelOf(tensor: TensorValue, threshold: number | null): ModelBuilder {
  const { elementType, dims, data } = tensor;
  const builder = new ModelBuilder({ externalData: threshold === null ? false : { threshold } });
  const { graph } = builder;
  const value = graph.initializer('value', elementType, dims, data);
  const half = elementType === 'float16' || elementType === 'bfloat16';
  const readable = half ? graph.node('Cast', [value], { to: { int: elementTypeCode('float32') } }) : value;
  graph.output(readable, half ? 'float32' : elementType, dims, 'y');
  return builder;
}

for (const elementType of elementTypes) {
  it(`${elementType}: ONNX Runtime and the reader see the elements that were written`, async () => {
    await fc.assert(
      fc.asyncProperty(anyTensor(elementType), fc.constantFrom(null, 0, 16), async (tensor, threshold) => {
        const builder = modelOf(tensor, threshold);
        const { y } = await runModel(builder);
        expect(y).toEqual({ dims: tensor.dims, data: expected(tensor) });

        const read = parseModel(builder.toBytes()).graph?.initializer[0];
        expect(read).toBeDefined();
        if (read !== undefined) expect(bitsOf(tensorValue(read, builder.externalData))).toEqual(bitsOf(tensor));
      }),
      { numRuns: 15 },
    );
  });
}

function bitsOf({ elementType, dims, data }: TensorValue): unknown {
  return { elementType, dims, bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] };
}

it('views a part of a larger buffer', async () => {
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const { y } = await runModel(modelOf({ elementType: 'float32', dims: [2], data }, null));
  expect(y?.data).toEqual([1, 2]);
});
