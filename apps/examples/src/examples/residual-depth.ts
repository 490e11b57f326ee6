import * as layers from '@tesserajs/layers';
import { tensor, type Tensor } from '@tesserajs/tensor';
import { percent, trainClassifier } from '../classification.js';
import { loadImages, type Images } from '../data/images.js';
import type { Example } from '../example.js';

const scales = {
  smoke: { blocks: 3, epochs: 2, batchSize: 16 },
  laptop: { blocks: 15, epochs: 2, batchSize: 128 },
  long: { blocks: 50, epochs: 10, batchSize: 128 },
} as const;

const filters = 16;

/** `count` blocks between a first convolution, which halves height and width, and a classifier. */
function createModel(blocks: readonly layers.Layer[], seed: number): layers.Sequential {
  return layers.sequential(
    [
      layers.conv2d({ filters, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      ...blocks,
      layers.globalAveragePooling2d(),
      layers.dense({ units: 10 }),
    ],
    { inputShape: [28, 28, 1], seed },
  );
}

function residual(count: number, seed: number): layers.Sequential {
  return createModel(
    Array.from({ length: count }, () => layers.residualBlock({ filters })),
    seed,
  );
}

/**
 * The two convolutions of a block, and nothing else. With the default initializer gradients vanish on their way to the
 * first blocks; `heNormal` keeps their norms (with it, a network of size `laptop` came to 11 % all the same).
 */
function plain(count: number, seed: number): layers.Sequential {
  const convolution = (): layers.Layer =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
  return createModel(
    Array.from({ length: count }, () => layers.sequential([convolution(), convolution()])),
    seed,
  );
}

/** Euclidean norms of the gradients of the loss with respect to what each block gives, from the first to the last. */
async function gradientNorms(model: layers.Sequential, { test }: Images): Promise<number[]> {
  const [batch] = test.batch(64);
  const [inputs] = [batch!.inputs].flat();
  const x = tensor(inputs!.data).reshape(inputs!.shape);
  const y = tensor(batch!.targets!.data);
  const loss = layers.losses.sparseCategoricalCrossentropy({ fromLogits: true });
  const { layers: parts } = await model.probe(x, {
    training: true,
    gradients: (logits: Tensor) => loss.call(y, logits).mean(),
  });
  const blocks = parts.filter(({ type }) => type === 'ResidualBlock' || type === 'Sequential');
  return Promise.all(blocks.map(({ gradient }) => gradient!.tensor.square().sum().sqrt().item()));
}

export const residualDepth: Example = {
  async run(settings) {
    const { size, seed, say } = settings;
    const { blocks, epochs, batchSize } = scales[size];
    const images = await loadImages('mnist', settings);
    const figures: Record<string, number | readonly number[]> = { blocks, epochs };
    for (const [name, create] of Object.entries({ residual, plain })) {
      const model = create(blocks, seed);
      say(`${name}: ${model.countParams()} parameters`);
      const norms = await gradientNorms(model, images);
      say(`gradient norms from the first block to the last: ${norms.map((norm) => norm.toExponential(1)).join(' ')}`);
      figures[`${name}GradientNorms`] = norms;
      figures[`${name}TestAccuracy`] = await trainClassifier(model, images, {
        epochs,
        batchSize,
        learningRate: 2e-3,
        seed,
      });
      say(`${name}: ${percent(figures[`${name}TestAccuracy`] as number)} of the test pictures right`);
    }
    return figures;
  },
  headline({ blocks, residualTestAccuracy, plainTestAccuracy, residualGradientNorms, plainGradientNorms }) {
    const range = (norms: unknown): string => {
      const [first, last] = [(norms as number[])[0]!, (norms as number[]).at(-1)!];
      return `gradient norm ${first.toExponential(0)} in the first block, ${last.toExponential(0)} in the last`;
    };
    return (
      `${String(blocks)} blocks: ${percent(Number(residualTestAccuracy))} (${range(residualGradientNorms)}); ` +
      `plain: ${percent(Number(plainTestAccuracy))} (${range(plainGradientNorms)})`
    );
  },
};
