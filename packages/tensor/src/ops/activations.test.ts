import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { testFunctions, type CaseFunction } from '../function-cases.fixture.js';
import { grad, nn, tensor, zeros, type Tensor } from '../index.js';
import { numbersOf } from '../values.fixture.js';

type Activation = (x: Tensor, ...settings: number[]) => Tensor;

const activations: Readonly<Record<string, Activation>> = {
  relu6: nn.relu6,
  leakyRelu: nn.leakyRelu,
  elu: nn.elu,
  celu: nn.celu,
  selu: nn.selu,
  softplus: nn.softplus,
  softsign: nn.softsign,
  hardSigmoid: nn.hardSigmoid,
  hardSilu: nn.hardSilu,
  mish: nn.mish,
  gelu: (x) => nn.gelu(x),
  silu: nn.silu,
  logSigmoid: nn.logSigmoid,
  tanhShrink: nn.tanhShrink,
  softShrink: nn.softShrink,
  hardShrink: nn.hardShrink,
  hardTanh: nn.hardTanh,
  threshold: nn.threshold as Activation,
  squareplus: nn.squareplus,
};

const functions: Record<string, CaseFunction> = {
  geluTanh: ([x]) => nn.gelu(x!, { approximate: 'tanh' }),
  prelu: ([x, slope]) => nn.prelu(x!, slope!),
  glu: ([x], axis: number) => nn.glu(x!, axis),
};
for (const [name, f] of Object.entries(activations)) {
  functions[name] = ([x], ...settings: number[]) => f(x!, ...settings);
  functions[`${name}Slope`] = ([x], ...settings: number[]) => grad((y: Tensor) => f(y, ...settings).sum())(x!);
}

testFunctions('activations', functions);

it.each(Object.entries(activations))('%s passes NaN on and keeps its limits', (name, f) => {
  const settings = name === 'threshold' ? [0.5] : [];
  const x = tensor([NaN, 1000, -1000]);
  const [nan, high, low] = numbersOf(f(x, ...settings));
  expect(nan).toBeNaN();
  expect(Number.isFinite(high!) && Number.isFinite(low!)).toBe(true);
  expect(numbersOf(grad((y: Tensor) => f(y, ...settings).sum())(x.slice([1, 3]))).every(Number.isFinite)).toBe(true);
});

it('says what is wrong with settings and axes', () => {
  const x = zeros([2, 3]);
  expect(
    errorTexts(
      () => nn.glu(x),
      () => nn.glu(x, 2),
      () => nn.celu(x, 0),
      () => nn.softShrink(x, -1),
      () => nn.hardShrink(x, NaN),
      () => nn.hardTanh(x, 1, 1),
      () => nn.squareplus(x, -1),
      () => nn.gelu(zeros([2], { dtype: 'int32' })),
      () => nn.elu(zeros([2], { dtype: 'bool' })),
      () => nn.prelu(x, zeros([2])),
      () => nn.prelu(x, zeros([3], { dtype: 'float64' })),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: glu: axis 1 of [2,3] has 3 elements; it must have two halves
    ShapeError: glu: axis 2 is out of range for shape [2,3]; use -2 to 1
    ArgumentError: celu: alpha 0 is not accepted; use a number > 0
    ArgumentError: softShrink: threshold -1 is not accepted; use a number >= 0
    ArgumentError: hardShrink: threshold NaN is not accepted; use a number >= 0
    ArgumentError: hardTanh: [1, 1] is not accepted; low must be less than high
    ArgumentError: squareplus: b -1 is not accepted; use a number > 0
    DTypeError: gelu: int32 [2] is not accepted; it takes floats: use .cast(…)
    DTypeError: elu: bool [2] is not accepted; it takes floats: use .cast(…)
    ShapeError: prelu: shapes [2,3] and [2] do not broadcast: axis -1 has 3 and 2; sizes must be equal or 1
    DTypeError: prelu: dtypes differ: float32 [2,3] and float64 [3]; convert one with .cast('float32')"
  `);
});
