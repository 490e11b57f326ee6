import {
  bincount,
  compile,
  ExecutionError,
  grad,
  nn,
  scatterAdd,
  segmentSum,
  take,
  takeAlongAxis,
  tensor,
  UnsupportedError,
  withBackend,
  zeros,
  type Tensor,
} from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';
import { afterEach, expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { loadRuntime } from './load-runtime.js';
import { from, values } from './numbers.fixture.js';

vi.mock(import('./load-runtime.js'), async (original) => {
  const { loadRuntime: load } = await original();
  return { loadRuntime: vi.fn(load) };
});

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([0, -1, 1.5, NaN, Infinity])('refuses to run with %s threads', (threads) => {
  expect(() => onnxruntime({ threads })).toThrow(
    new UnsupportedError(`onnxruntime: ${threads} threads are not possible; use a whole number >= 1`),
  );
});

it.each<[string, (x: Tensor) => Tensor]>([
  ['an output', (y) => y],
  ['read by others', (y) => y.exp()],
])('reports an index out of range at the read, by the name of the operation that is %s', async (_, after) => {
  const pick = compile((x: Tensor, at: Tensor) => after(takeAlongAxis(x.mul(2), at, 0)));
  const backend = onnxruntime({ threads: 1 });
  const x = from('float32', [3], [1, 2, 3]);
  const result = withBackend(backend, () => pick(x, from('int32', [2], [0, 7])));
  const error: unknown = await result.data().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ExecutionError);
  expect((error as ExecutionError).code).toBe('EXECUTION');
  expect((error as ExecutionError).message).toBe('onnxruntime: takeAlongAxis: an index is out of range');
  // the same error at each later read, also of what depends on the result
  await expect(result.array()).rejects.toBe(error);
  await expect(withBackend(backend, () => result.add(1).sum().item())).rejects.toBe(error);

  const later = withBackend(backend, () => pick(x, from('int32', [2], [2, -3])));
  expect(await later.array()).toEqual(await after(tensor([6, 2])).array());
});

const indices = (...values: number[]): Tensor => from('int32', [values.length], values);

it.each<[string, () => Tensor, string]>([
  ['take', () => take(zeros([5, 2]), indices(5), 0), 'index 5 is out of range; use whole numbers from -5 to 4'],
  [
    'embedding',
    () => nn.embedding(indices(9), zeros([5, 2])),
    'index 9 is out of range; use whole numbers from -5 to 4',
  ],
  ['at', () => zeros([5, 2]).at(indices(1), indices(-3)), 'index -3 is out of range; use whole numbers from -2 to 1'],
  ['set', () => zeros([5]).set([indices(5)], 1), 'index 5 is out of range; use whole numbers from -5 to 4'],
  ['scatterAdd', () => scatterAdd(zeros([5]), indices(7), 1, 0, { uniqueIndices: true }), 'index 7 is out of range'],
  [
    'segmentSum',
    () => segmentSum(zeros([2, 64]), indices(0, 3), 3),
    'index 3 is out of range; use whole numbers from 0 to 2',
  ],
  [
    'segmentSum',
    () => segmentSum(zeros([2, 64]), indices(0, -3), 3),
    'index -3 is out of range; use whole numbers from 0 to 2',
  ],
  ['bincount', () => bincount(indices(0, 9000), 9000), 'index 9000 is out of range; use whole numbers from 0 to 8999'],
  ['bincount', () => bincount(indices(0, -1), 9000), 'index -1 is out of range; use whole numbers from 0 to 8999'],
  [
    'take',
    () => grad((x: Tensor) => take(x, indices(5), 0).sum())(zeros([5, 2])),
    'index 5 is out of range; use whole numbers from -5 to 4',
  ],
])('says that %s has an index out of range', async (operation, build, text) => {
  const read = withBackend(onnxruntime({ threads: 1 }), () => build().data());
  await expect(read).rejects.toThrow(new ExecutionError(`onnxruntime: ${operation}: ${text}`));
});

