import { nonFiniteCases, toTensor, type Template } from '@tesserajs/conformance';
import {
  bind,
  evaluate,
  primitives,
  withBackend,
  type HostArray,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { recording } from './recording.fixture.js';

vi.setConfig({ testTimeout: 600_000 });

async function read(tensors: readonly Tensor[]): Promise<HostArray[]> {
  await evaluate(...tensors);
  return Promise.all(tensors.map((x) => x.data()));
}

/** The kind of number that differs, or null: finite numbers are compared elsewhere. */
function findOther(actual: HostArray, expected: HostArray): string | null {
  const kind = (x: number): string => (Number.isFinite(x) ? 'finite' : String(x));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [kind(Number(actual[i])), kind(Number(expected[i]))];
    if (a !== e) return `${a} for ${e}`;
  }
  return null;
}

/** Where other kinds of numbers come out, and why. */
const exceptions: Partial<Record<PrimitiveName, string>> = {
  maxPool: 'MaxPool passes over NaN',
  maxPoolGrad: 'MaxPool passes over NaN',
  maxPoolTake: 'MaxPool passes over NaN',
  fft: 'NaN and infinities spread from one part to the other',
  rfft: 'NaN and infinities spread from one part to the other',
  irfft: 'NaN and infinities spread from one part to the other',
  resample: 'a dense matrix: NaN and infinities spread along the axis',
  resampleGrad: 'a dense matrix: NaN and infinities spread along the axis',
};

it.each(['float32', 'float64'] as const)(
  'has the NaN and infinities that the reference backend has, except pools, resampling and transforms: %s',
  async (dtype) => {
    const native = onnxruntime({ threads: 1 });
    const cases = nonFiniteCases(dtype, 3);
    const apply = ({ primitive, operands, attributes }: Template): readonly Tensor[] =>
      bind(primitives[primitive], operands.map(toTensor), attributes);
    const problems = new Set<string>();
    for (let start = 0; start < cases.length; start += 50) {
      const group = cases.slice(start, start + 50);
      const expected = await read(group.flatMap(apply));
      const results = group.map(apply);
      const backend = recording(native);
      await withBackend(backend, () => evaluate(...results.flat()));
      backend.dispose();
      const actual = await read(results.flat());
      const names = group.flatMap(({ primitive }, i) => results[i]!.map(() => primitive));
      actual.forEach((data, i) => {
        const other = findOther(data, expected[i]!);
        if (other !== null && exceptions[names[i]!] === undefined) problems.add(`${names[i]}: ${other}`);
      });
    }
    expect([...problems].sort()).toEqual([]);
  },
);
