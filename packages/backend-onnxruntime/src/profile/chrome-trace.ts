import { flopsOf, originOf } from '@tesserajs/tensor';
import type { Work } from './report.js';

const threads = ['onnxruntime', 'reference'] as const;

/**
 * Work as a file of the Trace Event Format, which chrome://tracing and https://ui.perfetto.dev show: one lane for each
 * backend, microseconds since `begin`.
 */
export function chromeTrace(work: readonly Work[], begin: number): string {
  const names = threads.map((name, tid) => ({ ph: 'M', name: 'thread_name', pid: 1, tid, args: { name } }));
  const events = work.map(({ operations, kernel, start, duration, bytes }) => {
    const node = operations?.[0];
    const origin = node === undefined ? null : originOf(node);
    return {
      ph: 'X',
      name: origin?.operation ?? node?.primitive.name ?? kernel,
      cat: node?.primitive.name ?? 'runtime',
      pid: 1,
      tid: kernel === 'reference' ? 1 : 0,
      ts: Math.round((start - begin) * 1000),
      dur: Math.round(duration * 1000),
      args: {
        kernel,
        bytes,
        ...(node === undefined ? {} : { primitive: node.primitive.name, flops: flopsOf(node) }),
        ...(origin?.within == null ? {} : { within: origin.within }),
        ...(origin?.line == null ? {} : { line: origin.line }),
      },
    };
  });
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...events] });
}
