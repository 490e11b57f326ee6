import * as tf from '@tensorflow/tfjs';
import { evaluate, tensor, type Tensor } from '@tesserajs/tensor';
import { uniformStream } from '../inputs/random.js';
import { kernelCases } from './kernel-cases.js';
import { takeTurns } from './measure.js';

/** Numbers between −1 and 1 that look random. */
function numbers(size: number, seed: number): Float32Array {
  const next = uniformStream(seed);
  return Float32Array.from({ length: size }, () => next() * 2 - 1);
}

/** Throws when two results differ by more than rounding. */
function compare(name: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  let [difference, scale] = [0, 1e-6];
  for (let i = 0; i < theirs.length; i++) {
    difference = Math.max(difference, Math.abs(ours[i]! - theirs[i]!));
    scale = Math.max(scale, Math.abs(theirs[i]!));
  }
  if (ours.length !== theirs.length || !(difference <= 1e-4 * scale)) {
    throw new Error(`${name}: results differ by ${difference} where the largest is ${scale}`);
  }
}

/** Tessera's reference backend beside tfjs's cpu backend: both plain JavaScript on one thread, in one process. */
async function main(): Promise<void> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  console.log('float32, milliseconds of processor time, median of 9; ratio = tfjs-cpu / Tessera\n');
  const logarithms: number[] = [];
  for (const { name, shapes, tessera, tfjs } of kernelCases) {
    const data = shapes.map((shape, i) => numbers(tf.util.sizeFromShape([...shape]), i + 1));
    const ours = data.map((values, i) => tensor(values, { shape: shapes[i]! }));
    const theirs = data.map((values, i) => tf.tensor(values, [...shapes[i]!]));
    compare(name, await tessera(...ours).data('float32'), tfjs(...theirs).dataSync());
    const [own, other] = await takeTurns(
      [
        () => evaluate(tessera(...ours)),
        () => {
          // Without a result: `tidy` would look for tensors in every element of it.
          tf.tidy(() => {
            tfjs(...theirs).dataSync();
          });
        },
      ],
      9,
      20,
    );
    logarithms.push(Math.log(other! / own!));
    console.log(
      `${name.padEnd(34)} ${own!.toFixed(2).padStart(8)} ${other!.toFixed(2).padStart(8)} ${(other! / own!).toFixed(2).padStart(8)}`,
    );
    tf.dispose(theirs);
  }
  const mean = Math.exp(logarithms.reduce((a, b) => a + b) / logarithms.length);
  const doubles = [numbers(512 * 512, 1), numbers(512 * 512, 2)].map((values) =>
    tensor(Float64Array.from(values), { shape: [512, 512] }),
  ) as [Tensor, Tensor];
  const [double] = await takeTurns([() => evaluate(doubles[0].matmul(doubles[1]))], 9, 20);
  console.log(`${'matmul 512³, float64'.padEnd(34)} ${double!.toFixed(2).padStart(8)}        - (tfjs has no float64)`);
  console.log(`${'geometric mean'.padEnd(52)} ${mean.toFixed(2).padStart(8)}`);
}

await main();
