import { expect, it } from 'vitest';
import {
  copySign,
  exp2,
  grad,
  hypot,
  isFinite,
  isInf,
  isNaN,
  log10,
  log2,
  logicalXor,
  popcount,
  random,
  reciprocal,
  remainder,
  round,
  rsqrt,
  tan,
  tensor,
  trunc,
  zeros,
  TesseraError,
  type DType,
  type Tensor,
} from '../../index.js';
import { checkGradients } from '../finite-differences.fixture.js';
import { float64, numbersOf, shown } from '../../values.fixture.js';

function close(actual: Tensor, expected: readonly number[], ulps = 4): void {
  numbersOf(actual).forEach((value, i) => {
    const want = expected[i]!;
    if (Object.is(value, want)) return;
    expect(Math.abs(value - want) / (Math.abs(want) * 2 ** -52), `${value} for ${want}`).toBeLessThanOrEqual(ulps);
  });
}

const special = float64([NaN, Infinity, -Infinity, 0, -0, 1, -2.5]);

it('composes tangents, logarithms, powers and roots of accurate primitives', () => {
  const x = [0.3, -1.5707, 1e-9, 22, -355];
  close(tan(float64(x)), x.map(Math.tan));
  const positive = [8, 1e-300, 0.3, 1 + 2 ** -40, 1e10];
  close(log2(float64(positive)), positive.map(Math.log2));
  close(log10(float64(positive)), positive.map(Math.log10));
  expect(numbersOf(exp2(float64([10, -1074, 0.5, 1023])))).toEqual([1024, 2 ** -1074, Math.SQRT2, 2 ** 1023]);
  close(rsqrt(float64([4, 1e-300, 3])), [0.5, 1e150, 1 / Math.sqrt(3)]);
  expect(numbersOf(reciprocal(float64([4, -0])))).toEqual([0.25, -Infinity]);
});

it('rounds halves to even, and towards zero', () => {
  const x = float64([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2 ** 52 + 1, 1e300]);
  expect(numbersOf(round(x))).toEqual([0, 2, 2, -0, -2, 0, 2 ** 52 + 1, 1e300]);
  expect(numbersOf(trunc(float64([2.7, -2.7, 0.3, -0.3, 1e300, -Infinity, NaN])))).toEqual([
    2,
    -2,
    0,
    -0,
    1e300,
    -Infinity,
    NaN,
  ]);
});

it('tells NaN, infinities and finite numbers apart', () => {
  expect(numbersOf(isNaN(special))).toEqual([1, 0, 0, 0, 0, 0, 0]);
  expect(numbersOf(isInf(special))).toEqual([0, 1, 1, 0, 0, 0, 0]);
  expect(numbersOf(isFinite(special))).toEqual([0, 0, 0, 1, 1, 1, 1]);
  const ints = tensor([1, 2], { dtype: 'uint8' });
  expect(shown([isNaN(ints), isInf(ints), isFinite(ints)])).toEqual(['bool [2] 0 0', 'bool [2] 0 0', 'bool [2] 1 1']);
});

it('copies signs, that of −0 too', () => {
  expect(numbersOf(copySign(float64([3, -3, 0, NaN]), float64([-0, 0, -5, 1])))).toEqual([-3, 3, -0, NaN]);
  expect(shown(copySign(tensor([3, 4]), -1))).toEqual(['float32 [2] -3 -4']);
});

it('has an exclusive or', () => {
  const a = tensor([true, true, false, false]);
  expect(shown(logicalXor(a, tensor([true, false, true, false])))).toEqual(['bool [4] 0 1 1 0']);
});

