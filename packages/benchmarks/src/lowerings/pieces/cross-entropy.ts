import type { GraphBuilder } from '@tesserajs/onnx';
import { operators } from '../form.js';
import { floats, indices, type Piece } from '../piece.js';

/** Mean loss of logits [rows, classes] for labels [rows], and its gradient. */
const sparse: Piece = {
  name: 'cross-entropy of labels and its gradient',
  rows: [
    [128, 10],
    [2048, 256],
    [512, 8192],
  ].map(([rows, classes]) => {
    const column = (g: GraphBuilder, labels: string): string => g.node('Unsqueeze', [labels, g.constant('int64', [1])]);
    const mean = (g: GraphBuilder, picked: string): string => g.node('Neg', [g.node('ReduceMean', [picked])]);
    const share = 1 / rows!;
    return {
      name: `[${rows}, ${classes}]`,
      inputs: [floats([rows!, classes!], -4, 4), indices([rows!], classes!)],
      forms: {
        '`OneHot`': operators((g, x, labels) => {
          const hot = g.node('OneHot', [labels, g.constant('int64', classes!), g.constant('float32', [0, 1])]);
          const logs = g.node('LogSoftmax', [x]);
          const sum = g.node('ReduceSum', [g.node('Mul', [hot, logs])]);
          const loss = g.node('Mul', [sum, g.constant('float32', -share)]);
          const difference = g.node('Sub', [g.node('Exp', [logs]), hot]);
          return [loss, g.node('Mul', [difference, g.constant('float32', share)])];
        }),
        '`GatherElements`, `ScatterElements`': operators((g, x, labels) => {
          const logs = g.node('LogSoftmax', [x]);
          const at = column(g, labels);
          const picked = g.node('GatherElements', [logs, at], { axis: { int: 1 } });
          const p = g.node('Mul', [g.node('Exp', [logs]), g.constant('float32', share)]);
          const own = g.node('Sub', [
            g.node('Mul', [g.node('Exp', [picked]), g.constant('float32', share)]),
            g.constant('float32', share),
          ]);
          return [mean(g, picked), g.node('ScatterElements', [p, at, own], { axis: { int: 1 } })];
        }),
        '`SoftmaxCrossEntropyLoss`, `ScatterElements`': operators((g, x, labels) => {
          const outputs = ['loss', 'logs'] as const;
          const [loss, logs] = g.nodeWithOutputs('SoftmaxCrossEntropyLoss', [x, labels], outputs);
          const at = column(g, labels);
          const p = g.node('Mul', [g.node('Exp', [logs]), g.constant('float32', share)]);
          const picked = g.node('GatherElements', [p, at], { axis: { int: 1 } });
          const own = g.node('Sub', [picked, g.constant('float32', share)]);
          return [loss, g.node('ScatterElements', [p, at, own], { axis: { int: 1 } })];
        }),
      },
    };
  }),
};

export const crossEntropy: readonly Piece[] = [sparse];
