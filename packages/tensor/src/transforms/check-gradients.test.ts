import { expect, it, vi } from 'vitest';
import { checkGradients, grad, moduleBrand, nn, tensor, type Tensor } from '../index.js';
import { float64, numbersOf } from '../values.fixture.js';

it('accepts right gradients, of trees and of other dtypes', async () => {
  const p = {
    w: tensor([
      [0.5, -1],
      [2, 0.25],
    ]),
    n: tensor([3], { dtype: 'int32' }),
  };
  const f = (q: typeof p, x: Tensor): Tensor => x.matmul(q.w).tanh().mul(q.n.cast(x.dtype)).sum();
  const report = await checkGradients(f, [p, float64([1, -0.5], [1, 2])]);
  expect(report.passed).toBe(true);
  expect(report.checks.map(({ path, shape }) => [path, shape])).toEqual([
    ['0.w', [2, 2]],
    ['1', [1, 2]],
  ]);
});

it('says where a gradient is wrong', async () => {
  // The derivative of relu at 0 is one-sided: differences see half of it.
  const report = await checkGradients(
    (x: Tensor, y: Tensor) => nn.relu(x).mul(y).sum(),
    [tensor([1, 0, -1]), tensor([1, 2, 4])],
  );
  expect(report.passed).toBe(false);
  expect(String(report)).toMatchInlineSnapshot(`
    "differs argument 0 [3]: largest relative difference 1.0e+0; element [1]: gradient 0, by differences 1
    ok      argument 1 [3]: largest relative difference 0.0e+0"
  `);
});

it('checks some elements of large tensors, and the arguments asked for', async () => {
  let calls = 0;
  const f = (x: Tensor, y: Tensor): Tensor => {
    calls++;
    return x.square().sum().add(y);
  };
  const report = await checkGradients(f, [tensor(new Float32Array(10_000).fill(0.5)), tensor(1)], {
    argnums: [0],
    elements: 10,
  });
  expect(report.passed).toBe(true);
  expect(report.checks).toHaveLength(1);
  expect(calls).toBe(2);
});

it('warns of a parameter that is read past the argument', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  class Scale {
    readonly [moduleBrand] = true as const;
    constructor(readonly factor: Tensor) {}
    // An arrow function keeps the module that it was made for.
    readonly call = (x: Tensor): Tensor => x.mul(this.factor);
  }
  const model = new Scale(float64([3]));
  for (let i = 0; i < 2; i++) {
    const gradient = grad((m: Scale, x: Tensor) => m.call(x.mul(m.factor)).sum())(model, float64([2]));
    expect(numbersOf(gradient.factor)).toEqual([6]);
  }
  expect(warn.mock.calls).toMatchInlineSnapshot(`
    [
      [
        "grad: factor of argument 0 [1] is used directly, not through the argument, and gets no gradient there; is it read in an arrow function that is a field, or in a closure? Write a method, and use the module that the function is given",
      ],
    ]
  `);
  grad((w: Tensor) => w.mul(model.factor).sum())(model.factor);
  expect(warn).toHaveBeenCalledTimes(1);
  grad((m: Scale, x: Tensor) => m.call(x).sum())(model, float64([2]));
  expect(warn.mock.lastCall).toMatchInlineSnapshot(`
    [
      "grad: the result does not depend on the parameters of the module, and all gradients are zero; compute it with the module that the function is given",
    ]
  `);
});
