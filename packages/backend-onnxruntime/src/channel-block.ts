import type * as OnnxRuntime from 'onnxruntime-node';
import { sessionOptions, silent } from './session-options.js';

/** A convolution for blocks of a size, as a model. */
export interface BlockModel {
  readonly block: number;
  readonly model: Uint8Array;
}

/** Sizes of that convolution, whose images keep theirs. */
export const blockProbe = { channels: 16, features: 32, height: 4, width: 5, window: 3 } as const;

const { channels, features, height, width, window } = blockProbe;

/** Whole numbers, so that sums are exact in any order. */
const image = Float32Array.from({ length: channels * height * width }, (_, i) => ((i * 7) % 11) - 5);
const kernel = Float32Array.from({ length: features * channels * window * window }, (_, i) => ((i * 5) % 13) - 6);
const bias = Float32Array.from({ length: features }, (_, i) => i - 16);

/** relu(conv(image, kernel) + bias), by definition. */
function expected(): Float32Array {
  const result = new Float32Array(features * height * width);
  for (let f = 0; f < features; f++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = bias[f]!;
        for (let c = 0; c < channels; c++) {
          for (let dy = 0; dy < window; dy++) {
            for (let dx = 0; dx < window; dx++) {
              const [row, column] = [y + dy - 1, x + dx - 1];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const weight = kernel[((f * channels + c) * window + dy) * window + dx]!;
              sum += weight * image[(c * height + row) * width + column]!;
            }
          }
        }
        result[(f * height + y) * width + x] = Math.max(0, sum);
      }
    }
  }
  return result;
}

/** Whether a direct convolution gives the right numbers. */
export async function computesInBlocks(runtime: typeof OnnxRuntime, { model }: BlockModel): Promise<boolean> {
  const wanted = expected();
  const options = { ...sessionOptions({ threads: 1, provider: 'cpu' }), extra: {} };
  const session = await runtime.InferenceSession.create(model, options);
  try {
    const feeds = {
      image: new runtime.Tensor('float32', image, [1, channels, height, width]),
      kernel: new runtime.Tensor('float32', kernel, [features, channels, window, window]),
      bias: new runtime.Tensor('float32', bias, [features]),
    };
    const { result } = await session.run(feeds, { logSeverityLevel: silent });
    const data = result!.data as Float32Array;
    return data.length === wanted.length && wanted.every((value, i) => value === data[i]);
  } finally {
    await session.release();
  }
}

async function probe(runtime: typeof OnnxRuntime, models: readonly BlockModel[]): Promise<number | null> {
  for (const candidate of models) {
    if (await computesInBlocks(runtime, candidate).catch(() => false)) return candidate.block;
  }
  return null;
}

let probed: Promise<number | null> | null = null;

/**
 * How many channels lie together in the direct convolutions of this installation of the runtime, on this processor; null
 * where there are none. The operators are the runtime's own, and a wrong size gives wrong numbers: what a trial computes
 * decides, once in a process. As with {@link probeOutputPath}, not as the first session.
 */
export function probeChannelBlock(runtime: typeof OnnxRuntime, models: readonly BlockModel[]): Promise<number | null> {
  probed ??= probe(runtime, models);
  return probed;
}
