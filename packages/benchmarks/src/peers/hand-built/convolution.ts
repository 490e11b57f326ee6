import type { StepGraph } from './step.js';

const blocked = 'com.microsoft.nchwc';
/** Floats in a vector register. */
const block = 16;

/** One convolution of images [batch, inputs, size, size]; kernels lie as [outputs, inputs, height, width]. */
export interface Convolution {
  readonly batch: number;
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly window: 1 | 3;
  readonly stride: 1 | 2;
}

/** Convolutions on the runtime's direct kernels where those are faster; images are brought into order once. */
export class Convolutions {
  readonly #inOrder = new Map<string, string>();

  constructor(readonly step: StepGraph) {}

  forward(x: string, kernel: string, shape: Convolution): string {
    const { inputs, outputs, window, stride } = shape;
    const pad = (window - 1) / 2;
    if (window === 3 && stride === 1 && inputs % block === 0) {
      return this.#direct(x, kernel, inputs, outputs);
    }
    const attributes = { strides: { ints: [stride, stride] }, pads: { ints: [pad, pad, pad, pad] } };
    return this.step.node('Conv', [x, kernel], attributes);
  }

  inputGradient(dy: string, kernel: string, { inputs, outputs, window, stride }: Convolution): string {
    const { step } = this;
    if (window === 3 && stride === 1) {
      const minus = step.integers(-1, -1);
      const beforeFirst = step.integers(-(2 ** 31), -(2 ** 31));
      const exchanged = step.transpose(kernel, 1, 0, 2, 3);
      const flipped = step.node('Slice', [exchanged, minus, beforeFirst, step.integers(2, 3), minus]);
      return this.#direct(dy, flipped, outputs, inputs);
    }
    const pad = (window - 1) / 2;
    return step.node('ConvTranspose', [dy, kernel], {
      strides: { ints: [stride, stride] },
      pads: { ints: [pad, pad, pad, pad] },
      output_padding: { ints: [stride - 1, stride - 1] },
    });
  }

  kernelGradient(x: string, dy: string, shape: Convolution): string {
    return shape.window === 1 ? this.#pointwise(x, dy, shape) : this.#asConvolution(x, dy, shape);
  }

  #blocks(x: string): string {
    let inOrder = this.#inOrder.get(x);
    if (inOrder === undefined) {
      inOrder = this.step.foreign(blocked, 'ReorderInput', [x]);
      this.#inOrder.set(x, inOrder);
    }
    return inOrder;
  }

  #plain(x: string, channels: number): string {
    return this.step.foreign(blocked, 'ReorderOutput', [x], { channels: { int: channels } });
  }

  #direct(x: string, kernel: string, inputs: number, outputs: number): string {
    const { step } = this;
    const split = step.reshape(kernel, outputs / block, block, inputs / block, block, 3, 3);
    const ordered = step.reshape(step.transpose(split, 0, 2, 4, 5, 3, 1), outputs, inputs, 3, 3);
    const y = step.foreign(blocked, 'Conv', [this.#blocks(x), ordered], { pads: { ints: [1, 1, 1, 1] } });
    return this.#plain(y, outputs);
  }

  /** One product of the two images for a kernel of one position. */
  #pointwise(x: string, dy: string, { batch, size, inputs, outputs, stride }: Convolution): string {
    const { step } = this;
    const steps = step.integers(stride, stride);
    const met = step.node('Slice', [x, step.integers(0, 0), step.integers(size, size), step.integers(2, 3), steps]);
    const positions = (size / stride) ** 2;
    const products = step.foreign(
      'com.microsoft',
      'FusedMatMul',
      [step.reshape(dy, batch, outputs, positions), step.reshape(met, batch, inputs, positions)],
      { transB: { int: 1 } },
    );
    const sum = step.node('ReduceSum', [products, step.integers(0)], { keepdims: { int: 0 } });
    return step.reshape(sum, outputs, inputs, 1, 1);
  }

  /** A direct convolution in which examples are channels and the cotangent is the kernel. */
  #asConvolution(x: string, dy: string, { batch, size, outputs, stride }: Convolution): string {
    const { step } = this;
    const result = size / stride;
    const positions = result ** 2;
    const groups = outputs / block;
    const apart = groups === 1 ? dy : step.transpose(step.reshape(dy, batch, groups, block * positions), 1, 0, 2);
    const squares = step.reshape(apart, (groups * batch) / block, block * block, positions);
    const kernel = step.reshape(step.transpose(squares, 0, 2, 1), outputs, batch, result, result);
    const examples = step.foreign(blocked, 'ReorderInput', [step.transpose(x, 1, 0, 2, 3)]);
    const ones = step.graph.constant('float32', new Array<number>(batch).fill(1), [batch, 1, 1, 1]);
    const end = stride === 1 ? 1 : 0;
    const padded = step.foreign(blocked, 'Conv', [examples, ones], {
      group: { int: batch },
      kernel_shape: { ints: [1, 1] },
      pads: { ints: [1, 1, end, end] },
    });
    const sums = step.foreign(blocked, 'Conv', [padded, kernel], {
      kernel_shape: { ints: [result, result] },
      dilations: { ints: [stride, stride] },
    });
    return step.transpose(this.#plain(sums, outputs), 1, 0, 2, 3);
  }
}
