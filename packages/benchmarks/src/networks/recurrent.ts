import { kernel, type ParameterSpec, zeros } from './parameters.js';

/** Layers of long short-term memory, then a dense layer on the last output. */
export interface RecurrentNetwork {
  readonly type: 'recurrent';
  readonly inputShape: readonly [time: number, features: number];
  readonly units: number;
  readonly layers: number;
  readonly classes: number;
}

/** Kernel, recurrent kernel and bias of each layer, gates in the order input, forget, cell, output; then the dense layer. */
export function recurrentParameters({ inputShape, units, layers, classes }: RecurrentNetwork): ParameterSpec[] {
  return [
    ...Array.from({ length: layers }, (_, layer) => [
      kernel(layer === 0 ? inputShape[1] : units, 4 * units),
      kernel(units, 4 * units),
      zeros(4 * units),
    ]).flat(),
    kernel(units, classes),
    zeros(classes),
  ];
}
