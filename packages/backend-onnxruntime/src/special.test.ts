import {
  bind,
  evaluate,
  linspace,
  primitives,
  referenceBackend,
  special as s,
  tensor,
  withBackend,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { special as extremes } from './case.fixture.js';
import { deviation } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

vi.setConfig({ testTimeout: 60_000 });

/** Numbers of many sizes and both signs, whole ones, halves, and those at the ends of the range. */
const wide = [-1, 1].flatMap((sign) =>
  Array.from({ length: 400 }, (_, i) => sign * 10 ** ((i - 200) / 20) * (1 + 0.3 * Math.sin(i))),
);
const everywhere: readonly number[] = [
  ...wide,
  ...Array.from({ length: 121 }, (_, i) => (i - 60) / 2),
  ...extremes,
  1e-30,
  1e30,
];
const positive: readonly number[] = everywhere.filter((x) => !(x < 0));

/** All pairs of some numbers. */
function pairs(first: readonly number[], second: readonly number[]): [Tensor, Tensor] {
  const all = first.flatMap((a) => second.map((b) => [a, b] as const));
  return [tensor(all.map(([a]) => a)), tensor(all.map(([, b]) => b))];
}

const someA = [0, 1e-20, 0.01, 0.5, 1, 1.5, 2, 3.25, 7, 9.5, 11, 30, 200, 1e5, 1e12, Infinity, NaN];
const signed = [...someA, ...someA.map((x) => -x)];

const on =
  (numbers: readonly number[], f: (x: Tensor) => Tensor): (() => Tensor) =>
  () =>
    f(tensor([...numbers]));
const onPairs =
  (a: readonly number[], b: readonly number[], f: (a: Tensor, b: Tensor) => Tensor): (() => Tensor) =>
  () =>
    f(...pairs(a, b));

/** Orders above 1 arise in derivatives. */
const bessel =
  (name: PrimitiveName, attributes: object) =>
  (x: Tensor): Tensor =>
    bind(primitives[name], [x], attributes)[0]!;

const functions: Readonly<Record<string, () => Tensor>> = {
  gamma: on(everywhere, s.gamma),
  logGamma: on(everywhere, s.logGamma),
  digamma: on(everywhere, s.digamma),
  logBeta: onPairs(signed, signed, s.logBeta),
  beta: onPairs(signed, signed, s.beta),
  zeta: onPairs(
    [0, 0.25, 0.75, 1, 1.5, 2, 3, 4.5, 9, 20, 60, 150, -1, NaN, Infinity],
    [...signed, 0.001, -0.5, -7.25, 3.5, 16, 40],
    s.zeta,
  ),
  gammaInc: onPairs(someA, [...someA, 0.3, 1.05, 4, 8, 12, 190, 215, 99_000, 101_000], s.gammaInc),
  gammaIncC: onPairs(someA, [...someA, 0.3, 1.05, 4, 8, 12, 190, 215, 99_000, 101_000], s.gammaIncC),
  'gammaInc of negative numbers': onPairs([-1, 2], [1, -1], s.gammaInc),
  betaInc: () => {
    const [a, b] = pairs(
      [0, 0.01, 0.5, 1, 2.5, 9, 30, 200, 5e3, -1, NaN],
      [0.02, 0.5, 1, 3, 11, 150, 4e3, Infinity, -2],
    );
    return s.betaInc(a.expandDims(1), b.expandDims(1), tensor([0, 1e-6, 0.1, 0.3, 0.5, 0.62, 0.97, 1, 1.5, NaN]));
  },
  trigamma: on(everywhere, (x) => s.polygamma(1, x)),
  'fifth derivative of digamma': on(positive, (x) => s.polygamma(5, x)),
  sinc: on(everywhere, s.sinc),
  logNdtr: on(everywhere, s.logNdtr),
  ndtri: () => s.ndtri(linspace(-0.1, 1.1, 481)),
  'ndtri of small numbers': on(everywhere, s.ndtri),
  expInt: on(everywhere, s.expInt),
  expIntE1: on(everywhere, s.expIntE1),
  ...Object.fromEntries(
    [0, 1, 2, 5, 13].flatMap((order) => [
      [`J of order ${order}`, on(everywhere, bessel('besselJ', { order }))],
      [`Y of order ${order}`, on(everywhere, bessel('besselY', { order }))],
      ...[false, true].flatMap((scaled): [string, () => Tensor][] => [
        [`I of order ${order}, scaled: ${scaled}`, on(everywhere, bessel('besselI', { order, scaled }))],
        [`K of order ${order}, scaled: ${scaled}`, on(everywhere, bessel('besselK', { order, scaled }))],
      ]),
    ]),
  ),
};

it.each(Object.entries(functions))('%s agrees with reference over its whole range', async (_, f) => {
  const backend = recording(onnxruntime({ threads: 1 }));
  const [actual, expected] = [f(), f()];
  await withBackend(backend, () => evaluate(actual));
  expect([...backend.refused]).toEqual([]);
  backend.dispose();
  await withBackend(referenceBackend, () => evaluate(expected));
  expect(deviation(await actual.data(), await expected.data(), 'float32')).toBe('');
});
