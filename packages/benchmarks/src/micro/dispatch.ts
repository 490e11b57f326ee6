import {
  compile,
  concat,
  evaluate,
  nn,
  tensor,
  where,
  withBackend,
  type Backend,
  type Tensor,
} from '@tesserajs/tensor';
import { takeTurns } from './measure.js';

/** A backend that computes nothing: what is left is the cost of building, hashing and looking up. */
const nothing: Backend = {
  name: 'nothing',
  memorySpace: 'host',
  channels: 'last',
  randomOnHost: false,
  supports: () => true,
  compile(graph) {
    const outputs = graph.outputs.map(({ size }) => new Float32Array(size));
    return { run: () => outputs, dispose: () => undefined, stats: { nodes: graph.nodes.length, runs: 0, bytes: 0 } };
  },
  toDevice: (data) => data,
  fromDevice: (buffer) => buffer as Float32Array,
  free: () => undefined,
  memory: () => ({ bytes: 0 }),
};

const operations = 1000;
const x = tensor(new Float32Array(1024), { shape: [32, 32] });
const w = tensor(new Float32Array(1024), { shape: [32, 32] });
const b = tensor(new Float32Array(32));

/** Forty operations of all families. */
function block(input: Tensor): Tensor {
  let h = input.matmul(w).add(b).relu();
  h = h
    .sub(h.sum(1, { keepDims: true }))
    .mul(0.5)
    .transpose()
    .exp();
  h = where(h.greater(0.25), h, x);
  h = h.add(nn.softmax(h)).maximum(w);
  const both = concat([h, x], 1);
  h = both.slice([0, 32], [0, 32]).add(both.slice([0, 32], [32, 64]));
  h = h
    .reshape([16, 64])
    .tanh()
    .reshape([32, 32])
    .sub(h.mean([0, 1]));
  h = h.cast('float64').cast('float32').mul(h.equal(x).cast('float32'));
  h = h
    .div(h.abs().max(0).add(1))
    .minimum(b.broadcastTo([32, 32]))
    .neg();
  return h.sigmoid().square().log();
}

async function uncompiled(): Promise<void> {
  let h = x;
  for (let i = 0; i < operations; i += 40) h = block(h);
  await withBackend(nothing, () => evaluate(h));
}

/** Microseconds that one operation, or one call of a compiled function, costs before any kernel runs. */
async function main(): Promise<void> {
  for (let i = 0; i < 100; i++) await uncompiled();
  const [perGraph] = await takeTurns([uncompiled], 50, 10);
  console.log(`un-compiled, ${operations} mixed operations: ${perGraph!.toFixed(2)} µs an operation (median of 50)`);

  const step = compile((a: Tensor, c: Tensor, rate: number) => a.sub(c.matmul(a).relu().mul(rate)));
  const [a, c] = [tensor(new Float32Array(16), { shape: [4, 4] }), tensor(new Float32Array(16), { shape: [4, 4] })];
  const call = (): void => {
    for (let i = 0; i < 1000; i++) step(a, c, 0.1);
  };
  for (let i = 0; i < 20; i++) call();
  const [perCall] = await takeTurns([call], 50, 10);
  console.log(`compiled, four operations on [4,4], reference: ${perCall!.toFixed(2)} µs a call, ${step.traces} trace`);
}

await main();
