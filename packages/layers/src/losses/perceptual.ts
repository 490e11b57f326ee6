import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import { floatTargets } from './align.js';
import type { Loss } from './loss.js';

/** Options of `perceptual`. */
export interface PerceptualOptions {
  /** A fixed network: images → the features of some of its layers, each [batch, …positions, channels]. */
  readonly features: (images: Tensor) => readonly Tensor[];
  /** Weight of each layer: a number, or one per channel [channels]. Default 1 each. */
  readonly weights?: readonly (number | Tensor)[];
}

/** Keeps the length of features from 0. */
const small = 1e-10;

function unit(x: Tensor): Tensor {
  // Within the root, ε keeps the gradient finite where all channels are 0; LPIPS adds it outside.
  return x.div(
    x
      .square()
      .sum(-1, { keepDims: true })
      .add(small * small)
      .sqrt()
      .add(small),
  );
}

/**
 * How different two images look to a network: squared differences of its features, scaled to length 1 over the channels,
 * weighted, averaged over positions and summed over layers. targets and predictions: images [batch, …] → [batch]. Throws
 * an ArgumentError when weights and layers differ in number. Source: Zhang et al. (2018), LPIPS.
 *
 * @example
 * ```ts
 * const features = (images: Tensor) => [images, images.sub(1)]; // in earnest: layers of a trained network
 * const loss = losses.perceptual({ features, weights: [1, 0.5] });
 * const perExample = loss.call(ones([1, 4, 4, 3]), ones([1, 4, 4, 3])); // → [0]
 * ```
 */
export function perceptual({ features, weights }: PerceptualOptions): Loss {
  const name = 'perceptual';
  return {
    name,
    config: { weights: weights?.map((weight) => (typeof weight === 'number' ? weight : [...weight.shape])) ?? null },
    call(targets, predictions) {
      const [wanted, given] = [features(floatTargets(targets, predictions)), features(predictions)];
      if (wanted.length === 0 || (weights !== undefined && weights.length !== wanted.length)) {
        throw new ArgumentError(
          `${name}: ${weights?.length ?? 'no'} weights for the features of ${wanted.length} layers; give one for each`,
        );
      }
      const parts = given.map((layer, i) => {
        const difference = unit(layer).sub(unit(wanted[i]!)).square();
        const weighted = difference.mul(weights?.[i] ?? 1).sum(-1);
        return weighted.reshape([layer.shape[0]!, -1]).mean(1);
      });
      return parts.reduce((sum, part) => sum.add(part));
    },
  };
}
