import { primitiveNames, random, traceGraph, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { hasLowering, lowerGraph, referenceReason } from './lower-graph.js';

it('has a lowering for each primitive, or a reason', () => {
  for (const name of primitiveNames) expect(referenceReason(name) === null, name).toBe(hasLowering(name));
  expect(referenceReason('matmul')).toBeNull();
  expect(referenceReason('randomBits')).toBe('random keys have no ONNX type');
});

it('names what has no lowering, and what helps', () => {
  const { graph } = traceGraph(
    (seed: Tensor) => random.bits(random.foldIn(random.key(1), seed), [2]),
    zeros([], { dtype: 'uint32' }),
  );
  const lowered = { ...graph, inputs: graph.inputs.filter(({ dtype }) => dtype !== 'key') };
  expect(() => lowerGraph(lowered)).toThrowErrorMatchingInlineSnapshot(
    `[ModelBuildError: toOnnx: keyFoldIn has no ONNX form; random numbers are drawn outside: export with training: false]`,
  );
});
