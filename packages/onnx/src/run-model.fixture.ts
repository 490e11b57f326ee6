import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelBuilder } from './model-builder.js';

/** Runs a built model on ONNX Runtime, an implementation of the standard that shares nothing with this package. */
export async function runModel(
  builder: ModelBuilder,
  feeds: Record<string, Tensor> = {},
): Promise<Record<string, { dims: readonly number[]; data: unknown[] }>> {
  const session = await InferenceSession.create(builder.toBytes(), {
    externalData: [...builder.externalData],
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const results = await session.run(feeds);
  const read = Object.entries(results).map(([name, { dims, data }]) => [
    name,
    { dims, data: Array.from<unknown>(data as Float32Array) },
  ]);
  await session.release();
  return Object.fromEntries(read);
}

/** A float32 feed. */
export function floats(dims: readonly number[], values: readonly number[]): Tensor {
  return new Tensor('float32', Float32Array.from(values), dims);
}

/** The message of the error that `action` throws. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing thrown';
}
