import {
  arange,
  ArgumentError,
  formatShape,
  maximum,
  minimum,
  nn,
  ShapeError,
  where,
  type Tensor,
} from '@tesserajs/tensor';
import { floatTargets, unitVectors } from './align.js';
import type { Loss } from './loss.js';
import { sameShape } from '../shapes.js';

function embeddings(name: string, x: Tensor): void {
  if (x.rank === 2) return;
  throw new ShapeError(
    `${name}: predictions ${formatShape(x.shape)} are no embeddings; they must be [batch, features]`,
  );
}

/** Which pairs of examples have equal labels, and which are an example with itself: [batch, batch]. */
function pairs(name: string, targets: Tensor, predictions: Tensor): { equal: Tensor; self: Tensor } {
  embeddings(name, predictions);
  const batch = predictions.shape[0]!;
  if (targets.size !== batch) {
    throw new ShapeError(
      `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; they ` +
        'must be one class per example: [batch]',
    );
  }
  const labels = targets.reshape([batch]);
  const places = arange(batch);
  return {
    equal: labels.expandDims(1).equal(labels.expandDims(0)),
    self: places.expandDims(1).equal(places.expandDims(0)),
  };
}

/** Stands for −∞ in a sum of exponentials: finite, so that its gradients are 0 and not NaN. */
const nothing = -1e30;

/** Options of `circle`. */
export interface CircleOptions {
  /** Scale of similarities. Default 80. */
  readonly gamma?: number;
  /** Default 0.4. */
  readonly margin?: number;
  /** Leaves out the similarity of an example with itself. Default true. */
  readonly removeDiagonal?: boolean;
}

/**
 * Circle loss: pulls embeddings of a class together and those of others apart, each pair as hard as it still needs.
 * targets: classes [batch]; predictions: embeddings of length 1, [batch, features] → [batch]. The mean is over the
 * examples whose loss is above 0. Source: Sun et al. (2020); numerics of Keras 3.
 *
 * @example
 * ```ts
 * const loss = losses.circle();
 * const perExample = loss.call(tensor([0, 0, 1]), tensor([[1, 0], [1, 0], [0, 1]]));
 * ```
 */
export function circle({ gamma = 80, margin = 0.4, removeDiagonal = true }: CircleOptions = {}): Loss {
  const name = 'circle';
  if (!(margin >= 0 && margin <= 1)) throw new ArgumentError(`${name}: margin ${margin} is not accepted; use 0 to 1`);
  return {
    name,
    config: { gamma, margin, removeDiagonal },
    call(targets, predictions) {
      const { equal, self } = pairs(name, targets, predictions);
      const distance = maximum(predictions.matmul(predictions.transpose()).neg().add(1), 0);
      const isPositive = removeDiagonal ? equal.cast('int32').sub(self.cast('int32')).greater(0) : equal;
      const pull = maximum(distance.add(margin), 0).mul(distance.neg().add(margin)).mul(-gamma);
      const push = maximum(distance.neg().add(1 + margin), 0)
        .mul(distance.neg().add(1 - margin))
        .mul(gamma);
      const sum = (mask: Tensor, x: Tensor): Tensor => where(mask, x, nothing).logSumExp(1);
      return nn.softplus(sum(isPositive, pull).add(sum(equal.equal(false), push)));
    },
    mask: (values) => values.greater(0),
  };
}

/** Options of `triplet`. */
export interface TripletOptions {
  /** How much farther the other class must be. Default 1. */
  readonly margin?: number;
}

const distances = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().sum(-1).clip(1e-12, Infinity).sqrt();

/**
 * Triplet loss on the hardest pairs of a batch: max(distance to the farthest embedding of the class − distance to the
 * nearest of another + margin, 0). targets: classes [batch]; predictions: embeddings [batch, features] → [batch]. Source:
 * Schroff et al. (2015); Hermans et al. (2017).
 *
 * @example
 * ```ts
 * const loss = losses.triplet({ margin: 0.5 });
 * const perExample = loss.call(tensor([0, 0, 1]), tensor([[0], [1], [3]])); // → [0, 0, 0]
 * ```
 */
export function triplet({ margin = 1 }: TripletOptions = {}): Loss {
  const name = 'triplet';
  return {
    name,
    config: { margin },
    call(targets, predictions) {
      const { equal } = pairs(name, targets, predictions);
      const distance = distances(predictions.expandDims(1), predictions.expandDims(0));
      const farthest = where(equal, distance, 0).max(1);
      const nearest = where(equal, -nothing, distance).min(1);
      return maximum(farthest.sub(nearest).add(margin), 0);
    },
  };
}

