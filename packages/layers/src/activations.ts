import { ArgumentError, exp, nn, type Tensor } from '@tesserajs/tensor';

/** Names of activations; the formulas are those of Keras 3. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'softmax'
  | 'logSoftmax'
  | 'exponential'
  | 'elu'
  | 'leakyRelu'
  | 'silu'
  | 'softplus'
  | 'softsign';

/** An activation: its name, or any function of a tensor (which saved models cannot hold). */
export type Activation = ActivationName | ((x: Tensor) => Tensor);

const functions: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu: (x) => nn.relu(x),
  sigmoid: (x) => nn.sigmoid(x),
  tanh: (x) => nn.tanh(x),
  softmax: (x) => nn.softmax(x),
  logSoftmax: (x) => nn.logSoftmax(x),
  exponential: (x) => exp(x),
  elu: (x) => nn.elu(x),
  leakyRelu: (x) => nn.leakyRelu(x, 0.2),
  silu: (x) => nn.silu(x),
  softplus: (x) => nn.softplus(x),
  softsign: (x) => nn.softsign(x),
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
