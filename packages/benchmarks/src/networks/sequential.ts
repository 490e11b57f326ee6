import { elementCount, kernel, type ParameterSpec, zeros } from './parameters.js';

/** One layer of a benchmarked network, in channels-last terms that every peer can build. */
export type LayerSpec =
  | { readonly type: 'conv2d'; readonly filters: number; readonly kernelSize: number; readonly activation?: 'relu' }
  | { readonly type: 'maxPooling2d'; readonly poolSize: number }
  | { readonly type: 'flatten' }
  | { readonly type: 'dense'; readonly units: number; readonly activation?: 'relu' };

/** Layers one after the other. */
export interface SequentialNetwork {
  readonly type: 'sequential';
  /** Shape of one example, without the batch axis: `[28, 28, 1]`. */
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSpec[];
}

/** Kernels `[height, width, in, out]` or `[in, out]` and biases `[out]`, in layer order. */
export function sequentialParameters({ inputShape, layers }: SequentialNetwork): ParameterSpec[] {
  let shape: readonly number[] = inputShape;
  const parameters: ParameterSpec[] = [];
  for (const layer of layers) {
    if (layer.type === 'dense') {
      if (shape.length !== 1)
        throw new Error(`dense: expected one axis per example, got [${shape.join(',')}]; add a flatten layer`);
      parameters.push(kernel(shape[0] as number, layer.units), zeros(layer.units));
      shape = [layer.units];
    } else if (layer.type === 'conv2d') {
      const [height, width, channels] = image(shape, layer.type);
      const { kernelSize, filters } = layer;
      parameters.push(kernel(kernelSize, kernelSize, channels, filters), zeros(filters));
      shape = [height - kernelSize + 1, width - kernelSize + 1, filters];
    } else if (layer.type === 'maxPooling2d') {
      const [height, width, channels] = image(shape, layer.type);
      shape = [Math.floor(height / layer.poolSize), Math.floor(width / layer.poolSize), channels];
    } else {
      shape = [elementCount(shape)];
    }
  }
  return parameters;
}

function image(shape: readonly number[], layer: string): [height: number, width: number, channels: number] {
  if (shape.length !== 3)
    throw new Error(`${layer}: expected [height, width, channels] per example, got [${shape.join(',')}]`);
  return shape as unknown as [number, number, number];
}
