import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { add } from '../layers/merging/add.js';
import { model, type Functional } from '../models/functional.js';
import { input } from '../models/input.js';
import { sequential } from '../models/sequential.js';
import { layeredLayout, type Edge } from './layered-layout.js';
import { plotModel } from './plot-model.js';

function residual(): Functional {
  const x = input({ shape: [4], name: 'x' });
  const shared = dense({ units: 4, name: 'a "<b>" & c' });
  return model({ inputs: x, outputs: add([shared.apply(shared.apply(x)), x]), name: 'net' });
}

it('writes mermaid, with names that are no markup', () => {
  expect(plotModel(residual(), { format: 'mermaid' })).toBe(
    [
      'flowchart TD',
      '  n0["x (input)<br>[null,4]"]',
      '  n1["a #quot;#lt;b#gt;#quot; #amp; c (Dense)<br>[null,4] · 20 params"]',
      '  n2["a #quot;#lt;b#gt;#quot; #amp; c (Dense)<br>[null,4] · 20 params"]',
      '  n3["add (Add)<br>[null,4]"]',
      '  n0 --> n1',
      '  n0 --> n3',
      '  n1 --> n2',
      '  n2 --> n3',
    ].join('\n'),
  );
});

it('draws a box for each run of a layer and a line for each connection', () => {
  const svg = plotModel(residual());
  expect(svg.match(/<rect x=/g)).toHaveLength(4);
  expect(svg.match(/marker-end/g)).toHaveLength(4);
  expect(svg).toContain('a &quot;&lt;b&gt;&quot; &amp; c (Dense)');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  const chain = sequential([dense({ units: 2 }), dropout({ rate: 0.5 })], { inputShape: [3] });
  expect(plotModel(chain, { format: 'mermaid' })).toContain('n1 --> n2');
});

it('says what it cannot draw', () => {
  expect(() => plotModel(sequential([dense({ units: 2 })]))).toThrow('sequential: the layer has no weights yet');
  expect(() => plotModel(residual(), { format: 'png' as never })).toThrow(
    "plotModel: format \"png\" is not known; use 'svg' or 'mermaid'",
  );
});

const graphs = fc.integer({ min: 1, max: 12 }).chain((nodes) =>
  fc.tuple(
    fc.constant(nodes),
    fc.uniqueArray(
      fc
        .tuple(fc.nat(nodes - 1), fc.nat(nodes - 1))
        .filter(([a, b]) => a < b)
        .map((edge): Edge => edge),
      { selector: String, maxLength: nodes === 1 ? 0 : 16 },
    ),
  ),
);

it('lays out any graph: edges go down through each row, and no two things share a place', () => {
  fc.assert(
    fc.property(graphs, ([nodes, edges]) => {
      const { places, bends, rows, columns } = layeredLayout(nodes, edges);
      expect(places).toHaveLength(nodes);
      edges.forEach(([from, to], i) => {
        const through = [places[from]!, ...bends[i]!, places[to]!];
        through.slice(1).forEach(({ row }, k) => {
          expect(row).toBe(through[k]!.row + 1);
        });
      });
      const taken = [...places, ...bends.flat()].map(({ row, column }) => `${row} ${column}`);
      expect(new Set(taken).size).toBe(taken.length);
      expect(places.every(({ row, column }) => row < rows && column < columns)).toBe(true);
    }),
  );
});

it('uncrosses lines that need not cross', () => {
  // 0→3 and 1→2 with 2, 3 in the next row
  const { places } = layeredLayout(4, [
    [0, 3],
    [1, 2],
  ]);
  expect(Math.sign(places[0]!.column - places[1]!.column)).toBe(Math.sign(places[3]!.column - places[2]!.column));
});
