import { ModelBuilder } from '@tesserajs/onnx';
import { basicBlocks, type ResidualNetwork } from '../../networks/residual.js';
import type { AdamSpec } from '../../workloads/workload.js';
import { Convolutions, type Convolution } from './convolution.js';
import { StepGraph, type HandBuiltStep } from './step.js';

const epsilon = 1e-3;
const movingShare = 0.9;

/** A convolution with batch normalization, as its backward pass needs it. */
interface Layer {
  readonly name: string;
  readonly shape: Convolution;
  readonly x: string;
  readonly kernel: string;
  readonly scale: string;
  readonly centred: string;
  readonly inverse: string;
}

/** [height, width, inputs, outputs] → [outputs, inputs, height, width] */
function channelsFirst(kernel: Float32Array, { window, inputs, outputs }: Convolution): Float32Array {
  const result = new Float32Array(kernel.length);
  const positions = window * window;
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        result[(o * inputs + i) * positions + p] = kernel[(p * inputs + i) * outputs + o]!;
      }
    }
  }
  return result;
}

/** Forward and backward pass of the residual network in channels-first order. */
class ResidualStep {
  readonly convolutions: Convolutions;
  readonly #gradients = new Map<string, readonly [parameter: string, gradient: string]>();
  #layers = 0;

  constructor(
    readonly step: StepGraph,
    readonly batch: number,
    readonly next: () => Float32Array,
  ) {
    this.convolutions = new Convolutions(step);
  }

  get gradients(): ReadonlyMap<string, readonly [parameter: string, gradient: string]> {
    return this.#gradients;
  }

  keep(name: string, parameter: string, gradient: string): void {
    this.#gradients.set(name, [parameter, gradient]);
  }

  forward(x: string, shape: Convolution): readonly [y: string, layer: Layer] {
    const { step } = this;
    const name = String(this.#layers++);
    const { outputs, inputs, window } = shape;
    const wide = [1, outputs, 1, 1];
    const kernel = step.takes(`kernel${name}`, [outputs, inputs, window, window], channelsFirst(this.next(), shape));
    const scale = step.takes(`scale${name}`, wide, this.next());
    const offset = step.takes(`offset${name}`, wide, this.next());
    const z = this.convolutions.forward(x, kernel, shape);
    const others = step.integers(0, 2, 3);
    const mean = step.node('ReduceMean', [z, others]);
    const centred = step.sub(z, mean);
    const variance = step.node('ReduceMean', [step.mul(centred, centred), others]);
    const root = step.node('Sqrt', [step.add(variance, step.number(epsilon))]);
    const inverse = step.node('Reciprocal', [root]);
    const y = step.add(step.mul(centred, step.mul(scale, inverse)), offset);
    this.#move(`mean${name}`, wide, 0, mean);
    this.#move(`variance${name}`, wide, 1, variance);
    this.#offsets.set(name, offset);
    return [y, { name, shape, x, kernel, scale, centred, inverse }];
  }

  readonly #offsets = new Map<string, string>();

  #move(name: string, shape: readonly number[], first: number, now: string): void {
    const { step } = this;
    const old = step.takes(name, shape, new Float32Array(shape[1]!).fill(first));
    const moved = step.add(step.mul(old, step.number(movingShare)), step.mul(now, step.number(1 - movingShare)));
    step.gives(name, moved);
  }

  /** The cotangent of x, or nothing for images. */
  backward(dy: string, { name, shape, x, kernel, scale, centred, inverse }: Layer, wantsInput = true): string {
    const { step } = this;
    const others = step.integers(0, 2, 3);
    const share = step.number(-1 / (this.batch * (shape.size / shape.stride) ** 2));
    const total = step.node('ReduceSum', [dy, others]);
    const dot = step.node('ReduceSum', [step.mul(dy, centred), others]);
    const factor = step.mul(scale, inverse);
    const parallel = step.mul(step.mul(step.mul(factor, dot), step.mul(inverse, inverse)), share);
    const constant = step.mul(step.mul(factor, total), share);
    const dz = step.add(step.add(step.mul(dy, factor), step.mul(centred, parallel)), constant);
    this.keep(`scale${name}`, scale, step.mul(dot, inverse));
    this.keep(`offset${name}`, this.#offsets.get(name)!, total);
    this.keep(`kernel${name}`, kernel, this.convolutions.kernelGradient(x, dz, shape));
    return wantsInput ? this.convolutions.inputGradient(dz, kernel, shape) : '';
  }
}

/** Residual network with Adam; `parameters` are in the order of the network. */
export function residualStep(
  network: ResidualNetwork,
  batch: number,
  optimizer: AdamSpec,
  parameters: readonly Float32Array[],
): HandBuiltStep {
  const builder = new ModelBuilder();
  const step = new StepGraph(builder.graph);
  const values = parameters.values();
  const net = new ResidualStep(step, batch, () => values.next().value!);
  const [height, width, channels] = network.inputShape;
  const relu = (x: string): string => step.node('Relu', [x]);

  const rate = builder.graph.input('rate', 'float32', []);
  const images = builder.graph.input('x', 'float32', [batch, height, width, channels]);
  let size = height;
  const first = { batch, size, inputs: channels, outputs: network.widths[0]!, window: 3, stride: 1 } as const;
  const [stem, stemLayer] = net.forward(step.transpose(images, 0, 3, 1, 2), first);
  let x = relu(stem);
  const stemOutput = x;
  const blocks = basicBlocks(network).map(({ inputs, outputs, stride }) => {
    const [one, layerOne] = net.forward(x, { batch, size, inputs, outputs, window: 3, stride });
    const inner = relu(one);
    const skipped = stride === 1 ? null : ({ batch, size, inputs, outputs, window: 1, stride } as const);
    size /= stride;
    const [two, layerTwo] = net.forward(inner, { batch, size, inputs: outputs, outputs, window: 3, stride: 1 });
    const skip = skipped === null ? null : net.forward(x, skipped);
    x = relu(step.add(two, skip === null ? x : skip[0]));
    return { layerOne, layerTwo, skip: skip?.[1] ?? null, inner, y: x };
  });

  const features = network.widths.at(-1)!;
  const kernel = step.takes('kernel', [features, network.classes], values.next().value!);
  const bias = step.takes('bias', [network.classes], values.next().value!);
  const pooled = step.node('ReduceMean', [x, step.integers(2, 3)], { keepdims: { int: 0 } });
  const dLogits = step.crossEntropy(step.node('Gemm', [pooled, kernel, bias]), batch, network.classes);
  net.keep('kernel', kernel, step.node('Gemm', [pooled, dLogits], { transA: { int: 1 } }));
  net.keep('bias', bias, step.sumRows(dLogits, batch, network.classes));
  const dPooled = step.mul(step.node('Gemm', [dLogits, kernel], { transB: { int: 1 } }), step.number(1 / size ** 2));
  let dy = step.node('Expand', [
    step.reshape(dPooled, batch, features, 1, 1),
    step.integers(batch, features, size, size),
  ]);

  for (const { layerOne, layerTwo, skip, inner, y } of blocks.reverse()) {
    const dSum = step.rectifierGradient(dy, y);
    const dInner = step.rectifierGradient(net.backward(dSum, layerTwo), inner);
    const straight = skip === null ? dSum : net.backward(dSum, skip);
    dy = step.add(net.backward(dInner, layerOne), straight);
  }
  net.backward(step.rectifierGradient(dy, stemOutput), stemLayer, false);
  for (const [name, [parameter, gradient]] of net.gradients) step.adam(name, parameter, gradient, optimizer, rate);
  return { model: builder.toBytes(), state: step.state };
}
