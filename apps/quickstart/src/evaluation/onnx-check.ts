import type { ArrayDataset } from '@tesserajs/data';
import { firstLine, QuickstartError } from '../errors.js';
import { predictedClasses } from './predictions.js';

/** Names of the input and the output of the exported network. */
export const onnxNames = { input: 'image', output: 'logits' } as const;

/** How far two computations of the same logits are apart. */
export interface Agreement {
  /** Number of images. */
  readonly images: number;
  /** Number of images that get different classes. */
  readonly labelDifferences: number;
  /** Largest absolute difference of two logits. */
  readonly maxLogitDifference: number;
}

/** The largest difference of logits that rounding explains. */
export const logitTolerance = 1e-4;

const batchSize = 500;

/**
 * Runs an ONNX file on images with nothing but onnxruntime-node. Returns the logits `[images, classes]`. Throws a
 * QuickstartError naming the file and the cause.
 */
export async function runOnnxFile(file: string, images: ArrayDataset): Promise<Float32Array> {
  try {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(file);
    const parts: Float32Array[] = [];
    for (const { inputs } of images.batch(batchSize)) {
      const { data, shape } = [inputs].flat()[0]!;
      const feeds = { [onnxNames.input]: new Tensor('float32', data as Float32Array, shape) };
      const { [onnxNames.output]: logits } = await session.run(feeds);
      parts.push(logits?.data as Float32Array);
    }
    await session.release();
    return joined(parts);
  } catch (cause) {
    throw new QuickstartError(`${file}: onnxruntime-node does not run it: ${firstLine(cause)}`, { cause });
  }
}

/** Compares two computations of the logits `[images, classes]`. */
export function compareLogits(ours: Float32Array, theirs: Float32Array, images: number): Agreement {
  const classes = ours.length / images;
  const ourLabels = predictedClasses(ours, classes);
  const theirLabels = predictedClasses(theirs, classes);
  return {
    images,
    labelDifferences: ourLabels.filter((label, image) => label !== theirLabels[image]).length,
    // A NaN on either side must show: Math.max passes it on.
    maxLogitDifference: ours.reduce((most, logit, i) => Math.max(most, Math.abs(logit - theirs[i]!)), 0),
  };
}

/** Whether two computations agree up to rounding. */
export function agrees({ labelDifferences, maxLogitDifference }: Agreement): boolean {
  return labelDifferences === 0 && maxLogitDifference <= logitTolerance;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
