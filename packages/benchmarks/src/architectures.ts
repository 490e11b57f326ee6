/** One layer of a benchmarked network, in channels-last terms that every peer can build. */
export type LayerSpec =
  | { readonly type: 'conv2d'; readonly filters: number; readonly kernelSize: number; readonly activation?: 'relu' }
  | { readonly type: 'maxPooling2d'; readonly poolSize: number }
  | { readonly type: 'dropout'; readonly rate: number }
  | { readonly type: 'flatten' }
  | { readonly type: 'dense'; readonly units: number; readonly activation?: 'relu' };

export interface Architecture {
  /** Shape of one example, without the batch axis: `[28, 28, 1]`. */
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSpec[];
}

/** A parameter in the order in which the layers own them: kernel, then bias. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The networks, written once: every peer builds its model from these tables. */
export const architectures = {
  mlp: {
    inputShape: [784],
    layers: [
      { type: 'dense', units: 512, activation: 'relu' },
      { type: 'dense', units: 512, activation: 'relu' },
      { type: 'dense', units: 10 },
    ],
  },
  cnn: {
    inputShape: [28, 28, 1],
    layers: [
      { type: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
      { type: 'maxPooling2d', poolSize: 2 },
      { type: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
      { type: 'maxPooling2d', poolSize: 2 },
      { type: 'dropout', rate: 0.25 },
      { type: 'flatten' },
      { type: 'dense', units: 128, activation: 'relu' },
      { type: 'dropout', rate: 0.5 },
      { type: 'dense', units: 10 },
    ],
  },
} as const satisfies Record<string, Architecture>;

/** The network without its dropout layers: their masks differ between libraries, so losses could not be compared. */
export function withoutDropout(architecture: Architecture): Architecture {
  return { ...architecture, layers: architecture.layers.filter((layer) => layer.type !== 'dropout') };
}

/** Kernels `[height, width, in, out]` or `[in, out]` and biases `[out]`, in layer order. */
export function parameterSpecs({ inputShape, layers }: Architecture): ParameterSpec[] {
  let shape: readonly number[] = inputShape;
  const parameters: ParameterSpec[] = [];
  const add = (kernel: readonly number[], receptiveField: number): void => {
    const [inputs, outputs] = kernel.slice(-2) as [number, number];
    const fans = { fanIn: inputs * receptiveField, fanOut: outputs * receptiveField };
    parameters.push({ shape: kernel, ...fans }, { shape: [outputs], ...fans });
  };
  for (const layer of layers) {
    if (layer.type === 'dense') {
      if (shape.length !== 1)
        throw new Error(`dense: expected one axis per example, got [${shape.join(',')}]; add a flatten layer`);
      add([shape[0] as number, layer.units], 1);
      shape = [layer.units];
    } else if (layer.type === 'conv2d') {
      const [height, width, channels] = image(shape, layer.type);
      const { kernelSize, filters } = layer;
      add([kernelSize, kernelSize, channels, filters], kernelSize * kernelSize);
      shape = [height - kernelSize + 1, width - kernelSize + 1, filters];
    } else if (layer.type === 'maxPooling2d') {
      const [height, width, channels] = image(shape, layer.type);
      shape = [Math.floor(height / layer.poolSize), Math.floor(width / layer.poolSize), channels];
    } else if (layer.type === 'flatten') {
      shape = [elementCount(shape)];
    }
  }
  return parameters;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function image(shape: readonly number[], layer: string): [height: number, width: number, channels: number] {
  if (shape.length !== 3)
    throw new Error(`${layer}: expected [height, width, channels] per example, got [${shape.join(',')}]`);
  return shape as unknown as [number, number, number];
}
