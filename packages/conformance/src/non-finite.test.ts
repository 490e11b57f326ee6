import {
  bind,
  compile,
  evaluate,
  primitives,
  stack,
  vmap,
  type HostArray,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { nonFiniteCases } from './non-finite.js';
import { toTensor } from './values.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 600_000 });

async function read(tensors: readonly Tensor[]): Promise<HostArray[]> {
  await evaluate(...tensors);
  return Promise.all(tensors.map((x) => x.data()));
}

function same(a: HostArray, b: HostArray): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

it.each(['float32', 'float64'] as const)(
  'treats NaN, infinities and signed zeros alike in all modes: %s',
  async (dtype) => {
    const differing = new Set<string>();
    for (const { primitive, operands, attributes } of nonFiniteCases(dtype, 2)) {
      const apply = (...inputs: Tensor[]): readonly Tensor[] =>
        bind(primitives[primitive as PrimitiveName], inputs, attributes);
      const inputs = operands.map(toTensor);
      const expected = await read(apply(...inputs));
      const compiled = await read(compile(apply)(...inputs));
      const pairs = await read(vmap(apply)(...inputs.map((x) => stack([x, x]))));
      compiled.forEach((data, i) => {
        if (!same(data, expected[i]!)) differing.add(`${primitive}: compiled`);
        const [first, second] = [0, 1].map((k) => pairs[i]!.subarray(k * data.length, (k + 1) * data.length));
        if (!same(first!, expected[i]!) || !same(second!, expected[i]!)) differing.add(`${primitive}: vectorized`);
      });
    }
    expect([...differing].sort()).toEqual([]);
  },
);
