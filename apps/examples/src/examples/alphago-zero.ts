import * as layers from '@tesserajs/layers';
import type { Example } from '../example.js';

/** Residual blocks of the two networks of the paper. */
const towers = [19, 39] as const;

const boardSize = 19;
/** Stones of both players over eight moves, and whose turn it is. */
const planes = 17;

const convolution = (filters: number, kernelSize: number): layers.Layer[] => [
  layers.conv2d({ filters, kernelSize, padding: 'same', useBias: false }),
  layers.batchNormalization(),
  layers.activation({ activation: 'relu' }),
];

/**
 * The network of AlphaGo Zero: from a position, the move to make and who will win.
 * Source: Silver et al., "Mastering the game of Go without human knowledge" (2017), Methods.
 */
function createModel(count: number) {
  const tower = layers.sequential(
    [...convolution(256, 3), ...Array.from({ length: count }, () => layers.residualBlock({ filters: 256 }))],
    { name: 'tower' },
  );
  const policy = layers.sequential(
    [...convolution(2, 1), layers.flatten(), layers.dense({ units: boardSize ** 2 + 1 })], // each point, and to pass
    { name: 'policy' },
  );
  const value = layers.sequential(
    [
      ...convolution(1, 1),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 1, activation: 'tanh' }),
    ],
    { name: 'value' },
  );
  const board = layers.input({ shape: [boardSize, boardSize, planes] });
  const features = tower.apply(board);
  const outputs = { policy: policy.apply(features), value: value.apply(features) };
  return { model: layers.model({ inputs: board, outputs }), parts: [tower, policy, value] };
}

export const alphaGoZero: Example = {
  run({ say }) {
    const figures = towers.map((count) => {
      const { model, parts } = createModel(count);
      say(`${count} residual blocks`);
      for (const part of [...parts, model]) part.summary({ print: say });
      return [`trainableParameters${count}`, model.countParams({ trainable: true })] as const;
    });
    return Promise.resolve(Object.fromEntries(figures));
  },
  headline: (figures) =>
    towers
      .map((count) => `${count} blocks: ${figures[`trainableParameters${count}`]!.toLocaleString('en-US')} parameters`)
      .join('; '),
};
