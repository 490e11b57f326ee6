import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Network, parameterSpecs } from '../networks/network.js';
import { initialValues } from '../networks/parameters.js';
import type { Workload } from '../workloads/workload.js';
import { drawImages } from './drawings.js';
import { colouredDiscs, noisyPatterns, tokenSequences } from './patterns.js';
import { uniformStream } from './random.js';

/** What every peer starts from: the same examples, labels and initial weights. */
export interface Inputs {
  /** `[batches * batchSize, ...inputShape]`: tokens of a transformer as integers, else floats. */
  readonly examples: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** `[batches * batchSize, ...labelShape]`, class indices. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** All parameters in the order of the network, one after the other. */
  readonly parameters: Float32Array<ArrayBuffer>;
}

/** Distinct batches; the step with index i reads batch i modulo this. */
export const batchCount = 16;

/** Examples that can be learned, and initial weights, from a seed. */
export function makeInputs({ network, batchSize }: Workload, seed: number): Inputs {
  const random = uniformStream(seed);
  return {
    ...makeExamples(network, batchCount * batchSize, random),
    parameters: initialValues(parameterSpecs(network), random),
  };
}

function makeExamples(network: Network, count: number, random: () => number): Omit<Inputs, 'parameters'> {
  switch (network.type) {
    case 'sequential':
      return drawImages(count, 10, random);
    case 'residual':
    case 'recurrent':
      return noisyPatterns(count, network.inputShape, network.classes, random);
    case 'transformer':
      return tokenSequences(count, network.inputShape[0], network.vocabulary, random);
    case 'unet':
      return colouredDiscs(count, network.inputShape, network.classes, random);
    case 'discriminator':
      return noisyPatterns(count, network.inputShape, 2, random);
    case 'poisson':
      return { examples: Float32Array.from({ length: 2 * count }, random), labels: new Int32Array(count) };
  }
}

/** Raw little-endian files, so that a peer in any language reads them without a library. */
export async function writeInputs(directory: string, inputs: Inputs): Promise<void> {
  for (const [name, file] of Object.entries(files))
    await writeFile(join(directory, file), inputs[name as keyof Inputs]);
}

/** Reads what `writeInputs` wrote. */
export async function readInputs(directory: string, network: Network): Promise<Inputs> {
  const [examples, labels, parameters] = (await Promise.all(
    [files.examples, files.labels, files.parameters].map(async (file) => {
      const bytes = await readFile(join(directory, file));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    }),
  )) as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  return {
    examples: network.type === 'transformer' ? new Int32Array(examples) : new Float32Array(examples),
    labels: new Int32Array(labels),
    parameters: new Float32Array(parameters),
  };
}

const files = { examples: 'examples.bin', labels: 'labels.i32', parameters: 'parameters.f32' } as const;
