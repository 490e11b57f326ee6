import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

const microsoft = { domain: 'com.microsoft' } as const;

const gelu: Piece = {
  name: 'gelu',
  rows: [
    [64, 512],
    [2048, 1024],
  ].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [floats(shape, -4, 4)],
    forms: {
      operators: operators((g, x) => {
        const scaled = g.node('Mul', [x, g.constant('float32', Math.SQRT1_2)]);
        const factor = g.node('Add', [g.node('Erf', [scaled]), g.constant('float32', 1)]);
        return g.node('Mul', [g.node('Mul', [x, g.constant('float32', 0.5)]), factor]);
      }),
      '`Gelu`': operators((g, x) => g.node('Gelu', [x]), 20),
      '`com.microsoft.Gelu`': operators((g, x) => g.node('Gelu', [x], {}, microsoft)),
    },
  })),
};

const geluTanh: Piece = {
  name: 'gelu by tanh',
  rows: [
    [64, 512],
    [2048, 1024],
  ].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [floats(shape, -4, 4)],
    forms: {
      '`Gelu`': operators((g, x) => g.node('Gelu', [x], { approximate: { string: 'tanh' } }), 20),
      '`FastGelu`': operators((g, x) => g.node('FastGelu', [x], {}, microsoft)),
    },
  })),
};

const biasGelu: Piece = {
  name: 'gelu behind a bias',
  rows: [
    [64, 512],
    [2048, 1024],
  ].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [floats(shape, -4, 4), floats([shape[1]!])],
    forms: {
      '`Add`, `Gelu`': operators((g, x, b) => g.node('Gelu', [g.node('Add', [x, b])]), 20),
      '`BiasGelu`': operators((g, x, b) => g.node('BiasGelu', [x, b], {}, microsoft)),
    },
  })),
};

const silu: Piece = {
  name: 'silu',
  rows: [
    [64, 512],
    [2048, 1024],
  ].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [floats(shape, -4, 4)],
    forms: {
      '`Mul`, `Sigmoid`': operators((g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])])),
      '`QuickGelu`': operators((g, x) => g.node('QuickGelu', [x], { alpha: { float: 1 } }, microsoft)),
    },
  })),
};

/** d · s · (1 + x · (1 − s)) with s = sigmoid(x). */
const siluGradient: Piece = {
  name: 'gradient of silu',
  rows: [
    [64, 512],
    [2048, 1024],
  ].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [floats(shape, -4, 4), floats([...shape, 1].slice(0, 2), -1, 1)],
    forms: {
      'exact sigmoid': operators((g, x, d) => {
        const one = g.constant('float32', 1);
        const s = g.node('Div', [one, g.node('Add', [one, g.node('Exp', [g.node('Neg', [x])])])]);
        const slope = g.node('Add', [one, g.node('Mul', [x, g.node('Sub', [one, s])])]);
        return g.node('Mul', [g.node('Mul', [d, s]), slope]);
      }),
      '`Sigmoid`': operators((g, x, d) => {
        const one = g.constant('float32', 1);
        const s = g.node('Sigmoid', [x]);
        const slope = g.node('Add', [one, g.node('Mul', [x, g.node('Sub', [one, s])])]);
        return g.node('Mul', [g.node('Mul', [d, s]), slope]);
      }),
      'from `QuickGelu`, `Sigmoid`': operators((g, x, d) => {
        // s + y · (1 − s), y = x · s
        const one = g.constant('float32', 1);
        const s = g.node('Sigmoid', [x]);
        const y = g.node('Mul', [x, s]);
        return g.node('Mul', [d, g.node('Add', [s, g.node('Mul', [y, g.node('Sub', [one, s])])])]);
      }),
    },
  })),
};

export const activations: readonly Piece[] = [gelu, geluTanh, biasGelu, silu, siluGradient];
