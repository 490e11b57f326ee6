import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { elementTypeCode } from './elements.js';
import { bfloat16Bits, float16Bits, fromBfloat16Bits, fromFloat16Bits } from './float-bits.js';
import { ModelBuilder } from './model-builder.js';

/** float32 numbers around everything that rounding distinguishes, and a spread of others. */
function samples(): Float32Array {
  const values = [0, -0, 1, -1, 65504, 65519, 65520, 65536, 6e-8, 2.9e-8, 3e-8, 6.1e-5, 6.097e-5, Infinity, -Infinity];
  for (let power = -30; power < 20; power++) {
    for (const factor of [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1.3333333, 1.9999]) {
      values.push(factor * 2 ** power, -factor * 2 ** power);
    }
  }
  for (let power = -140; power < 128; power++) values.push(1.7 * 2 ** power, (1 + 2 ** -8) * 2 ** power);
  return Float32Array.from(values);
}

/** What ONNX Runtime's Cast makes of float32 numbers, widened to float32 again. */
async function castByRuntime(type: 'float16' | 'bfloat16', values: Float32Array): Promise<number[]> {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', ['n']);
  const narrow = graph.node('Cast', [x], { to: { int: elementTypeCode(type) } });
  graph.output(graph.node('Cast', [narrow], { to: { int: elementTypeCode('float32') } }), 'float32', ['n'], 'y');
  // Optimisations would drop the pair of casts.
  const session = await InferenceSession.create(builder.toBytes(), { graphOptimizationLevel: 'disabled' });
  const { y } = await session.run({ x: new Tensor('float32', values, [values.length]) });
  await session.release();
  return Array.from(y?.data as Float32Array);
}

it('rounds to float16 as ONNX Runtime does', async () => {
  const values = samples();
  const own = Array.from(values, (value) => fromFloat16Bits(float16Bits(value)));
  expect(own).toEqual(await castByRuntime('float16', values));
});

it('rounds to bfloat16 as ONNX Runtime does', async () => {
  const values = samples();
  const own = Array.from(values, (value) => fromBfloat16Bits(bfloat16Bits(value)));
  expect(own).toEqual(await castByRuntime('bfloat16', values));
});

it('knows the bits that the formats define', () => {
  expect([1, -2, 65504, 2 ** -24, Infinity].map(float16Bits)).toEqual([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00]);
  expect([1, -2, 3.140625, Infinity].map(bfloat16Bits)).toEqual([0x3f80, 0xc000, 0x4049, 0x7f80]);
  expect(fromFloat16Bits(float16Bits(NaN))).toBeNaN();
  expect(fromBfloat16Bits(bfloat16Bits(NaN))).toBeNaN();
});

it('keeps all 65,536 bit patterns but NaN payloads', () => {
  const changed: number[] = [];
  for (let bits = 0; bits < 65536; bits++) {
    const half = fromFloat16Bits(bits);
    const brain = fromBfloat16Bits(bits);
    if (!Number.isNaN(half) && float16Bits(half) !== bits) changed.push(bits);
    if (!Number.isNaN(brain) && bfloat16Bits(brain) !== bits) changed.push(bits);
  }
  expect(changed).toEqual([]);
});
