import * as layers from '@tesserajs/layers';
import { imageSize } from '../data/images.js';
import type { LayerRow } from '../report/report-data.js';
import { architecture, type LayerSpec } from './architecture.js';

/** The learning rate of the first epoch; it falls evenly from epoch to epoch, so that the last ones settle. */
const firstLearningRate = 2e-3;

/** How the network learns, in words. */
export const optimizerDescription = `Adam, learning rate ${firstLearningRate}, falling evenly`;

/** The learning rate of an epoch, from 0. */
export function learningRateOf(epoch: number, epochs: number): number {
  return firstLearningRate * (1 - epoch / epochs);
}

/** A network with random weights, and what teaches it. */
export interface Network {
  readonly model: layers.Sequential;
  /** Its learning rate is set from epoch to epoch. */
  readonly optimizer: layers.optimizers.Optimizer;
}

/** A network whose random weights follow from the seed, ready for training. */
export function createNetwork({ classes, seed }: { classes: number; seed: number }): Network {
  const model = layers.sequential(architecture(classes).map(createLayer), {
    inputShape: [imageSize, imageSize, 1],
    seed,
  });
  const optimizer = layers.optimizers.adam({ learningRate: firstLearningRate });
  model.compile({
    optimizer,
    loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return { model, optimizer };
}

function createLayer(spec: LayerSpec): layers.Layer {
  switch (spec.type) {
    case 'conv2d':
      return layers.conv2d(spec);
    case 'maxPooling2d':
      return layers.maxPooling2d(spec);
    case 'dropout':
      return layers.dropout(spec);
    case 'flatten':
      return layers.flatten();
    case 'dense':
      return layers.dense(spec);
  }
}

/** The layers of the network, for a table. */
export function layerRows(model: layers.Sequential, classes: number): LayerRow[] {
  const specs = architecture(classes);
  return model.summaryRows().rows.map(({ name, outputShape, params }, i) => ({
    name,
    description: describe(specs[i]!),
    outputShape: `[${(outputShape ?? []).map((size) => size ?? 'batch').join(', ')}]`,
    parameters: params,
  }));
}

function describe(spec: LayerSpec): string {
  switch (spec.type) {
    case 'conv2d':
      return `${spec.filters} filters, ${spec.kernelSize}×${spec.kernelSize}, ${spec.activation}`;
    case 'maxPooling2d':
      return `largest of ${spec.poolSize}×${spec.poolSize}`;
    case 'dropout':
      return `drops ${Math.round(100 * spec.rate)}% in training`;
    case 'flatten':
      return 'all values in one row';
    case 'dense':
      return `${spec.units} units${spec.activation === undefined ? ', one logit per class' : `, ${spec.activation}`}`;
  }
}
