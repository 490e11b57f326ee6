import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elementCount, type ParameterSpec, parameterSpecs } from './architectures.js';
import { uniformStream } from './random.js';
import type { Workload } from './workloads/workload.js';

/** What every peer starts from: the same examples, labels and initial weights. */
export interface Inputs {
  /** `[batches * batchSize, ...inputShape]`, values in [0, 1]. */
  readonly images: Float32Array<ArrayBuffer>;
  /** `[batches * batchSize]`, 0 to 9. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** All parameters in layer order, one after the other. */
  readonly parameters: Float32Array<ArrayBuffer>;
}

/** Distinct batches; the step with index i reads batch i modulo this. */
export const batchCount = 16;

const side = 28;
const classes = 10;

/**
 * Images of MNIST's shape and sparsity from a seed (each class is a drawing of discs, moved and dimmed), and
 * Glorot-uniform kernels with zero biases.
 */
export function makeInputs(workload: Workload, seed: number): Inputs {
  const random = uniformStream(seed);
  const count = batchCount * workload.batchSize;
  const drawings = Array.from({ length: classes }, () => drawing(random));
  const images = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let example = 0; example < count; example++) {
    const label = Math.floor(random() * classes);
    labels[example] = label;
    paint(images.subarray(example * side * side), drawings[label] as Uint8Array, random);
  }
  return { images, labels, parameters: glorotUniform(parameterSpecs(workload.architecture), random) };
}

function drawing(random: () => number): Uint8Array {
  const lit = new Uint8Array(side * side);
  for (let disc = 0; disc < 9; disc++) {
    const [y0, x0, radius] = [6 + random() * 16, 6 + random() * 16, 1.5 + random()] as [number, number, number];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) if (Math.hypot(y - y0, x - x0) <= radius) lit[y * side + x] = 1;
    }
  }
  return lit;
}

function paint(image: Float32Array, lit: Uint8Array, random: () => number): void {
  const shift = Math.floor(random() * 5 - 2) * side + Math.floor(random() * 5 - 2);
  const brightness = 0.5 + random() * 0.3;
  for (let pixel = 0; pixel < side * side; pixel++) {
    if (lit[pixel + shift] === 1) image[pixel] = brightness + random() * 0.2;
  }
}

function glorotUniform(specs: readonly ParameterSpec[], random: () => number): Float32Array<ArrayBuffer> {
  const total = specs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const parameters = new Float32Array(total);
  let offset = 0;
  for (const { shape, fanIn, fanOut } of specs) {
    const size = elementCount(shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    if (shape.length > 1) for (let i = 0; i < size; i++) parameters[offset + i] = (random() * 2 - 1) * limit;
    offset += size;
  }
  return parameters;
}

/** Raw little-endian files, so that a peer in any language reads them without a library. */
export async function writeInputs(directory: string, inputs: Inputs): Promise<void> {
  for (const [name, file] of Object.entries(files))
    await writeFile(join(directory, file), inputs[name as keyof Inputs]);
}

/** Reads what `writeInputs` wrote. */
export async function readInputs(directory: string): Promise<Inputs> {
  const [images, labels, parameters] = (await Promise.all(
    [files.images, files.labels, files.parameters].map(async (file) => {
      const bytes = await readFile(join(directory, file));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    }),
  )) as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  return {
    images: new Float32Array(images),
    labels: new Int32Array(labels),
    parameters: new Float32Array(parameters),
  };
}

const files = { images: 'images.f32', labels: 'labels.i32', parameters: 'parameters.f32' } as const;
