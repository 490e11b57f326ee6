import type { GraphBuilder } from '@tesserajs/onnx';
import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

type Step = (g: GraphBuilder, state: readonly string[], z: string, recurrent: string) => readonly string[];

function parts(g: GraphBuilder, value: string, count: number): string[] {
  const names = Array.from({ length: count }, (_, i) => `part${i}`);
  return g.nodeWithOutputs('Split', [value], names, { axis: { int: -1 }, num_outputs: { int: count } });
}

/** Steps of a loop over z [time, batch, gates · units]; the state begins at 0 and its first part is the result. */
function scanned(
  g: GraphBuilder,
  z: string,
  recurrent: string,
  states: number,
  shape: readonly number[],
  step: Step,
): string {
  const body = g.subgraph('step');
  const state = Array.from({ length: states }, (_, i) => body.input(`state${i}`, 'float32', shape));
  const next = step(body, state, body.input('z', 'float32'), recurrent);
  for (const value of next) body.output(value, 'float32', shape);
  body.output(body.node('Identity', [next[0]!]), 'float32', shape);
  const zeros = g.node('ConstantOfShape', [g.constant('int64', shape)]);
  const names = [...next.map((_, i) => `last${i}`), 'all'];
  const attributes = { body: { graph: body }, num_scan_inputs: { int: 1 } };
  return g.nodeWithOutputs('Scan', [...next.map(() => zeros), z], names, attributes)[states]!;
}

const lstmStep: Step = (g, [h, c], z, recurrent) => {
  const gates = g.node('Add', [z, g.node('MatMul', [h!, recurrent])]);
  const [input, output, forget, candidate] = parts(g, gates, 4) as [string, string, string, string];
  const kept = g.node('Mul', [g.node('Sigmoid', [forget]), c!]);
  const cell = g.node('Add', [kept, g.node('Mul', [g.node('Sigmoid', [input]), g.node('Tanh', [candidate])])]);
  return [g.node('Mul', [g.node('Sigmoid', [output]), g.node('Tanh', [cell])]), cell];
};

const gruStep: Step = (g, [h], z, recurrent) => {
  const [zu, zr, zc] = parts(g, z, 3) as [string, string, string];
  const [hu, hr, hc] = parts(g, g.node('MatMul', [h!, recurrent]), 3) as [string, string, string];
  const update = g.node('Sigmoid', [g.node('Add', [zu, hu])]);
  const reset = g.node('Sigmoid', [g.node('Add', [zr, hr])]);
  const candidate = g.node('Tanh', [g.node('Add', [zc, g.node('Mul', [reset, hc])])]);
  return [g.node('Add', [candidate, g.node('Mul', [update, g.node('Sub', [h!, candidate])])])];
};

function recurrence(name: string, opType: 'LSTM' | 'GRU', gates: number, states: number, step: Step): Piece {
  return {
    name,
    rows: [
      [100, 64, 64, 128],
      [100, 1, 64, 128],
      [20, 32, 256, 512],
    ].map(([time, batch, features, units]) => ({
      name: `${time} steps, batch ${batch}, ${features} → ${units}`,
      inputs: [
        floats([time!, batch!, features!]),
        floats([features!, gates * units!], -0.1, 0.1),
        floats([units!, gates * units!], -0.1, 0.1),
        floats([gates * units!]),
      ],
      forms: {
        '`Scan`': operators((g, x, kernel, recurrent, bias) => {
          const z = g.node('Add', [g.node('MatMul', [x, kernel]), bias]);
          return scanned(g, z, recurrent, states, [batch!, units!], step);
        }),
        [`\`${opType}\``]: operators((g, x, kernel, recurrent, bias) => {
          const first = g.constant('int64', [0]);
          const turned = (value: string): string =>
            g.node('Unsqueeze', [g.node('Transpose', [value], { perm: { ints: [1, 0] } }), first]);
          const none = g.node('ConstantOfShape', [g.constant('int64', [gates * units!])]);
          const both = g.node('Unsqueeze', [g.node('Concat', [bias, none], { axis: { int: 0 } }), first]);
          const attributes = {
            hidden_size: { int: units! },
            ...(opType === 'GRU' ? { linear_before_reset: { int: 1 } } : {}),
          };
          const y = g.node(opType, [x, turned(kernel), turned(recurrent), both], attributes);
          return g.node('Squeeze', [y, g.constant('int64', [1])]);
        }),
      },
    })),
  };
}

export const recurrences: readonly Piece[] = [
  recurrence('LSTM', 'LSTM', 4, 2, lstmStep),
  recurrence('GRU', 'GRU', 3, 1, gruStep),
];
