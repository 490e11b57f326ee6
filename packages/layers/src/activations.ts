import { ArgumentError, exp, nn, type Tensor } from '@tesserajs/tensor';
import { sparsemax, sparsePlus, sparseSigmoid } from './sparse-activations.js';

/** Names of activations; the formulas are those of Keras 3. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'leakyRelu'
  | 'elu'
  | 'celu'
  | 'selu'
  | 'gelu'
  | 'glu'
  | 'silu'
  | 'sigmoid'
  | 'logSigmoid'
  | 'tanh'
  | 'tanhShrink'
  | 'softmax'
  | 'logSoftmax'
  | 'sparsemax'
  | 'exponential'
  | 'softplus'
  | 'softsign'
  | 'squareplus'
  | 'mish'
  | 'hardSigmoid'
  | 'hardSilu'
  | 'hardTanh'
  | 'hardShrink'
  | 'softShrink'
  | 'sparsePlus'
  | 'sparseSigmoid';

/** An activation: its name, or any function of a tensor (which saved models cannot hold). */
export type Activation = ActivationName | ((x: Tensor) => Tensor);

const functions: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu: (x) => nn.relu(x),
  relu6: (x) => nn.relu6(x),
  leakyRelu: (x) => nn.leakyRelu(x, 0.2),
  elu: (x) => nn.elu(x),
  celu: (x) => nn.celu(x),
  selu: (x) => nn.selu(x),
  gelu: (x) => nn.gelu(x),
  glu: (x) => nn.glu(x),
  silu: (x) => nn.silu(x),
  sigmoid: (x) => nn.sigmoid(x),
  logSigmoid: (x) => nn.logSigmoid(x),
  tanh: (x) => nn.tanh(x),
  tanhShrink: (x) => nn.tanhShrink(x),
  softmax: (x) => nn.softmax(x),
  logSoftmax: (x) => nn.logSoftmax(x),
  sparsemax,
  exponential: (x) => exp(x),
  softplus: (x) => nn.softplus(x),
  softsign: (x) => nn.softsign(x),
  squareplus: (x) => nn.squareplus(x),
  mish: (x) => nn.mish(x),
  hardSigmoid: (x) => nn.hardSigmoid(x),
  hardSilu: (x) => nn.hardSilu(x),
  hardTanh: (x) => nn.hardTanh(x),
  hardShrink: (x) => nn.hardShrink(x),
  softShrink: (x) => nn.softShrink(x),
  sparsePlus,
  sparseSigmoid,
};

/** Every name of an activation. */
export const activationNames: readonly ActivationName[] = Object.keys(functions) as ActivationName[];

/** The function of an activation. */
export function activationFunction(activation: Activation): (x: Tensor) => Tensor {
  return typeof activation === 'function' ? activation : functions[activation];
}

/** Throws an ArgumentError unless `activation` is a known name or a function. */
export function checkActivation(operation: string, activation: Activation): void {
  if (typeof activation === 'function' || Object.hasOwn(functions, activation)) return;
  throw new ArgumentError(
    `${operation}: activation ${JSON.stringify(activation)} is not known; use one of ` +
      `${activationNames.join(', ')}, or a function`,
  );
}
