import { AbsentError } from '../../protocol.js';
import type { Network } from '../../networks/network.js';
import type { RecurrentNetwork } from '../../networks/recurrent.js';
import { basicBlocks, type ResidualNetwork } from '../../networks/residual.js';
import type { SequentialNetwork } from '../../networks/sequential.js';
import type { TransformerNetwork } from '../../networks/transformer.js';
import type { UNetwork } from '../../networks/unet.js';
import type { Operations } from './operations.js';

/** What turns a batch of examples into logits, over the last axis, with the parameters in the order of the network. */
export type Forward<T> = (parameters: readonly T[], x: T) => T;

/** The network in the terms of a library. Throws an AbsentError for one that is not written in them. */
export function forwardOf<T>(network: Network, operations: Operations<T>): Forward<T> {
  const run = (body: (next: () => T, x: T) => T): Forward<T> => {
    return (parameters, x) => {
      const values = parameters.values();
      return body(() => values.next().value as T, x);
    };
  };
  switch (network.type) {
    case 'sequential':
      return run((next, x) => sequential(network, operations, next, x));
    case 'residual':
      return run((next, x) => residual(network, operations, next, x));
    case 'recurrent':
      return run((next, x) => recurrent(network, operations, next, x));
    case 'transformer':
      if (network.checkpoint === true) throw new AbsentError('it cannot compute values again instead of keeping them');
      return run((next, x) => transformer(network, operations, next, x));
    case 'unet':
      return run((next, x) => unet(network, operations, next, x));
    case 'discriminator':
    case 'poisson':
      throw new AbsentError('second derivatives are not written for it');
  }
}

function sequential<T>({ layers }: SequentialNetwork, operations: Operations<T>, next: () => T, input: T): T {
  let x = input;
  for (const layer of layers) {
    switch (layer.type) {
      case 'conv2d': {
        const { activation } = layer;
        const [kernel, bias] = [next(), next()];
        const convolution = { stride: 1, padding: 0, bias, ...(activation === undefined ? {} : { activation }) };
        x = operations.convolve(x, kernel, convolution);
        break;
      }
      case 'dense':
        x = operations.dense(x, next(), next(), layer.activation);
        break;
      case 'maxPooling2d':
        x = operations.maxPool(x, layer.poolSize);
        break;
      case 'flatten':
        x = operations.flatten(x);
        break;
    }
  }
  return x;
}

function residual<T>(network: ResidualNetwork, operations: Operations<T>, next: () => T, images: T): T {
  const { add, batchNormalize, channelMeans, convolve, dense, relu } = operations;
  const normalized = (x: T, stride: number, padding: number): T =>
    batchNormalize(convolve(x, next(), { stride, padding }), next(), next());
  let x = relu(normalized(images, 1, 1));
  for (const { stride } of basicBlocks(network)) {
    const inner = normalized(relu(normalized(x, stride, 1)), 1, 1);
    x = relu(add(inner, stride === 1 ? x : normalized(x, stride, 0)));
  }
  return dense(channelMeans(x), next(), next());
}

function recurrent<T>(network: RecurrentNetwork, operations: Operations<T>, next: () => T, input: T): T {
  const { add, dense, moments, multiply, sequence, sigmoid, split, tanh, zeros } = operations;
  const batch = operations.shape(input)[0] as number;
  let x = input;
  let last = input;
  for (let layer = 0; layer < network.layers; layer++) {
    const [kernel, recurrentKernel, bias] = [next(), next(), next()];
    let hidden = zeros(batch, network.units);
    let cell = zeros(batch, network.units);
    const outputs = moments(dense(x, kernel, bias)).map((z) => {
      const gates = split(add(z, dense(hidden, recurrentKernel)), 4);
      const [input, forget, candidate, output] = gates as [T, T, T, T];
      cell = add(multiply(sigmoid(forget), cell), multiply(sigmoid(input), tanh(candidate)));
      hidden = multiply(sigmoid(output), tanh(cell));
      return hidden;
    });
    last = hidden;
    if (layer < network.layers - 1) x = sequence(outputs);
  }
  return dense(last, next(), next());
}

function transformer<T>(network: TransformerNetwork, operations: Operations<T>, next: () => T, tokens: T): T {
  const { add, attend, dense, embed, gelu, layerNormalize, reshape, split } = operations;
  const { width, heads } = network;
  const [batch, time] = operations.shape(tokens) as [number, number];
  const normalized = (x: T): T => layerNormalize(x, next(), next());
  let x = add(embed(tokens, next()), next());
  for (let block = 0; block < network.blocks; block++) {
    const parts = split(dense(normalized(x), next(), next()), 3);
    const heads4 = parts.map((part) => reshape(part, [batch, time, heads, width / heads])) as [T, T, T];
    x = add(x, dense(reshape(attend(...heads4), [batch, time, width]), next(), next()));
    x = add(x, dense(gelu(dense(normalized(x), next(), next())), next(), next()));
  }
  return dense(normalized(x), next());
}

function unet<T>(network: UNetwork, operations: Operations<T>, next: () => T, images: T): T {
  const { addChannels, concatChannels, convolve, maxPool, pixels, upsample } = operations;
  const pair = (x: T): T => {
    const one = (y: T): T => convolve(y, next(), { stride: 1, padding: 1, bias: next(), activation: 'relu' });
    return one(one(x));
  };
  const skips: T[] = [];
  let x = pair(images);
  for (let level = 1; level < network.widths.length; level++) {
    skips.push(x);
    x = pair(maxPool(x, 2));
  }
  for (const skip of skips.reverse()) {
    const upsampled = addChannels(upsample(x, next(), 2), next());
    x = pair(concatChannels(skip, upsampled));
  }
  return pixels(convolve(x, next(), { stride: 1, padding: 0, bias: next() }));
}
