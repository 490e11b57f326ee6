import { expect, it } from 'vitest';
import { attributeId, attributeText } from './signature.js';
import { noAttributes } from './bind.js';

it('writes attributes as text in which all values differ', () => {
  expect(attributeText({ axes: [0, 2], keep: true, shape: [], name: 'a"b' })).toBe(
    '{axes:[0,2,],keep:true,shape:[],name:"a\\"b",}',
  );
  const values = [
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1e300,
    1n,
    '1',
    '0',
    null,
    undefined,
    false,
    [],
    {},
    [[]],
    [0],
    ['0'],
  ];
  expect(new Set(values.map((value) => attributeText({ value }))).size).toBe(values.length);
  expect(attributeText({ values: new Int32Array([1, 2]) })).toBe('{values:[1,2,],}');
});

it('numbers attributes by what they say', () => {
  expect(attributeId({ axis: 7 })).toBe(attributeId({ axis: 7 }));
  expect(attributeId({ axis: 7 })).not.toBe(attributeId({ axis: -7 }));
  expect(attributeId(noAttributes)).toBe(0);
});
