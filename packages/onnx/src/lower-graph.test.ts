import { debug, primitiveNames, traceGraph, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { hasLowering, lowerGraph, referenceReason } from './lower-graph.js';

it('has a lowering for each primitive, or a reason', () => {
  for (const name of primitiveNames) expect(referenceReason(name) === null, name).toBe(hasLowering(name));
  expect(referenceReason('matmul')).toBeNull();
  expect(referenceReason('debugPrint')).toBe('it acts on the host');
});

it('names what has no lowering, and what helps', () => {
  const { graph } = traceGraph((x: Tensor) => debug.print('x', x).exp(), zeros([2]));
  expect(() => lowerGraph(graph)).toThrowErrorMatchingInlineSnapshot(
    `[ModelBuildError: toOnnx: debugPrint has no ONNX form; it acts on the host: leave it out of what is exported]`,
  );
});
