import type { GraphBuilder, StandardOperator } from '@tesserajs/onnx';
import type { AdamSpec } from '../../workloads/workload.js';

/** A tensor that a step takes and gives back changed. */
export interface StateTensor {
  /** Name of the input; the output is called `next_` and this. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly first: Float32Array;
}

/**
 * A training step as an ONNX graph that was written by hand: inputs `x` and `labels` (int32), `rate` (the corrected learning
 * rate) and the state; outputs `loss` and the next state.
 */
export interface HandBuiltStep {
  readonly model: Uint8Array;
  readonly state: readonly StateTensor[];
}

/** An output that the binding cannot convert ends a run when all others are written, before they are copied. */
export const interruptingOutput = 'results_written';

/** Short forms of what steps are made of. */
export class StepGraph {
  readonly state: StateTensor[] = [];

  constructor(readonly graph: GraphBuilder) {
    graph.sequenceOutput(graph.node('SequenceEmpty', []), 'float32', interruptingOutput);
  }

  node(
    operator: StandardOperator,
    inputs: readonly string[],
    attributes: Parameters<GraphBuilder['node']>[2] = {},
  ): string {
    return this.graph.node(operator, inputs, attributes);
  }

  foreign(
    domain: string,
    operator: string,
    inputs: readonly string[],
    attributes: Parameters<GraphBuilder['node']>[2] = {},
  ): string {
    return this.graph.node(operator, inputs, attributes, { domain });
  }

  integers(...values: readonly number[]): string {
    return this.graph.constant('int64', values);
  }

  number(value: number): string {
    return this.graph.constant('float32', value);
  }

  add(a: string, b: string): string {
    return this.node('Add', [a, b]);
  }

  sub(a: string, b: string): string {
    return this.node('Sub', [a, b]);
  }

  mul(a: string, b: string): string {
    return this.node('Mul', [a, b]);
  }

  reshape(x: string, ...shape: readonly number[]): string {
    return this.node('Reshape', [x, this.integers(...shape)]);
  }

  transpose(x: string, ...permutation: readonly number[]): string {
    return this.node('Transpose', [x], { perm: { ints: permutation } });
  }

  /** dy where y, the result of a rectifier, is positive. */
  rectifierGradient(dy: string, y: string): string {
    const positive = this.node('Greater', [y, this.number(0)]);
    return this.mul(dy, this.node('Cast', [positive], { to: { int: 1 } }));
  }

  /** A state tensor; returns its input. */
  takes(name: string, shape: readonly number[], first: Float32Array): string {
    this.state.push({ name, shape, first });
    return this.graph.input(name, 'float32', shape);
  }

  /** The next value of a state tensor. */
  gives(name: string, value: string): void {
    const { shape } = this.state.find((tensor) => tensor.name === name)!;
    this.graph.output(value, 'float32', shape, `next_${name}`);
  }

  /** Mean softmax cross-entropy [] of logits [batch, classes], and its gradient. */
  crossEntropy(logits: string, batch: number, classes: number): string {
    const labels = this.graph.input('labels', 'int32', [batch]);
    const range = this.graph.constant(
      'int32',
      Array.from({ length: classes }, (_, i) => i),
    );
    const targets = this.node('Cast', [this.node('Equal', [this.reshape(labels, batch, 1), range])], {
      to: { int: 1 },
    });
    const logarithms = this.node('LogSoftmax', [logits]);
    const sums = this.node('ReduceSum', [this.mul(logarithms, targets)], { keepdims: { int: 0 } });
    this.graph.output(this.mul(sums, this.number(-1 / batch)), 'float32', [], 'loss');
    return this.mul(this.sub(this.node('Exp', [logarithms]), targets), this.number(1 / batch));
  }

  /** Adds up the rows of a matrix [batch, …] as a product with ones. */
  sumRows(matrix: string, batch: number, columns: number): string {
    const ones = this.graph.constant('float32', new Array<number>(batch).fill(1), [1, batch]);
    return this.reshape(this.node('MatMul', [ones, matrix]), columns);
  }

  /** Adam with undivided averages, as Tessera keeps them; the learning rate contains all corrections. */
  adam(name: string, parameter: string, gradient: string, { beta1, beta2, epsilon }: AdamSpec, rate: string): void {
    const { shape, first } = this.state.find((tensor) => tensor.name === name)!;
    const zeros = new Float32Array(first.length);
    const momentum = this.takes(`momentum_${name}`, shape, zeros);
    const velocity = this.takes(`velocity_${name}`, shape, zeros);
    const nextMomentum = this.add(this.mul(momentum, this.number(beta1)), gradient);
    const nextVelocity = this.add(this.mul(velocity, this.number(beta2)), this.mul(gradient, gradient));
    const root = this.add(this.node('Sqrt', [nextVelocity]), this.number(epsilon / Math.sqrt(1 - beta2)));
    this.gives(name, this.sub(parameter, this.node('Div', [this.mul(nextMomentum, rate), root])));
    this.gives(`momentum_${name}`, nextMomentum);
    this.gives(`velocity_${name}`, nextVelocity);
  }
}

/** What Adam multiplies by in one step, besides the averages. */
export function adamRate({ learningRate, beta1, beta2 }: AdamSpec, step: number): number {
  const corrected = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  return (corrected * (1 - beta1)) / Math.sqrt(1 - beta2);
}
