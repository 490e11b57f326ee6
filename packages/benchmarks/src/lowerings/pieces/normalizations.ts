import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

const microsoft = { domain: 'com.microsoft' } as const;
const last = { axis: { int: -1 }, epsilon: { float: 1e-5 } };
const sizes = [
  [64, 256],
  [2048, 256],
  [2048, 1024],
] as const;

const layerNorm: Piece = {
  name: 'layer normalization',
  rows: sizes.map(([rows, features]) => ({
    name: `[${rows}, ${features}]`,
    inputs: [floats([rows, features]), floats([features]), floats([features])],
    forms: {
      operators: operators((g, x, scale, offset) => {
        const axes = g.constant('int64', [-1]);
        const centred = g.node('Sub', [x, g.node('ReduceMean', [x, axes])]);
        const variance = g.node('ReduceMean', [g.node('Mul', [centred, centred]), axes]);
        const root = g.node('Sqrt', [g.node('Add', [variance, g.constant('float32', 1e-5)])]);
        return g.node('Add', [g.node('Mul', [g.node('Div', [centred, root]), scale]), offset]);
      }),
      '`LayerNormalization`': operators((g, ...x) => g.node('LayerNormalization', x, last)),
    },
  })),
};

const skipLayerNorm: Piece = {
  name: 'sum, also a result, and layer normalization',
  rows: sizes.map(([rows, features]) => ({
    name: `[${rows}, ${features}]`,
    inputs: [floats([rows, features]), floats([rows, features]), floats([features]), floats([features])],
    forms: {
      '`Add`, `LayerNormalization`': operators((g, x, skip, scale, offset) => {
        const sum = g.node('Add', [x, skip]);
        return [g.node('LayerNormalization', [sum, scale, offset], last), sum];
      }),
      '`SkipLayerNormalization`': operators((g, ...x) => {
        const epsilon = { epsilon: { float: 1e-5 } };
        const [y, , , sum] = g.nodeWithOutputs('SkipLayerNormalization', x, ['y', '', '', 'sum'], epsilon, microsoft);
        return [y, sum];
      }),
    },
  })),
};

const rmsNorm: Piece = {
  name: 'root mean square normalization',
  rows: sizes.map(([rows, features]) => ({
    name: `[${rows}, ${features}]`,
    inputs: [floats([rows, features]), floats([features])],
    forms: {
      operators: operators((g, x, scale) => {
        const square = g.node('ReduceMean', [g.node('Mul', [x, x]), g.constant('int64', [-1])]);
        const root = g.node('Sqrt', [g.node('Add', [square, g.constant('float32', 1e-5)])]);
        return g.node('Mul', [g.node('Div', [x, root]), scale]);
      }),
      '`SimplifiedLayerNormalization`': operators((g, ...x) =>
        g.node('SimplifiedLayerNormalization', x, last, { domain: 'ai.onnx' }),
      ),
    },
  })),
};

const skipRmsNorm: Piece = {
  name: 'sum, also a result, and root mean square normalization',
  rows: sizes.map(([rows, features]) => ({
    name: `[${rows}, ${features}]`,
    inputs: [floats([rows, features]), floats([rows, features]), floats([features])],
    forms: {
      '`Add`, `SimplifiedLayerNormalization`': operators((g, x, skip, scale) => {
        const sum = g.node('Add', [x, skip]);
        return [g.node('SimplifiedLayerNormalization', [sum, scale], last, { domain: 'ai.onnx' }), sum];
      }),
      '`SkipSimplifiedLayerNormalization`': operators((g, ...x) => {
        const epsilon = { epsilon: { float: 1e-5 } };
        const outputs = ['y', '', '', 'sum'] as const;
        const [y, , , sum] = g.nodeWithOutputs('SkipSimplifiedLayerNormalization', x, outputs, epsilon, microsoft);
        return [y, sum];
      }),
    },
  })),
};

export const normalizations: readonly Piece[] = [layerNorm, skipLayerNorm, rmsNorm, skipRmsNorm];
