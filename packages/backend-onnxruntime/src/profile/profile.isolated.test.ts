import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgumentError,
  compile,
  debug,
  getBackend,
  grad,
  linalg,
  referenceBackend,
  scan,
  setBackend,
  tensor,
  type Tensor,
} from '@tesserajs/tensor';
import { afterEach, expect, it, vi } from 'vitest';
import { onnxruntime } from '../backend.js';
import { values } from '../numbers.fixture.js';
import { profile, type Profile } from './profile.js';

afterEach(() => {
  setBackend(referenceBackend);
  vi.unstubAllEnvs();
});

const x = values('float32', [64, 32]);
const w = values('float32', [32, 48]);

/** What does not depend on the machine. */
const parts = ({ rows }: Profile): unknown[] =>
  rows.map(({ operation, primitive, within, kernels, calls, flops }) => [
    operation,
    primitive,
    within,
    kernels.join(' '),
    calls,
    flops,
  ]);

it('measures each operation of a compiled step, by what the program called', async () => {
  const loss = (own: Tensor, batch: Tensor): Tensor => batch.matmul(own).relu().mean();
  const step = compile((own: Tensor, batch: Tensor) => own.sub(grad(loss)(own, batch)));
  setBackend(onnxruntime({ threads: 1 }));
  const before = getBackend();
  const report = await profile(() => step(w, x), { warmUp: 2, calls: 3 });
  expect(getBackend()).toBe(before);
  expect(step.traces).toBe(1);
  const rows = parts(report);
  const products = 2 * 64 * 32 * 48 * 3;
  expect(rows).toContainEqual(['matmul', 'matmul', null, 'MatMul', 3, products]);
  expect(rows).toContainEqual(['matmul', 'matmul', 'the derivative of matmul', 'Gemm', 3, products]);
  expect(rows).toContainEqual(['relu', 'greater', 'the derivative of relu', 'Greater', 3, 0]);
  expect(rows).toContainEqual(['sub', 'sub', null, 'Sub', 3, 32 * 48 * 3]);
  const { rows: all, inOperations, milliseconds } = report;
  expect(all.every((row) => row.primitive === null || row.line?.includes('profile.isolated.test') === true)).toBe(true);
  expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(inOperations).toBeGreaterThan(0);
  expect(inOperations).toBeLessThanOrEqual(milliseconds);
  expect(String(report)).toMatch(/^profile: [\d.]+ ms, [\d.]+ ms in \d+ calls of operations\n +ms +share +calls/);
  expect(report.table(1).split('\n').length).toBe(4);
  expect(JSON.parse(JSON.stringify(report))).toEqual({ milliseconds, inOperations, rows: all });
  expect(JSON.parse(report.chromeTrace())).toHaveProperty('traceEvents');
});

it('shows what runs on the reference backend between native parts, and what loops run', async () => {
  setBackend(onnxruntime({ threads: 1 }));
  const decay = (h: Tensor, v: Tensor): readonly [Tensor, Tensor] => [h.mul(0.5).add(v), h];
  const report = await profile(() => {
    const [last] = scan(decay, x.sum(0), x);
    return linalg.qr(x.matmul(w).mul(last.sum())).r;
  });
  const rows = parts(report);
  expect(rows).toContainEqual(['qr', 'qr', null, 'reference', 1, null]);
  expect(rows).toContainEqual(['scan', 'scan', null, 'Scan', 1, 0]);
  expect(rows).toContainEqual(['mul', 'mul', null, 'Mul', 64, 64 * 32]);
});

it('waits for runs that nobody waits for, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-test-'));
  vi.stubEnv('TMPDIR', folder);
  setBackend(onnxruntime({ threads: 1 }));
  let later: Promise<number> | null = null;
  const report = await profile(() => {
    later = x.matmul(w).sum().item();
  });
  expect(report.rows.length).toBeGreaterThan(0);
  expect(await later).toBeTypeOf('number');
  expect(readdirSync(folder)).toEqual([]);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  let observed = 0;
  const restore = debug.observe(() => () => observed++);
  await profile(() => undefined);
  await tensor([1, 2]).exp().data();
  restore();
  expect(observed).toBe(1);
});

it('runs compiled functions afterwards as before', async () => {
  const double = compile((v: Tensor) => v.matmul(w).mul(2));
  await profile(() => double(x));
  const expected = await x.matmul(w).mul(2).data();
  setBackend(onnxruntime({ threads: 1 }));
  const actual = await double(x).data();
  expect(actual.length).toBe(expected.length);
  await profile(() => double(x));
  expect(await double(x).data()).toEqual(actual);
});

it('hands on what the function throws, and restores the backend', async () => {
  setBackend(onnxruntime({ threads: 1 }));
  const before = getBackend();
  await expect(
    profile(() => {
      throw new RangeError('mine');
    }),
  ).rejects.toThrow(new RangeError('mine'));
  expect(getBackend()).toBe(before);
  await expect(profile(() => undefined, { calls: 0 })).rejects.toThrow(
    new ArgumentError('profile: calls is 0; use a whole number >= 1'),
  );
  await expect(profile(() => undefined, { warmUp: 0.5 })).rejects.toThrow(
    new ArgumentError('profile: warmUp is 0.5; use a whole number >= 0'),
  );
});
