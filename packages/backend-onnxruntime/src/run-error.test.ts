import { expect, it } from 'vitest';
import { describeRunError } from './run-error.js';

const failed = (operator: string, name: string, status: string): Error =>
  new Error(`Non-zero status code returned while running ${operator} node. Name:'${name}' Status Message: ${status}\n`);

it.each<[string, unknown, string]>([
  [
    'the operation in front, without the place in the sources',
    failed(
      'GatherElements',
      'takeAlongAxis_3',
      '/onnxruntime_src/core/gather_elements.cc:150 void onnxruntime::core_impl(const Tensor*, int64_t) ' +
        '[with Tin = int; int64_t = long int] GatherElements op: Out of range value in index tensor',
    ),
    'takeAlongAxis: GatherElements op: Out of range value in index tensor',
  ],
  [
    'a message that has no place',
    failed('ScatterElements', 'addAlongAxis_o0', 'indices element out of data bounds, idx=9'),
    'addAlongAxis: indices element out of data bounds, idx=9',
  ],
  ['the operator where the name is no operation', failed('Slice', 'Slice_3', 'bad axes'), 'Slice: bad axes'],
  ['other errors as they are', new Error('out of memory\n'), 'out of memory'],
  ['what is no error', 'stopped', 'stopped'],
])('gives %s', (_, error, text) => {
  expect(describeRunError(error)).toBe(text);
});
