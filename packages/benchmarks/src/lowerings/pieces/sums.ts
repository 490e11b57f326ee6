import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

const leading: Piece = {
  name: 'sum over leading axes',
  rows: [
    [16, 128, 1024],
    [16, 128, 256],
    [100, 64, 512],
  ].map((shape) => {
    const [first, second, features] = shape as [number, number, number];
    const rows = first * second;
    return {
      name: `[${shape.join(', ')}] → [${features}]`,
      inputs: [floats(shape)],
      forms: {
        '`ReduceSum`': operators((g, x) =>
          g.node('ReduceSum', [x, g.constant('int64', [0, 1])], { keepdims: { int: 0 } }),
        ),
        'product with ones': operators((g, x) => {
          const ones = g.constant('float32', new Array<number>(rows).fill(1), [1, rows]);
          const matrix = g.node('Reshape', [x, g.constant('int64', [rows, features])]);
          return g.node('Reshape', [g.node('MatMul', [ones, matrix]), g.constant('int64', [features])]);
        }),
      },
    };
  }),
};

const parts: Piece = {
  name: 'parts of the last axis',
  rows: [
    [64, 512, 4],
    [2048, 768, 3],
  ].map(([rows, width, count]) => ({
    name: `[${rows}, ${width}] in ${count}`,
    inputs: [floats([rows!, width!])],
    forms: {
      '`Slice`': operators((g, x) =>
        Array.from({ length: count! }, (_, i) => {
          const bounds = [(i * width!) / count!, ((i + 1) * width!) / count!, -1];
          return g.node('Slice', [x, ...bounds.map((bound) => g.constant('int64', [bound]))]);
        }),
      ),
      '`Split`': operators((g, x) => {
        const names = Array.from({ length: count! }, (_, i) => `part${i}`);
        return g.nodeWithOutputs('Split', [x], names, { axis: { int: -1 }, num_outputs: { int: count! } });
      }),
    },
  })),
};

export const sums: readonly Piece[] = [leading, parts];
