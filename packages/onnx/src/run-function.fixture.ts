import {
  evaluate,
  optimizeGraph,
  sizeOf,
  tensor,
  traceGraph,
  type HostArray,
  type Node,
  type PrimitiveName,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { hasLowering, lowerGraph, type LowerGraphOptions } from './lower-graph.js';
import type { LoweringTarget } from './lowering/context.js';
import type { ModelBuilder } from './model-builder.js';

/** An output of a model. */
export interface Output {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** Runs a model's bytes on plain ONNX Runtime; inputs and outputs go by their names. */
export async function runBytes(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Output>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const feeds = await Promise.all(
    Object.entries(inputs).map(async ([name, tensor]) => {
      const data = (await tensor.data()) as Float32Array;
      return [name, new RuntimeTensor(tensor.dtype as 'float32', data, tensor.shape)] as const;
    }),
  );
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [
      name,
      { dims, data: Array.from(data as HostArray, Number) },
    ]),
  );
}

/** Asserts that an output has the shape of a tensor and, within rounding, its elements. */
export async function expectLike(output: Output | undefined, expected: Tensor): Promise<void> {
  await evaluate(expected);
  const wanted = Array.from(await expected.data(), Number);
  expect(output?.dims).toEqual(expected.shape);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  const worst = output!.data.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1e-5 * scale);
}

/** Numbers that look random but are the same everywhere, as float32 between −1 and 1. */
export function waves(shape: Shape, phase = 1): Tensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 12.9898 + phase * 78.233));
  return tensor(values, { shape });
}

const onnxTarget = {
  channels: 'first',
  supports: ({ primitive }: Node) => hasLowering(primitive.name as PrimitiveName),
} as const;

/** Traces, optimizes and lowers a function for inputs like the given ones. */
export function lower(
  f: (...x: Tensor[]) => unknown,
  inputs: readonly Tensor[],
  target: LoweringTarget,
  options: Pick<LowerGraphOptions, 'channelBlock'> = {},
): ModelBuilder {
  return lowerGraph(optimizeGraph(traceGraph(f, ...inputs).graph, onnxTarget), { target, ...options });
}

/** Domains of the operators outside the standard that a model uses. */
export function foreignOperators(builder: ModelBuilder): string[] {
  const nodes = builder.toModel().graph!.node;
  return [
    ...new Set(nodes.filter(({ domain }) => domain !== '').map(({ domain, opType }) => `${domain}.${opType}`)),
  ].sort();
}
