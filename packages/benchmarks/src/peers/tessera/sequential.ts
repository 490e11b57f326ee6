import * as layers from '@tesserajs/layers';
import type { Tensor } from '@tesserajs/tensor';
import type { LayerSpec, SequentialNetwork } from '../../networks/sequential.js';

/** The network out of the library's own layers. */
export function buildSequential(network: SequentialNetwork, parameters: readonly Tensor[]): layers.Model {
  const model = layers.sequential(network.layers.map(build), { inputShape: network.inputShape });
  let index = 0;
  for (const layer of model.layers) {
    if (!(layer instanceof layers.Dense || layer instanceof layers.Conv2d)) continue;
    layer.kernel = parameters[index++] as Tensor;
    layer.bias = parameters[index++] as Tensor;
  }
  return model;
}

function build(spec: LayerSpec): layers.Layer {
  switch (spec.type) {
    case 'conv2d':
      return layers.conv2d(spec);
    case 'dense':
      return layers.dense(spec);
    case 'maxPooling2d':
      return layers.maxPooling2d(spec);
    case 'flatten':
      return layers.flatten();
  }
}
