import { ModelBuilder } from '@tesserajs/onnx';
import { subgraphsOf, type Graph } from '@tesserajs/tensor';
import { blockProbe, type BlockModel } from './channel-block.js';

/** Channels that fill a vector register, by processor; the runtime does not tell which it has. */
const candidates = [16, 8] as const;

const { channels, features, height, width, window } = blockProbe;

/** relu(conv(image, kernel) + bias) by the runtime's direct convolution, for blocks of a size. */
function model(block: number): Uint8Array {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const domain = 'com.microsoft.nchwc';
  const integers = (...values: number[]): string => graph.constant('int64', values);
  const x = graph.input('image', 'float32', [1, channels, height, width]);
  const weights = graph.input('kernel', 'float32', [features, channels, window, window]);
  const split = graph.node('Reshape', [
    weights,
    integers(features / block, block, channels / block, block, window, window),
  ]);
  const ordered = graph.node('Transpose', [split], { perm: { ints: [0, 2, 4, 5, 3, 1] } });
  const blocked = graph.node('Reshape', [ordered, integers(features, channels, window, window)]);
  const blocks = graph.node(
    'Conv',
    [graph.node('ReorderInput', [x], {}, { domain }), blocked, graph.input('bias', 'float32', [features])],
    { pads: { ints: [1, 1, 1, 1] }, activation: { string: 'Relu' } },
    { domain },
  );
  const y = graph.node('ReorderOutput', [blocks], { channels: { int: features } }, { domain });
  graph.output(y, 'float32', [1, features, height, width], 'result');
  return builder.toBytes();
}

let models: readonly BlockModel[] | null = null;

/** The models with which sizes of blocks are tried. */
export function blockModels(): readonly BlockModel[] {
  models ??= candidates.map((block) => ({ block, model: model(block) }));
  return models;
}

const convolutions: ReadonlySet<string> = new Set(['conv', 'convInputGrad', 'convFilterGrad']);

/** Whether a graph has convolutions at all. */
export function convolves({ nodes }: Graph): boolean {
  return nodes.some(
    ({ primitive, attributes }) => convolutions.has(primitive.name) || subgraphsOf(attributes).some(convolves),
  );
}
