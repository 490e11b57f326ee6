import { expect, it } from 'vitest';
import { ownTimes, readKernelEvents } from './kernel-events.js';

const event = (cat: string, name: string, ts: number, dur: number, args: object = {}): object => ({
  cat,
  name,
  ts,
  dur,
  ph: 'X',
  args,
});

it('reads kernels from the file of the runtime, on the clock of JavaScript', () => {
  const json = JSON.stringify([
    event('Session', 'session_initialization', 0, 900),
    event('Session', 'model_run', 1000, 500),
    event('Node', 'mul.0/mul_kernel_time', 1100, 200, {
      op_name: 'Mul',
      activation_size: '16',
      parameter_size: '4',
      output_size: '8',
    }),
    event('Node', 'mul.0/mul_fence_before', 1090, 1),
    event('Session', 'model_run', 3000, 500),
    event('Node', 'add_kernel_time', 3250, 100),
    'nonsense',
    { cat: 'Node' },
  ]);
  // The second run began the sooner after it was asked for: at 53 ms, when the runtime's clock showed 3 ms.
  expect(readKernelEvents(json, [50.5, 53])).toEqual([
    { name: 'mul.0/mul', start: 51.1, duration: 0.2, kernel: 'Mul', bytes: 28 },
    { name: 'add', start: 53.25, duration: 0.1, kernel: 'unknown', bytes: 0 },
  ]);
  expect(readKernelEvents('[]', [])).toEqual([]);
  expect(readKernelEvents('{}', [1])).toEqual([]);
});

it('takes from a loop the time of what it runs', () => {
  const spans = [
    { name: 'before', start: 0, duration: 1 },
    { name: 'loop', start: 1, duration: 10 },
    { name: 'inner loop', start: 2, duration: 5 },
    { name: 'body', start: 3, duration: 3 },
    { name: 'body', start: 8, duration: 1 },
    { name: 'after', start: 11, duration: 2 },
  ];
  expect(ownTimes(spans).map(({ event: { name }, own }) => [name, own])).toEqual([
    ['before', 1],
    ['loop', 4],
    ['inner loop', 2],
    ['body', 3],
    ['body', 1],
    ['after', 2],
  ]);
});