/** A runtime whose sessions cannot be created. */
function brokenRuntime(reason: string): typeof OnnxRuntime {
  const runtime = loadRuntime();
  const InferenceSession = { ...runtime.InferenceSession, create: () => Promise.reject(new Error(reason)) };
  return { ...runtime, InferenceSession } as typeof OnnxRuntime;
}

it.each<[string, (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor]>([
  ['evaluation', (f) => f],
  ['compiled call', (f) => compile(f)],
])('reports a session that cannot be created, and tries again at the next %s', async (_, wrap) => {
  const backend = onnxruntime({ threads: 1 });
  const broken = brokenRuntime('Load model failed: no kernel for Frobnicate');
  vi.mocked(loadRuntime).mockReturnValueOnce(broken);
  const f = (x: Tensor): Tensor => x.exp().sum();
  const step = wrap(f);
  const x = values('float32', [4]);
  const read = (value: Tensor): Promise<unknown> => value.item().catch((reason: unknown) => reason);
  const failed = withBackend(backend, () => step(x));
  const error = withBackend(backend, () => read(failed));
  const other = withBackend(backend, () => tensor([1, 2]).exp().sum().item());
  expect(await error).toEqual(new ExecutionError('onnxruntime: Load model failed: no kernel for Frobnicate'));
  expect(await read(failed)).toBe(await error);
  expect(await other).toBeCloseTo(Math.E + Math.E ** 2, 5);

  const again = withBackend(backend, () => step(x).item());
  expect(await again).toBeCloseTo(await f(x).item(), 5);
});

it('refuses a provider that the installed runtime lacks, and names those that it has', () => {
  const runtime = loadRuntime();
  const listSupportedBackends: typeof runtime.listSupportedBackends = () => [
    { name: 'cpu', bundled: true },
    { name: 'webgpu', bundled: true },
    { name: 'cuda', bundled: false },
    { name: 'tensorrt', bundled: false },
  ];
  vi.mocked(loadRuntime).mockReturnValue({ ...runtime, listSupportedBackends });
  expect(() => onnxruntime({ provider: 'coreml' })).toThrow(
    new UnsupportedError(
      'onnxruntime: the installed onnxruntime-node has no provider coreml; ' +
        'present: cpu, webgpu, cuda (if its libraries are installed)',
    ),
  );
  expect(() => onnxruntime({ provider: 'gpu' as 'cuda' })).toThrow(
    new UnsupportedError('onnxruntime: there is no provider gpu; use cpu, webgpu, cuda, dml, coreml'),
  );
  expect(onnxruntime({ provider: 'webgpu' }).name).toBe('onnxruntime');
});

it('says at the read that a provider does not start, and tries again at the next', async () => {
  const failure =
    '/onnxruntime_src/webgpu_context.cc:136 void onnxruntime::Initialize() status was false. No supported adapters\n';
  const broken = brokenRuntime(failure);
  vi.mocked(loadRuntime).mockReturnValueOnce(broken).mockReturnValueOnce(broken);
  vi.spyOn(broken, 'listSupportedBackends').mockReturnValue([
    { name: 'cpu', bundled: true },
    { name: 'webgpu', bundled: true },
  ]);
  const backend = onnxruntime({ provider: 'webgpu', threads: 1 });
  const sum = withBackend(backend, () => tensor([1, 2]).exp().sum().item());
  await expect(sum).rejects.toEqual(
    new UnsupportedError(
      'onnxruntime: the provider webgpu does not start: No supported adapters; present besides: cpu',
    ),
  );

  const real = loadRuntime();
  const asked: unknown[] = [];
  const create = (model: Uint8Array, options: OnnxRuntime.InferenceSession.SessionOptions): Promise<unknown> => {
    asked.push(options.executionProviders);
    return real.InferenceSession.create(model, { ...options, executionProviders: ['cpu'] });
  };
  const InferenceSession = { ...real.InferenceSession, create };
  vi.mocked(loadRuntime).mockReturnValue({ ...real, InferenceSession } as unknown as typeof OnnxRuntime);
  const again = await withBackend(backend, () => tensor([1, 2]).exp().sum().item());
  expect(again).toBeCloseTo(Math.E + Math.E ** 2, 5);
  expect(new Set(asked.map(String))).toEqual(new Set(['webgpu,cpu']));
});
