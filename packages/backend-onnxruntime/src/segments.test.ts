import {
  atan,
  compile,
  evaluate,
  grad,
  nn,
  random,
  referenceBackend,
  withBackend,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, from, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });

/** Which primitives ONNX Runtime compiled, graph by graph, and where the result differs from reference. */
async function segments(f: () => Tensor, length = 1): Promise<{ graphs: string[]; difference: string }> {
  const backend = recording(onnx);
  const [actual, expected] = [f(), f()];
  await withBackend(backend, () => evaluate(actual));
  await withBackend(referenceBackend, () => evaluate(expected));
  const difference = deviation(await actual.data(), await expected.data(), expected.dtype, { length });
  const graphs = backend.graphs.map(({ nodes }) => nodes.map(({ primitive }) => primitive.name).join(' '));
  backend.dispose();
  return { graphs, difference };
}

const image = (): Tensor => values('float64', [2, 6, 6, 3]);
const kernel = (): Tensor => values('float64', [3, 3, 3, 4], 2);

it.each<[name: string, f: () => Tensor, graphs: string[]]>([
  ['a float64 inverse tangent', () => atan(values('float64', [5]).neg()).exp(), ['neg', 'exp']],
  ['a float64 rounded to float16', () => values('float64', [5]).neg().cast('float16').abs(), ['neg', 'abs']],
  ['a cast to int64', () => from('float32', [4], [3e18, -1e30, NaN, 2.7]).mul(2).cast('int64').neg(), ['mul', 'neg']],
  ['a float64 convolution', () => nn.conv(image().neg(), kernel()).exp(), ['neg transpose transpose', 'exp transpose']],
  [
    'a permutation whose key depends on data',
    () =>
      random
        .permutation(random.foldIn(random.key(1), values('int32', [3]).sum(0).mul(2)), 4)
        .less(2)
        .cast('float32'),
    ['sum mul keyFoldIn', 'less cast'],
  ],
])('%s runs partly on the reference backend', async (_, f, graphs) => {
  expect(await segments(f)).toEqual({ graphs, difference: '' });
});

it('trains through segments in both directions', async () => {
  const f = (w: Tensor, x: Tensor): Tensor => {
    const y = nn.conv(x, w).tanh().slice(null, [null, null, 2]);
    return nn.maxPool(y, 2, { padding: 'same' }).square().sum();
  };
  const step = (w: Tensor, x: Tensor): Tensor => w.sub(grad(f)(w, x).mul(0.1));
  const run = (): Tensor => step(kernel(), image());
  const { graphs, difference } = await segments(run, 2 * 3 * 3);
  expect(graphs.length).toBeGreaterThan(1);
  expect(difference).toBe('');
});

it('gives a compiled function its inputs and constants back as they are', async () => {
  const f = compile((x: Tensor, y: Tensor) => [x, y.add(x), y, y.add(x), x.mul(0).cast('uint32').sum()] as const);
  const [x, y] = [values('float32', [3, 2]), values('float32', [3, 2], 2)];
  const results = withBackend(onnx, () => f(x, y));
  const data = await Promise.all(results.map((result) => result.data()));
  const sum = await withBackend(referenceBackend, () => y.add(x).data());
  expect(data).toEqual([await x.data(), sum, await y.data(), sum, Uint32Array.of(0)]);
});
