import { allocate, type ElementArray, type ElementType } from './elements.js';
import { ModelBuildError } from './errors.js';
import { bfloat16Bits, float16Bits } from './float-bits.js';

/** One element of a constant: numbers for floats, numbers or bigints for integers, booleans, 0 or 1 for bool. */
export type ConstantElement = number | bigint | boolean;

const integerRanges: Readonly<Partial<Record<ElementType, readonly [number | bigint, number | bigint]>>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
  uint64: [0n, 2n ** 64n - 1n],
  bool: [0, 1],
};

/** Elements as the array that `elementType` takes; throws on a value that the type cannot hold. */
export function constantArray(elementType: ElementType, values: readonly ConstantElement[]): ElementArray {
  const array = allocate(elementType, values.length);
  const range = integerRanges[elementType];
  values.forEach((value, index) => {
    if (range !== undefined) checkInteger(elementType, range, value);
    else if (typeof value !== 'number') throw wrongElement(elementType, value);
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[index] = BigInt(value);
    else if (elementType === 'float16') array[index] = float16Bits(Number(value));
    else if (elementType === 'bfloat16') array[index] = bfloat16Bits(Number(value));
    else array[index] = Number(value);
  });
  return array;
}

/** Larger constants are data: their readable names and equality are not worth the search. */
const MAX_SHARED_ELEMENTS = 16;

/** A key that equal small constants share, bit for bit; null for constants that are not worth sharing. */
export function constantKey(
  elementType: ElementType,
  values: readonly ConstantElement[],
  dims: readonly number[],
): string | null {
  if (values.length > MAX_SHARED_ELEMENTS) return null;
  return `${elementType} ${dims.join('x')} ${values.map(elementText).join(' ')}`;
}

const MAX_NAMED_ELEMENTS = 6;

/** A readable name that is also an identifier: `float32_0p5`, `int64_m1_28_28_1`, `float32_3x3`. */
export function constantName(
  elementType: ElementType,
  values: readonly ConstantElement[],
  dims: readonly number[],
): string {
  if (dims.length > 1 || values.length > MAX_NAMED_ELEMENTS) return `${elementType}_${dims.join('x')}`;
  if (values.length === 0) return `${elementType}_empty`;
  const text = values.map(elementText).join('_');
  return `${elementType}_${text.replaceAll('-', 'm').replaceAll('.', 'p').replaceAll('+', '')}`;
}

function elementText(value: ConstantElement): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Object.is(value, -0) ? '-0' : String(value);
}

function checkInteger(
  elementType: ElementType,
  [low, high]: readonly [number | bigint, number | bigint],
  value: ConstantElement,
): void {
  const int = typeof value === 'boolean' ? Number(value) : value;
  const whole = typeof int === 'bigint' || Number.isSafeInteger(int);
  if (!whole || int < low || int > high) throw wrongElement(elementType, value);
}

function wrongElement(elementType: ElementType, value: ConstantElement): ModelBuildError {
  return new ModelBuildError(`constant: ${elementType} cannot hold ${String(value)}`);
}
