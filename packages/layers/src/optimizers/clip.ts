import { minimum, maximum, div, sqrt, type Tensor } from '@tesserajs/tensor';

/** Bounds of gradients; at most one of them is given. */
export interface ClipOptions {
  readonly clipNorm?: number | undefined;
  readonly clipValue?: number | undefined;
  readonly globalClipNorm?: number | undefined;
}

const squares = (g: Tensor): Tensor => g.square().sum();

/** Gradients within bounds, by the formulas of Keras 3; a bound of 0 bounds nothing, as there. */
export function clipGradients(
  grads: readonly Tensor[],
  { clipNorm = 0, clipValue = 0, globalClipNorm = 0 }: ClipOptions,
): readonly Tensor[] {
  if (clipNorm > 0) return grads.map((g) => g.mul(div(clipNorm, maximum(sqrt(squares(g)), clipNorm))));
  if (clipValue > 0) return grads.map((g) => g.clip(-clipValue, clipValue));
  if (globalClipNorm === 0 || grads.length === 0) return grads;
  const [first, ...rest] = grads.map(squares);
  const norm = rest.reduce((sum, square) => sum.add(square.cast(sum.dtype)), first!).sqrt();
  // A norm that is not finite makes all gradients NaN: minimum(1, c / ∞) alone would hide it.
  const scale = minimum(div(globalClipNorm, norm), 1).add(norm.sub(norm));
  return grads.map((g) => g.mul(scale.cast(g.dtype)));
}
