import { ArgumentError, isTensor, random, type Shape, type Tensor } from '@tesserajs/tensor';
import { hashText } from '../hash.js';
import type { SymbolicShapes } from '../structure.js';
import { Layer, unbuilt, type BuildOptions, type LayerOptions } from './layer.js';

/** Options of layers around a layer. */
export interface WrapperOptions extends LayerOptions {
  /** The layer inside. */
  readonly layer: Layer;
}

/** A layer around another, which is built first. */
export abstract class Wrapper extends Layer {
  readonly layer: Layer;

  constructor(factory: string, options: WrapperOptions) {
    super(factory, options);
    if (!(options.layer instanceof Layer)) {
      throw new ArgumentError(`${this.name}: layer must be a layer, such as dense({ units: 8 })`);
    }
    this.layer = options.layer;
  }

  override get built(): boolean {
    return this.layer.built;
  }

  override build(inputShape: SymbolicShapes<Tensor>, options?: BuildOptions): void {
    if (this.built) return;
    this.layer.build(
      inputShape,
      options === undefined ? undefined : { ...options, key: random.foldIn(options.key, hashText('layer')) },
    );
    super.build(inputShape, options);
  }
}

/** Name of the field with a layer's main weight. */
function mainField(wrapper: Wrapper): string {
  const name = ['kernel', 'embeddings'].find((field) => field in wrapper.layer);
  if (name !== undefined) return name;
  throw new ArgumentError(
    `${wrapper.name}: ${wrapper.layer.name} has no kernel and no embeddings; wrap a layer that has, such as dense or ` +
      'conv2d',
  );
}

/** The kernel or the embeddings of the layer inside. Throws an UnbuiltError where it has none yet. */
export function mainWeight(wrapper: Wrapper): Tensor {
  const weight = (wrapper.layer as unknown as Record<string, unknown>)[mainField(wrapper)];
  if (!isTensor(weight)) throw unbuilt(wrapper);
  return weight;
}

/** The layer inside with another kernel, or other embeddings; the layer itself stays as it is. */
export function withMainWeight(wrapper: Wrapper, weight: Tensor): Layer {
  const { layer } = wrapper;
  const copy = Object.create(Object.getPrototypeOf(layer) as object) as Layer;
  return Object.assign(copy, layer, { [mainField(wrapper)]: weight });
}

/** [inputs of a filter, filters] of a weight. */
export function asMatrix(weight: Tensor): Tensor {
  return weight.reshape([-1, weight.shape.at(-1)!]);
}

/** The shape of what lies along the last axis of a weight. */
export function filtersOf(weight: Tensor): Shape {
  return weight.shape.slice(-1);
}