/** Options of `tripletMargin`. */
export interface TripletMarginOptions extends TripletOptions {
  /** Compares with the distance between positive and negative where that is smaller. Default false. */
  readonly swap?: boolean;
}

/**
 * max(|anchor − positive| − |anchor − negative| + margin, 0). All [batch, features] → [batch]. Source: Balntas et al.
 * (2016); PyTorch's TripletMarginLoss.
 *
 * @example
 * ```ts
 * const perExample = losses.tripletMargin(tensor([[0]]), tensor([[2]]), tensor([[2.5]])); // → [0.5]
 * ```
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin = 1, swap = false }: TripletMarginOptions = {},
): Tensor {
  const far = distances(anchor, negative);
  const away = swap ? minimum(far, distances(positive, negative)) : far;
  return maximum(distances(anchor, positive).sub(away).add(margin), 0);
}

/** Options of `infoNCE`. */
export interface InfoNCEOptions {
  /** Divides similarities. Default 0.1. */
  readonly temperature?: number;
  /** Looks for the query of each key as well, as CLIP does. Default false. */
  readonly symmetric?: boolean;
}

/**
 * Cross-entropy of finding the key of each query among those of the batch, by cosine similarity. targets (keys) and
 * predictions (queries): embeddings [batch, features] → [batch]. Source: van den Oord et al. (2018); Radford et al.
 * (2021).
 *
 * @example
 * ```ts
 * const perExample = losses.infoNCE({ temperature: 1 }).call(eye(2), eye(2)); // → [0.313262, 0.313262]
 * ```
 */
export function infoNCE({ temperature = 0.1, symmetric = false }: InfoNCEOptions = {}): Loss {
  const name = 'infoNCE';
  if (!(temperature > 0))
    throw new ArgumentError(`${name}: temperature ${temperature} is not accepted; use a number above 0`);
  return {
    name,
    config: { temperature, symmetric },
    call(targets, predictions) {
      embeddings(name, predictions);
      if (!sameShape(targets.shape, predictions.shape)) {
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} and predictions ${formatShape(predictions.shape)} must have ` +
            'equal shapes: keys and queries, [batch, features]',
        );
      }
      const keys = unitVectors(floatTargets(targets, predictions));
      const similarity = unitVectors(predictions).matmul(keys.transpose()).div(temperature);
      const right = unitVectors(predictions).mul(keys).sum(1).div(temperature);
      const queries = similarity.logSumExp(1).sub(right);
      return symmetric ? queries.add(similarity.logSumExp(0).sub(right)).div(2) : queries;
    },
  };
}

/** Options of `cosineEmbedding` and `marginRanking`. */
export interface MarginOptions {
  /** Default 0. */
  readonly margin?: number;
}

/**
 * 1 − cos of the angle for pairs that belong together (label 1), max(cos − margin, 0) for others (label −1). x1 and x2:
 * [batch, features]; labels: [batch] → [batch]. Source: PyTorch's CosineEmbeddingLoss.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 0], [1, 0]]);
 * const perExample = losses.cosineEmbedding(x, x, tensor([1, -1])); // → [0, 1]
 * ```
 */
export function cosineEmbedding(x1: Tensor, x2: Tensor, labels: Tensor, { margin = 0 }: MarginOptions = {}): Tensor {
  const cosine = unitVectors(x1).mul(unitVectors(x2)).sum(-1);
  return where(labels.greater(0), cosine.neg().add(1), maximum(cosine.sub(margin), 0));
}

/**
 * max(−label · (x1 − x2) + margin, 0): x1 is to be the larger one for label 1, x2 for label −1. All of equal shape, which
 * the result has. Source: PyTorch's MarginRankingLoss.
 *
 * @example
 * ```ts
 * const perExample = losses.marginRanking(tensor([1, 1]), tensor([3, 3]), tensor([1, -1])); // → [2, 0]
 * ```
 */
export function marginRanking(x1: Tensor, x2: Tensor, labels: Tensor, { margin = 0 }: MarginOptions = {}): Tensor {
  return maximum(x2.sub(x1).mul(floatTargets(labels, x1)).add(margin), 0);
}
