import { bind, evaluate, fft, grad, linalg, primitives, special, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectLike, runBytes, waves } from '../run-function.fixture.js';
import { toOnnx } from '../to-onnx.js';

it.each<[name: string, f: (x: Tensor) => Tensor]>([
  ['gamma', (x) => special.gamma(x.add(2))],
  ['zeta', (x) => special.zeta(x.add(3), x.add(1.5))],
  ['a Bessel function', (x) => special.besselJ0(x.mul(20))],
])('%s leaves the batch open', async (_, f) => {
  const bytes = await toOnnx(f, [waves([1, 3])]);
  for (const rows of [1, 4]) {
    const x = waves([rows, 3]);
    await expectLike((await runBytes(bytes, { input: x }))['output'], f(x));
  }
});

it.each<[name: string, f: (x: Tensor) => Tensor]>([
  ['an incomplete gamma function', (x) => special.gammaInc(x.add(2), x.mul(3).abs())],
  ['a Fourier transform', (x) => fft.rfft(x, 0)[1]],
  ['a factorization and its gradient', (x) => grad((a: Tensor) => linalg.qr(a).r.square().sum())(x)],
])('%s is written for the sizes of the example', async (_, f) => {
  const x = waves([5, 3]);
  await evaluate(x);
  const bytes = await toOnnx(f, [x], { batch: 'fixed' });
  await expectLike((await runBytes(bytes, { input: x }))['output'], f(x));
});

it('says what has no form', async () => {
  const order = (name: 'besselJ' | 'besselK', n: number) => (x: Tensor) =>
    bind(primitives[name], [x], { order: n, scaled: false })[0]!;
  const functions: readonly ((x: Tensor) => unknown)[] = [
    (x) => linalg.cholesky(x.reshape([-1, 1, 1])),
    order('besselJ', 14),
    order('besselK', 20),
    (x) => grad((a: Tensor) => special.gammaInc(a, 2).sum())(x),
    (x) => linalg.svd(x.reshape([3, -1]), { fullMatrices: true }).s,
  ];
  const texts = await Promise.all(
    functions.map(async (f, i) => {
      try {
        await toOnnx(f, [zeros([1, 3])], i === 0 ? {} : { batch: 'fixed' });
        return 'written';
      } catch (error) {
        return String(error);
      }
    }),
  );
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ModelBuildError: toOnnx: cholesky depends on the batch size in a way that has no lowering; export with { batch: 'fixed' }
    ModelBuildError: toOnnx: besselJ of order 14 has no ONNX form; use orders up to 13
    ModelBuildError: toOnnx: besselK of order 20 has no ONNX form; use orders up to 13
    ModelBuildError: toOnnx: the derivative of gammaInc in its parameters has no ONNX form; stop its gradient
    ModelBuildError: toOnnx: svd with fullMatrices has no ONNX form; use fullMatrices: false"
  `);
});
