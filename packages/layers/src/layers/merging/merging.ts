import { formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import { asFloat, Layer } from '../layer.js';

/** A layer that makes one tensor of several, whose shapes must broadcast. */
export abstract class Merging extends Layer<readonly Tensor[]> {
  override call(x: readonly Tensor[]): Tensor {
    checkMergeable(
      this.name,
      x.map(({ shape }) => shape),
    );
    const rank = Math.max(...x.map((part) => part.rank));
    return this.merge(x.map((part) => asFloat(part).reshape(alignedShape(part.shape, rank))));
  }

  /** What the tensors, at least two, become. */
  protected abstract merge(x: readonly Tensor[]): Tensor;
}

/** What factories of merging layers take: options for a layer, or a list that the layer is applied to at once. */
export type MergingInputs = readonly Tensor[] | readonly SymbolicTensor[];

/** A merging layer, or what it gives for a list. */
export function layerOrResult<Options, L extends Layer<readonly Tensor[]>>(
  make: (options: Options | undefined) => L,
  inputsOrOptions: MergingInputs | Options | undefined,
  options: Options | undefined,
): L | Tensor | SymbolicTensor {
  if (!Array.isArray(inputsOrOptions)) return make(inputsOrOptions as Options | undefined);
  return make(options).apply(inputsOrOptions as readonly Tensor[]);
}

/** A shape with axes of size 1 behind that of the batch, as Keras does it: features meet features. */
function alignedShape(shape: Shape, rank: number): Shape {
  return [...shape.slice(0, 1), ...Array<number>(rank - shape.length).fill(1), ...shape.slice(1)];
}

/** Throws a ShapeError unless a layer is given at least two tensors. */
export function checkSeveral(layer: string, shapes: readonly Shape[]): void {
  if (shapes.length >= 2) return;
  throw new ShapeError(`${layer}: got ${shapes.length} inputs; apply it to a list of at least two: apply([x, y])`);
}

/** Throws a ShapeError unless tensors of these shapes can be combined element by element. */
function checkMergeable(layer: string, shapes: readonly Shape[]): void {
  const all = shapes.map(formatShape).join(' and ');
  checkSeveral(layer, shapes);
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const aligned = shapes.map((shape) => alignedShape(shape, rank));
  const differing = Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => new Set(aligned.map((shape) => shape[axis]!).filter((n) => n !== 1)).size > 1,
  );
  if (differing.length === 0) return;
  const spatial = rank > 2 && differing.every((axis) => axis > 0 && axis < rank - 1);
  throw new ShapeError(
    `${layer}: inputs ${all} differ in axis ${differing.join(', ')}; sizes must be equal or 1` +
      (spatial ? "; a convolution or pooling with padding: 'same' and strides 1 keeps height and width" : ''),
  );
}
