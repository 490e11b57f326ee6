import { expect, it } from 'vitest';
import { ExecutionError, OutOfMemoryError } from '@tesserajs/tensor';
import { describeRunError, runError } from './run-error.js';

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
    'takeAlongAxis: an index is out of range',
  ],
  [
    'a signature and what follows it',
    failed('Slice', 'slice_3', '/onnxruntime_src/core/slice.cc:150 void onnxruntime::f(const Tensor*) bad axes'),
    'slice: bad axes',
  ],
  [
    'a message that has no place',
    failed('ScatterElements', 'addAlongAxis_o0', 'indices element out of data bounds'),
    'addAlongAxis: indices element out of data bounds',
  ],
  [
    'an index out of range as the reference kernels say it',
    failed('Gather', 'take_2', 'indices element out of data bounds, idx=9 must be within the inclusive range [-3,2]'),
    'take: index 9 is out of range; use whole numbers from -3 to 2',
  ],
  [
    'a negative number that was moved out of range as the user gave it',
    failed(
      'Gather',
      'bincount',
      'indices element out of data bounds, idx=-4 must be within the inclusive range [-3,2]',
    ),
    'bincount: index -1 is out of range; use whole numbers from 0 to 2',
  ],
  ['the operator where the name is no operation', failed('Slice', 'Slice_3', 'bad axes'), 'Slice: bad axes'],
  ['other errors as they are', new Error('out of memory\n'), 'out of memory'],
  ['what is no error', 'stopped', 'stopped'],
])('gives %s', (_, error, text) => {
  expect(describeRunError(error)).toBe(text);
});

it.each([
  failed('Mul', 'mul_7', 'Failed to allocate memory for requested buffer of size 3600000000'),
  new RangeError('Array buffer allocation failed'),
  new Error('std::bad_alloc'),
])('tells a lack of memory from other errors, with what is alive: %s', (cause) => {
  const error = runError(cause);
  expect(error).toBeInstanceOf(OutOfMemoryError);
  const text = describeRunError(cause);
  expect(error.message.replace(/\d+ live tensors hold \d+ bytes/, 'totals')).toBe(`onnxruntime: ${text}; totals`);
});

it('keeps errors that have a type', () => {
  const error = new ExecutionError('onnxruntime: the worker ended');
  expect(runError(error)).toBe(error);
  expect(runError(new Error('stopped\n'))).toEqual(new Error('stopped'));
});