it.each<[DType, (number | bigint)[], number[]]>([
  ['int8', [0, 1, -1, -128, 127], [0, 1, 8, 1, 7]],
  ['uint8', [0, 255, 170], [0, 8, 4]],
  ['int16', [-1, 257, -32768], [16, 2, 1]],
  ['uint16', [65535, 4096], [16, 1]],
  ['int32', [-1, 2147483647, -2147483648], [32, 31, 1]],
  ['uint32', [4294967295, 2863311530], [32, 16]],
  ['int64', [-1n, 2n ** 62n + 5n], [64, 3]],
  ['uint64', [2n ** 64n - 1n, 2n ** 40n], [64, 1]],
])('counts and inverts the bits of %s', (dtype, values, counts) => {
  const x = tensor(values as number[], { dtype });
  expect(shown(popcount(x))).toEqual([`int32 [${values.length}] ${counts.join(' ')}`]);
  const width = Number(/\d+/.exec(dtype)![0]);
  expect(numbersOf(popcount(x.bitwiseNot()))).toEqual(counts.map((count) => width - count));
  expect(numbersOf(x.bitwiseXor(x.bitwiseNot()))).toEqual(numbersOf(zeros([values.length], { dtype }).bitwiseNot()));
});

it('differentiates what it composes', () => {
  const x = float64([0.3, 1.2, 2.5, 0.7]);
  for (const f of [tan, log2, log10, exp2, rsqrt, reciprocal, (y: Tensor) => copySign(y, float64([-1, 1, -1, 1]))]) {
    expect(checkGradients(f, [x])).toBeNull();
  }
});

it('has finite gradients at the origin', () => {
  const at = (f: (y: Tensor, x: Tensor) => Tensor): number[] =>
    grad((y: Tensor, x: Tensor) => f(y, x).sum(), { argnums: [0, 1] })(float64([0]), float64([0])).flatMap(numbersOf);
  expect(at(hypot).map(Math.abs)).toEqual([0, 0]);
  expect(at((y, x) => y.atan2(x)).map(Math.abs)).toEqual([0, 0]);
});

it('refuses other dtypes by the name of what was called', () => {
  const ints = tensor([1, 2], { dtype: 'int32' });
  const floats = tensor([1, 2]);
  const text = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      return error instanceof TesseraError ? `${error.name}: ${error.message}` : String(error);
    }
    return 'nothing thrown';
  };
  const actions = [
    () => ints.sin(),
    () => ints.tan(),
    () => ints.log2(),
    () => ints.exp2(),
    () => ints.trunc(),
    () => ints.rsqrt(),
    () => ints.reciprocal(),
    () => ints.copySign(1),
    () => floats.copySign(float64([1, 2])),
    () => floats.popcount(),
    () => floats.bitwiseNot(),
    () => floats.bitwiseAnd(1),
    () => floats.shiftLeft(1),
    () => logicalXor(floats, floats),
    () => floats.remainder(zeros([3])),
    () => random.key(0).isNaN(),
  ];
  expect(actions.map(text).join('\n')).toMatchInlineSnapshot(`
    "DTypeError: sin: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: tan: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: log2: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: exp2: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: trunc: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: rsqrt: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: reciprocal: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: copySign: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: copySign: dtypes differ: float32 [2] and float64 [2]; convert one with .cast('float32')
    DTypeError: popcount: float32 [2] is not accepted; it takes signed integers, unsigned integers: use .cast(…)
    DTypeError: bitwiseNot: float32 [2] is not accepted; it takes signed integers, unsigned integers: use .cast(…)
    DTypeError: bitwiseAnd: float32 [2] is not accepted; it takes signed integers, unsigned integers: use .cast(…)
    DTypeError: shiftLeft: float32 [2] is not accepted; it takes signed integers, unsigned integers: use .cast(…)
    DTypeError: logicalXor: float32 [2] is not accepted; it takes bool: use .cast(…)
    ShapeError: remainder: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    DTypeError: isNaN: random keys [] are not accepted; derive keys with random.split or random.foldIn"
  `);
});

it('gives remainders of 0 the sign of the divisor, as NumPy does', async () => {
  const rests = await remainder(tensor([-2, 2, -2, 2, -0, 0, 0]), tensor([2, 2, -2, -2, 3, -3, Infinity])).array();
  expect(rests).toEqual([0, 0, -0, -0, 0, -0, 0]);
});
