import { kernel, ones, type ParameterSpec, zeros } from './parameters.js';

/**
 * Residual network for small images: a convolution, then stages of basic blocks (two 3×3 convolutions with batch
 * normalization), each stage but the first beginning with stride 2 and a 1×1 convolution on the skip; average pooling and
 * a dense layer. Source: He et al., "Deep Residual Learning" (2016), §4.2, with projections on the skips.
 */
export interface ResidualNetwork {
  readonly type: 'residual';
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Channels of each stage. */
  readonly widths: readonly number[];
  readonly blocksPerStage: number;
  readonly classes: number;
}

/** One basic block. */
export interface BasicBlock {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

export function basicBlocks({ widths, blocksPerStage }: ResidualNetwork): BasicBlock[] {
  return widths.flatMap((outputs, stage) =>
    Array.from({ length: blocksPerStage }, (_, block): BasicBlock => {
      const first = block === 0 && stage > 0;
      return { inputs: first ? (widths[stage - 1] as number) : outputs, outputs, stride: first ? 2 : 1 };
    }),
  );
}

/** Kernel, scale and offset of each convolution: both of a block, then that of its skip; last, the dense layer. */
export function residualParameters(network: ResidualNetwork): ParameterSpec[] {
  const convolution = (size: number, inputs: number, outputs: number): ParameterSpec[] => [
    kernel(size, size, inputs, outputs),
    ones(outputs),
    zeros(outputs),
  ];
  const last = network.widths.at(-1) as number;
  return [
    ...convolution(3, network.inputShape[2], network.widths[0] as number),
    ...basicBlocks(network).flatMap(({ inputs, outputs, stride }) => [
      ...convolution(3, inputs, outputs),
      ...convolution(3, outputs, outputs),
      ...(stride === 1 ? [] : convolution(1, inputs, outputs)),
    ]),
    kernel(last, network.classes),
    zeros(network.classes),
  ];
}
