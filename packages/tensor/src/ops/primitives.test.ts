import { expect, it } from 'vitest';
import { schedule } from '../execution/evaluate.js';
import type { HostArray } from '../dtypes.js';
import { applyCase, findDifference, primitiveCases } from './primitive-cases.fixture.js';
import { primitiveNames } from './registry.js';

it.each(primitiveNames)('%s gives what an independent tool computed', (name) => {
  const problems = primitiveCases[name].flatMap((one) => {
    const result = applyCase(name, one);
    expect([result.dtype, result.shape], one.name).toEqual([one.expected.dtype, one.expected.shape]);
    schedule('test', [result]);
    try {
      const difference = findDifference(one, result.storage!.buffer as HostArray);
      return difference === null ? [] : [`${one.name}: ${difference}`];
    } catch (error) {
      return [`${one.name}: ${String(error)}`];
    }
  });
  expect(problems).toEqual([]);
});
