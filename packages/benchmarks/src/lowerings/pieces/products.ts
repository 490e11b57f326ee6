import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

const microsoft = { domain: 'com.microsoft' } as const;

const scaled: Piece = {
  name: 'product with a transpose, times a number',
  rows: [
    [64, 128, 64],
    [16, 512, 64],
    [16, 1024, 64],
  ].map(([batch, rows, features]) => ({
    name: `[${batch}, ${rows}, ${features}] · [${batch}, ${features}, ${rows}]`,
    inputs: [floats([batch!, rows!, features!]), floats([batch!, rows!, features!])],
    forms: {
      '`Transpose`, `MatMul`, `Mul`': operators((g, a, b) => {
        const product = g.node('MatMul', [a, g.node('Transpose', [b], { perm: { ints: [0, 2, 1] } })]);
        return g.node('Mul', [product, g.constant('float32', 0.125)]);
      }),
      '`Mul` before, `FusedMatMul`': operators((g, a, b) =>
        g.node('FusedMatMul', [g.node('Mul', [a, g.constant('float32', 0.125)]), b], { transB: { int: 1 } }, microsoft),
      ),
      '`FusedMatMul` with alpha': operators((g, a, b) =>
        g.node('FusedMatMul', [a, b], { transB: { int: 1 }, alpha: { float: 0.125 } }, microsoft),
      ),
    },
  })),
};

const activated = (['Relu', 'Tanh', 'Sigmoid', 'LeakyRelu'] as const).map((activation): Piece => {
  const alpha = activation === 'LeakyRelu' ? { alpha: { float: 0.01 } } : {};
  const fusedAlpha = activation === 'LeakyRelu' ? { activation_alpha: { float: 0.01 } } : {};
  return {
    name: `product, bias, ${activation}`,
    rows: [
      [128, 784, 512],
      [2048, 256, 1024],
    ].map(([rows, inner, columns]) => ({
      name: `[${rows}, ${inner}] · [${inner}, ${columns}]`,
      inputs: [floats([rows!, inner!]), floats([inner!, columns!], -0.1, 0.1), floats([columns!])],
      forms: {
        '`Gemm`, activation': operators((g, ...x) => g.node(activation, [g.node('Gemm', x)], alpha)),
        '`FusedGemm`': operators((g, ...x) =>
          g.node('FusedGemm', x, { activation: { string: activation }, ...fusedAlpha }, microsoft),
        ),
      },
    })),
  };
});

const convolved = (['Relu', 'Tanh', 'Sigmoid', 'LeakyRelu'] as const).map((activation): Piece => {
  const alpha = activation === 'LeakyRelu' ? { alpha: { float: 0.01 } } : {};
  const fusedAlpha = activation === 'LeakyRelu' ? { activation_params: { floats: [0.01] } } : {};
  const same = { pads: { ints: [1, 1, 1, 1] } };
  return {
    name: `convolution, bias, ${activation}`,
    rows: [
      [8, 32, 32],
      [16, 16, 64],
    ].map(([images, size, channels]) => ({
      name: `${images} images ${size}×${size}, ${channels} → ${channels}`,
      inputs: [
        floats([images!, channels!, size!, size!]),
        floats([channels!, channels!, 3, 3], -0.1, 0.1),
        floats([channels!]),
      ],
      forms: {
        '`Conv`, activation': operators((g, ...x) => g.node(activation, [g.node('Conv', x, same)], alpha)),
        '`FusedConv`': operators((g, ...x) =>
          g.node('FusedConv', x, { ...same, activation: { string: activation }, ...fusedAlpha }, microsoft),
        ),
      },
    })),
  };
});

export const products: readonly Piece[] = [scaled, ...activated, ...convolved];
