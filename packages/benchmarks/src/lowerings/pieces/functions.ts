import { fft, linalg, random, special, type Tensor } from '@tesserajs/tensor';
import { lowered, onReference, type Input } from '../form.js';
import { floats, type Piece } from '../piece.js';

const many = [2 ** 18];
const fewer = [2 ** 16];
const matrix = [64, 64];

/** A name, what it stands for, and its inputs. */
type Case = readonly [string, (...inputs: [Tensor, Tensor]) => Tensor, ...Input[]];

function transform(...shape: number[]): Case {
  return [`\`fft\`, ${shape.join(' × ')}`, (re, im) => fft.fft(re, im)[0], floats(shape), floats(shape)];
}

/** `random.key(0)`. */
const key: Input = { shape: [], dtype: 'key', data: new BigInt64Array(1) };

/** A symmetric matrix, positive definite for elements between −1 and 1. */
function symmetric(x: Tensor): Tensor {
  return x.matmul(x.transpose()).add(1);
}

const cases: readonly Case[] = [
  ['`gamma`', (x) => special.gamma(x), floats(many, 0.1, 10)],
  ['`logGamma`', (x) => special.logGamma(x), floats(many, 0.1, 10)],
  ['`digamma`', (x) => special.digamma(x), floats(many, 0.1, 10)],
  ['`logNdtr`', (x) => special.logNdtr(x), floats(many, -4, 4)],
  ['`ndtri`', (x) => special.ndtri(x), floats(many, 0.01, 0.99)],
  ['`expInt`', (x) => special.expInt(x), floats(many, 0.1, 10)],
  ['`besselJ0`', (x) => special.besselJ0(x), floats(many, -20, 20)],
  ['`besselI0`', (x) => special.besselI0(x), floats(many, -10, 10)],
  ['`besselK0`', (x) => special.besselK0(x), floats(many, 0.1, 10)],
  ['`zeta(2, x)`', (x) => special.zeta(2, x), floats(many, 0.5, 10)],
  ['`gammaInc`, 2^16 elements', (a, x) => special.gammaInc(a, x), floats(fewer, 0.5, 5), floats(fewer, 0.1, 5)],
  ['`betaInc`, 2^16 elements', (a, x) => special.betaInc(a, 2, x), floats(fewer, 0.5, 5), floats(fewer, 0.01, 0.99)],
  transform(64, 1024),
  transform(64, 1000),
  transform(64, 1009),
  transform(2048, 60),
  transform(1, 65536),
  ['`randomBits`, 2^20 words', (x) => random.bits(x, [2 ** 20]), key],
  ['`randomPermutation` of 1000', (x) => random.permutation(x, 1000), key],
  ['`cholesky`, 64 × 64', (x) => linalg.cholesky(symmetric(x)), floats(matrix)],
  ['`lu`, 64 × 64', (x) => linalg.lu(x).u, floats(matrix)],
  ['`qr`, 64 × 64', (x) => linalg.qr(x).r, floats(matrix)],
  ['`eigh`, 64 × 64', (x) => linalg.eigh(symmetric(x)).values, floats(matrix)],
  ['`svd`, 64 × 64', (x) => linalg.svd(x).s, floats(matrix)],
];

/** Functions without an operator, beside the kernels of the reference backend. */
export const functions: readonly Piece[] = [
  {
    name: 'functions',
    tolerance: 1e-3,
    rows: cases.map(([name, f, ...inputs]) => ({
      name,
      inputs,
      forms: { 'in the graph': lowered(f), 'on the host': onReference(f) },
    })),
  },
];
