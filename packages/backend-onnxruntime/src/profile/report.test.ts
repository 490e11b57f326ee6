import { debug, ones, traceGraph, type Node, type Tensor } from '@tesserajs/tensor';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { chromeTrace } from './chrome-trace.js';
import { makeRows, type Work } from './report.js';
import { formatTable } from './table.js';

/** The nodes of a function of a user's file. */
function nodesOf(source: string, ...inputs: Tensor[]): readonly Node[] {
  const restore = debug.traceOrigins();
  const f = new Script(source, { filename: '/app/model.js' }).runInThisContext() as (...x: Tensor[]) => unknown;
  const { nodes } = traceGraph(f, ...inputs).graph;
  restore();
  return nodes.filter(({ operands }) => operands.length > 0);
}

const [product, sum, half] = nodesOf('(x, w) => x.matmul(w).mean()', ones([100, 500]), ones([500, 40]));

const work = (
  operations: readonly Node[] | null,
  name: string,
  kernel: string,
  start: number,
  own: number,
  bytes: number,
): Work => ({ operations, name, kernel, start, own, duration: own, bytes });

const pieces = [
  work([product!], 'a', 'MatMul', 10, 0.5, 360_000),
  work([sum!], 'b', 'ReduceSum', 10.5, 0.2, 16_000),
  work([sum!], 'c', 'Reshape', 10.7, 0.05, 8),
  work([half!], 'mul', 'reference', 10.75, 0.05, 12),
  work(null, 'd', 'ReorderOutput', 10.8, 0.1, 16_000),
  work([product!], 'a', 'MatMul', 11, 0.3, 360_000),
];

it('is a table of what equal calls took together', () => {
  expect(`\n${formatTable(makeRows(pieces), 10)}\n`).toMatchInlineSnapshot(`
    "
       ms   share  calls  GFLOP/s    MB  operation                shapes                         kernels            line
    0.800  66.7 %      2    10.00  0.72  matmul                   [100,500] [500,40] → [100,40]  MatMul             /app/model.js:1:13
    0.250  20.8 %      1     0.02  0.02  mean: sum                [100,40] → []                  ReduceSum Reshape  /app/model.js:1:23
    0.100   8.3 %      1           0.02  (runtime) ReorderOutput                                 ReorderOutput
    0.050   4.2 %      1     0.00  0.00  mean: mul                [] [] → []                     reference          /app/model.js:1:23
    "
  `);
  expect(formatTable(makeRows(pieces), 2).split('\n').at(-1)).toBe('… and 2 more, 12.5 %');
  expect(formatTable([], 2)).toBe('ms  share  calls  GFLOP/s  MB  operation  shapes  kernels  line');
});

it('has all numbers of a row', () => {
  expect(makeRows(pieces)[0]).toEqual({
    operation: 'matmul',
    primitive: 'matmul',
    within: null,
    line: '/app/model.js:1:13',
    kernels: ['MatMul'],
    shapes: '[100,500] [500,40] → [100,40]',
    calls: 2,
    milliseconds: 0.8,
    share: 0.8 / 1.2,
    flops: 2 * 2 * 100 * 500 * 40,
    bytes: 720_000,
  });
});

it('counts what a fused kernel computes besides', () => {
  const [conv, add, relu] = nodesOf('(x, b) => x.matmul(x).add(b).relu()', ones([10, 10]), ones([10]));
  const [row] = makeRows([work([conv!, add!, relu!], 'a', 'FusedGemm', 0, 1, 0)]);
  expect([row!.operation, row!.flops]).toEqual(['matmul', 2000 + 100 + 100]);
});

it('is a trace file, one lane for each backend', () => {
  const { traceEvents } = JSON.parse(chromeTrace(pieces, 10)) as { traceEvents: { tid: number; ph: string }[] };
  expect(traceEvents.filter(({ ph }) => ph === 'M')).toEqual([
    { ph: 'M', name: 'thread_name', pid: 1, tid: 0, args: { name: 'onnxruntime' } },
    { ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'reference' } },
  ]);
  expect(traceEvents[3]).toEqual({
    ph: 'X',
    name: 'mean',
    cat: 'sum',
    pid: 1,
    tid: 0,
    ts: 500,
    dur: 200,
    args: { kernel: 'ReduceSum', bytes: 16_000, primitive: 'sum', flops: 4000, line: '/app/model.js:1:23' },
  });
  expect(traceEvents.map(({ tid }) => tid)).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
});
