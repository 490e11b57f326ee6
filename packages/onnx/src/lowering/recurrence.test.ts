import { linearRecurrence, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { lower } from '../run-function.fixture.js';

it('tells the runtime the shapes of a step, which it cannot always infer', () => {
  const model = lower(
    (a: Tensor, b: Tensor) => linearRecurrence(a, b, 1),
    [zeros([2, 5, 3]), zeros([2, 5, 3])],
    'standard',
  );
  const scan = model.toModel().graph!.node.find(({ opType }) => opType === 'Scan')!;
  const body = scan.attribute.find(({ name }) => name === 'body')!.g!;
  const shapes = body.output.map(({ type }) =>
    type?.value.case === 'tensorType' ? type.value.value.shape?.dim.map(({ value }) => Number(value.value)) : undefined,
  );
  expect(shapes).toEqual([
    [2, 3],
    [2, 3],
  ]);
});
