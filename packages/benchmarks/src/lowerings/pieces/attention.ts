import { operators } from '../form.js';
import { floats, type Piece } from '../piece.js';

const microsoft = { domain: 'com.microsoft' } as const;
const sizes = [
  [16, 128, 4, 64],
  [1, 512, 8, 64],
  [1, 2048, 8, 64],
] as const;

/** [batch, time, heads · features] → the same. */
function attentionOf(causal: boolean): Piece {
  return {
    name: causal ? 'causal attention' : 'attention',
    tolerance: 1e-3,
    rows: sizes.map(([batch, time, heads, features]) => {
      const scale = 1 / Math.sqrt(features);
      const width = heads * features;
      const x = floats([batch, time, width]);
      const unidirectional = { unidirectional: { int: Number(causal) } };
      return {
        name: `[${batch}, ${time}, ${heads} × ${features}]`,
        inputs: [x, x, x],
        forms: {
          'products, `Softmax`': operators((g, ...inputs) => {
            const shape = g.constant('int64', [batch, time, heads, features]);
            const [q, k, v] = inputs.map((part) =>
              g.node('Transpose', [g.node('Reshape', [part, shape])], { perm: { ints: [0, 2, 1, 3] } }),
            );
            const flags = { transB: { int: 1 }, alpha: { float: scale } };
            let scores = g.node('FusedMatMul', [q!, k!], flags, microsoft);
            if (causal) {
              const mask = Float32Array.from({ length: time * time }, (_, i) =>
                i % time > Math.floor(i / time) ? -1e30 : 0,
              );
              scores = g.node('Add', [scores, g.initializer('mask', 'float32', [time, time], mask)]);
            }
            const y = g.node('MatMul', [g.node('Softmax', [scores]), v!]);
            const back = g.node('Transpose', [y], { perm: { ints: [0, 2, 1, 3] } });
            return g.node('Reshape', [back, g.constant('int64', [batch, time, width])]);
          }),
          '`Attention`': operators((g, ...inputs) => {
            const count = { int: heads };
            const attributes = { q_num_heads: count, kv_num_heads: count, is_causal: { int: Number(causal) } };
            return g.node('Attention', inputs, attributes);
          }, 23),
          '`MultiHeadAttention`': operators((g, ...inputs) =>
            g.node('MultiHeadAttention', inputs, { num_heads: { int: heads }, ...unidirectional }, microsoft),
          ),
          ...(causal
            ? {
                '`GroupQueryAttention`': operators((g, ...inputs) => {
                  const attributes = { num_heads: { int: heads }, kv_num_heads: { int: heads } };
                  const lengths = g.constant('int32', new Array<number>(batch).fill(time - 1));
                  const all = [...inputs, '', '', lengths, g.constant('int32', time)];
                  const outputs = ['y', 'key', 'value'] as const;
                  return g.nodeWithOutputs('GroupQueryAttention', all, outputs, attributes, microsoft)[0];
                }),
              }
            : {}),
        },
      };
    }),
  };
}

export const attention: readonly Piece[] = [attentionOf(false), attentionOf(true)];
