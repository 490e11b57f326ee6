import { expect, it } from 'vitest';
import { fakeBackend } from '../execution/fake-backend.fixture.js';
import { dropout } from '../nn.js';
import { key } from '../random.js';
import { optimizeGraph, printGraph, referenceBackend, scan, sort, traceGraph, zeros, type Tensor } from '../index.js';

it('shows the segments in which a backend runs a graph', () => {
  const { graph } = traceGraph((x: Tensor) => sort(x.matmul(x)).exp(), zeros([3, 3]));
  expect(printGraph(graph, { backend: fakeBackend({ lacks: ['argsort'] }) })).toMatchInlineSnapshot(`
    "inputs  a: float32 [3,3]
    segment 0 on fake
    b: float32 [3,3] = matmul a a
    segment 1 on reference
    c: int32 [3,3] = argsort b {axis=1, descending=false, count=3}
    segment 2 on fake
    d: float32 [3,3] = takeAlongAxis b c {axis=1}
    e: float32 [3,3] = exp d
    outputs e"
  `);
  const whole = printGraph(graph, { backend: fakeBackend() });
  expect(whole.split('\n').filter((line) => line.startsWith('segment'))).toEqual(['segment 0 on fake']);
  expect(printGraph(graph, { backend: referenceBackend })).toBe(whole.replace('fake', 'reference'));
});

it('shows what the host runs ahead of a backend', () => {
  const backend = fakeBackend({ randomOnHost: true });
  const { graph } = traceGraph((x: Tensor, k: Tensor) => dropout(x, 0.5, k).exp(), zeros([4]), key(0));
  expect(printGraph(optimizeGraph(graph, backend), { backend })).toMatchInlineSnapshot(`
    "inputs  a: float32 [4], b: key []
    segment 0 on reference
    c: uint32 [4] = randomBits b {shape=[4]}
    segment 1 on fake
    d: uint32 [] = full {shape=[], dtype=uint32, value=2147483648}
    e: bool [4] = less c d
    f: float32 [4] = cast e {dtype=float32}
    g: float32 [] = full {shape=[], dtype=float32, value=2}
    h: float32 [4] = mul f g
    i: float32 [4] = mul a h
    j: float32 [4] = exp i
    outputs j"
  `);
});

it('shows the segments of the bodies that the host drives', () => {
  const backend = fakeBackend({ lacks: ['scan', 'tanh'] });
  const loop = (x: Tensor): unknown => scan((c, v: Tensor) => [c.matmul(v).tanh(), null], x.at(0), x)[0];
  const { graph } = traceGraph(loop, zeros([4, 64, 64]));
  expect(printGraph(graph, { backend })).toMatchInlineSnapshot(`
    "inputs  a: float32 [4,64,64]
    segment 0 on fake
    b: float32 [1,64,64] = slice a {starts=[0,0,0], sizes=[1,64,64], steps=[1,1,1]}
    c: float32 [64,64] = reshape b {shape=[64,64]}
    segment 1 on the host, its bodies on fake
    d: float32 [64,64] = scan c a {carries=1, sequences=1, length=4, reverse=false}
      body:
        inputs  a: float32 [64,64], b: float32 [64,64]
        segment 0 on fake
        c: float32 [64,64] = matmul a b
        segment 1 on reference
        d: float32 [64,64] = tanh c
        outputs d
    outputs d"
  `);
});
