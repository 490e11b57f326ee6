import { evaluate, nn, optimizeGraph, random, traceGraph, type Graph, type Tensor } from '@tesserajs/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { lowerGraph } from '../lower-graph.js';
import { waves } from '../run-function.fixture.js';
import { batchSizes, mapSizes } from './batch-rule.js';
import { SymbolicBatch } from './symbolic-batch.js';

function noisy(x: Tensor, key: Tensor): Tensor[] {
  const [first, second] = random.split(key);
  return [nn.dropout(x, 0.5, first!), random.foldIn(second!, 3)];
}

function traced(rows: number): Graph {
  return optimizeGraph(traceGraph(noisy, waves([rows, 3]), random.key(0)).graph, { channels: 'first' });
}

it('draws as many numbers as the open batch asks for, from a key that is an int64', async () => {
  const graphs = mapSizes(batchSizes, traced);
  const batch = { sizes: new SymbolicBatch(graphs), symbol: 'batch' };
  const bytes = lowerGraph(graphs[0], {
    inputNames: ['x', 'key'],
    outputNames: ['y', 'next'],
    batch,
  }).toBytes();
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  for (const rows of [1, 4, 5]) {
    const x = waves([rows, 3]);
    const [y] = noisy(x, random.key(42));
    await evaluate(x, y!);
    const key = new RuntimeTensor('int64', BigInt64Array.of(42n << 32n), []);
    const fed = new RuntimeTensor('float32', await x.data('float32'), x.shape);
    const results = await session.run({ x: fed, key });
    expect(results['y']!.dims).toEqual(y!.shape);
    expect(results['y']!.data).toEqual(await y!.data());
    expect(results['next']!.type).toBe('int64');
  }
  await session.release();
});
