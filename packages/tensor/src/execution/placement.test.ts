import { expect, it } from 'vitest';
import { dropout } from '../nn.js';
import { foldIn, key } from '../random.js';
import { ones, zeros, type Tensor } from '../index.js';
import { traceGraph } from '../transforms/trace-graph.js';
import { inputDerivedKeys } from './placement.js';

function placed(f: (...args: Tensor[]) => Tensor, ...args: Tensor[]): string[] {
  const { graph } = traceGraph(f, ...args);
  const ahead = inputDerivedKeys(graph);
  return graph.nodes.map((node) => `${ahead.has(node) ? 'host' : 'graph'} ${node.primitive.name}`);
}

it('runs random bits ahead whose keys come from inputs and constants', () => {
  const steps = placed(
    (x, k, n) => dropout(x, 0.5, foldIn(foldIn(k, 7), n)),
    zeros([4]),
    key(0),
    ones([], { dtype: 'uint32' }),
  );
  expect(steps.filter((step) => /key|random/.test(step))).toEqual([
    'host keyFoldIn',
    'host keyFoldIn',
    'host randomBits',
  ]);
  expect(steps.at(-1)).toBe('graph mul');
});

it('leaves random bits in the graph whose keys depend on computed values', () => {
  const steps = placed((x, k) => dropout(x, 0.5, foldIn(k, x.sum().cast('uint32'))), zeros([4]), key(0));
  expect(steps.filter((step) => /key|random/.test(step))).toEqual(['graph keyFoldIn', 'graph randomBits']);
});
