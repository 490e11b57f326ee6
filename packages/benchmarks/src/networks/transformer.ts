import { kernel, ones, type ParameterSpec, table, zeros } from './parameters.js';

/** Decoder-only language model: learned positions, blocks with normalization in front, a last normalization, a head. */
export interface TransformerNetwork {
  readonly type: 'transformer';
  readonly inputShape: readonly [time: number];
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  /** Whether the values inside a block are computed again for the backward pass instead of being kept. */
  readonly checkpoint?: boolean;
}

/**
 * Token table, position table; of each block scale, offset, joint kernel and bias of query, key and value, kernel and bias
 * of the output, scale, offset, kernel and bias of both dense layers; scale and offset, and the kernel of the head.
 */
export function transformerParameters(network: TransformerNetwork): ParameterSpec[] {
  const { inputShape, vocabulary, width, blocks } = network;
  return [
    table(vocabulary, width),
    table(inputShape[0], width),
    ...Array.from({ length: blocks }, () => [
      ones(width),
      zeros(width),
      kernel(width, 3 * width),
      zeros(3 * width),
      kernel(width, width),
      zeros(width),
      ones(width),
      zeros(width),
      kernel(width, 4 * width),
      zeros(4 * width),
      kernel(4 * width, width),
      zeros(width),
    ]).flat(),
    ones(width),
    zeros(width),
    kernel(width, vocabulary),
  ];
}
