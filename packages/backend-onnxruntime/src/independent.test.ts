import { readFileSync } from 'node:fs';
import {
  evaluate,
  primitiveNames,
  withBackend,
  type DType,
  type PrimitiveName,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { applyAll } from './apply.fixture.js';
import { onnxruntime } from './backend.js';
import { deviation, from } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

type Value = readonly [dtype: DType, shape: Shape, values: readonly (number | string)[]];

/** An application of a primitive with the results that NumPy, SciPy or PyTorch computed. */
interface Fixture {
  readonly name: string;
  readonly operands: readonly Value[];
  readonly attributes: object;
  /** One result, or a list of several. */
  readonly expected: Value | readonly Value[];
  readonly length?: number;
}

const files = ['elementwise', 'math', 'cast', 'structure', 'convolution', 'pooling'];
const fixtures = Object.assign(
  {},
  ...files.map((file): unknown => {
    const url = new URL(`../../tensor/fixtures/${file}.json`, import.meta.url);
    return JSON.parse(readFileSync(url, 'utf8'));
  }),
) as Readonly<Record<PrimitiveName, readonly Fixture[]>>;

/** Types that have no number of their own in JavaScript are for the reference backend alone. */
const foreign: readonly DType[] = ['float16', 'bfloat16', 'key'];

/** No public function mixes the layouts of images and kernels. */
const isMixed = (attributes: { channels?: string; kernel?: string }): boolean =>
  attributes.kernel !== undefined && attributes.kernel !== attributes.channels;

const build = ([dtype, shape, values]: Value): Tensor => from(dtype, shape, values);

const isSingle = (expected: Value | readonly Value[]): expected is Value => typeof expected[0] === 'string';
const listed = (expected: Value | readonly Value[]): readonly Value[] => (isSingle(expected) ? [expected] : expected);

it.each(primitiveNames.filter((name) => name in fixtures))('%s gives what other tools computed', async (name) => {
  const cases = fixtures[name].filter(
    ({ operands, attributes, expected }) =>
      !isMixed(attributes) && [...operands, ...listed(expected)].every(([dtype]) => !foreign.includes(dtype)),
  );
  expect(cases.length).toBeGreaterThan(0);
  const backend = recording(onnxruntime({ threads: 1 }));
  const results = cases.map(({ operands, attributes }) => applyAll(name, operands.map(build), attributes));
  await withBackend(backend, () => evaluate(...results.flat()));
  backend.dispose();
  const problems: string[] = [];
  for (const [i, { name: title, operands, expected, length = 1 }] of cases.entries()) {
    for (const [k, [dtype, shape, values]] of listed(expected).entries()) {
      const result = results[i]![k]!;
      expect([result.dtype, result.shape]).toEqual([dtype, shape]);
      const wanted = await build([dtype, shape, values]).data();
      const problem = deviation(await result.data(), wanted, dtype, { length });
      if (problem !== '') problems.push(`${operands[0]?.[0]} ${title}, result ${k}: ${problem}`);
    }
  }
  expect(problems).toEqual([]);
});
