import {
  ArgumentError,
  formatShape,
  isFloat,
  log,
  nn,
  ShapeError,
  takeAlongAxis,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import type { HostTensor } from '../training/host-tensor.js';
import type { Loss } from './loss.js';

/** Options of cross-entropies. */
export interface CrossentropyOptions {
  /** Predictions are logits, which `softmax` would turn into probabilities: faster and exact. Default false. */
  readonly fromLogits?: boolean;
}

/** Options of `categoricalCrossentropy`. */
export interface CategoricalCrossentropyOptions extends CrossentropyOptions {
  /** Moves this share of each target to all classes evenly: 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** Keras's epsilon, which keeps the logarithm of a probability finite. */
const epsilon = 1e-7;

/** Up to this many classes, a product with the one-hot matrix beats picking one element per row. */
const oneHotClasses = 32;

/** log p, with p made to sum to 1 and kept within [ε, 1 − ε], as Keras does with probabilities. */
function logProbabilities(probabilities: Tensor): Tensor {
  const sums = probabilities.sum(-1, { keepDims: true });
  return log(probabilities.div(sums).clip(epsilon, 1 - epsilon));
}

function floatPredictions(name: string, predictions: Tensor): void {
  if (!isFloat(predictions.dtype) || predictions.rank < 2) {
    throw new ShapeError(
      `${name}: predictions are ${predictions.dtype} ${formatShape(predictions.shape)}; they must be floats ` +
        '[batch, …, classes]',
    );
  }
  if (predictions.shape.at(-1) === 1) {
    throw new ShapeError(
      `${name}: predictions ${formatShape(predictions.shape)} have one class; the model must give one value per class`,
    );
  }
}

/** Explains the two slips of the last layer's activation. */
function activationCheck(name: string, fromLogits: boolean): (activation: string) => void {
  return (activation) => {
    const isProbability = activation === 'softmax';
    if (isProbability && fromLogits) {
      throw new ArgumentError(
        `${name}: the model ends with softmax, but fromLogits is true; drop the activation, or fromLogits`,
      );
    }
    if (!fromLogits && (activation === 'linear' || activation === 'logSoftmax')) {
      throw new ArgumentError(
        `${name}: expects probabilities, but the model ends with activation '${activation}'; use ` +
          `losses.${name}({ fromLogits: true }), or activation: 'softmax' in the last layer`,
      );
    }
  };
}

/** Class indices as [batch, …], without a last axis of 1. Throws a ShapeError that explains what does not fit. */
function classIndices(name: string, targets: Tensor, predictions: Tensor): Tensor {
  const leading = predictions.shape.slice(0, -1);
  const fits = (shape: Shape): boolean => shape.length === leading.length && shape.every((n, i) => n === leading[i]);
  if (fits(targets.shape)) return targets;
  if (targets.shape.at(-1) === 1 && fits(targets.shape.slice(0, -1))) return targets.reshape(leading);
  const oneHot = formatShape(targets.shape) === formatShape(predictions.shape);
  throw new ShapeError(
    `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}: ` +
      (oneHot ? "they look one-hot; use the loss 'categoricalCrossentropy', or class indices" : 'class indices') +
      ` of shape ${formatShape(leading)}`,
  );
}

/**
 * Cross-entropy for class indices: −log p[target].
 *
 * targets: integers [batch, …] or [batch, …, 1] in [0, classes); predictions: [batch, …, classes] → [batch, …]. With
 * `fromLogits` p = softmax(predictions); otherwise probabilities, made to sum to 1 and kept within [1e-7, 1 − 1e-7], as
 * Keras 3 does. Throws a ShapeError for one-hot targets.
 *
 * @example
 * ```ts
 * const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
 * const perExample = loss.call(tensor(new Int32Array([0, 1])), tensor([[0, 0], [0, 9]])); // → [0.693147, 0.000123]
 * const model = sequential([dense({ units: 2 })]);
 * model.compile({ optimizer: 'adam', loss });
 * ```
 */
export function sparseCategoricalCrossentropy({ fromLogits = false }: CrossentropyOptions = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  return {
    name,
    config: { fromLogits },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      const indices = classIndices(name, targets, predictions).cast('int32');
      const classes = predictions.shape.at(-1)!;
      const logs = fromLogits ? nn.logSoftmax(predictions) : logProbabilities(predictions);
      if (classes <= oneHotClasses)
        return logs
          .mul(nn.oneHot(indices, classes, logs.dtype))
          .sum(-1)
          .neg();
      return takeAlongAxis(logs, indices.expandDims(-1), -1).squeeze(-1).neg();
    },
    checkTargets(targets, predictions) {
      checkClasses(name, targets, predictions.at(-1)!);
    },
    checkActivation: activationCheck(name, fromLogits),
  };
}

function checkClasses(name: string, { data }: HostTensor, classes: number): void {
  for (let i = 0; i < data.length; i++) {
    const label = Number(data[i]);
    if (!(label >= 0 && label < classes)) {
      throw new ArgumentError(
        `${name}: target ${label} at position ${i} is no class; the model gives ${classes} classes: 0 to ` +
          `${classes - 1}`,
      );
    }
    if (!Number.isInteger(label)) {
      throw new ArgumentError(
        `${name}: target ${label} at position ${i} is no class index; use whole numbers, or another loss`,
      );
    }
  }
}

/**
 * Cross-entropy for probabilities of classes (one-hot targets): −Σ target · log p.
 *
 * targets and predictions: [batch, …, classes] → [batch, …]. With `fromLogits` p = softmax(predictions); otherwise
 * probabilities, made to sum to 1 and kept within [1e-7, 1 − 1e-7], as Keras 3 does. Throws a ShapeError for class
 * indices.
 *
 * @example
 * ```ts
 * const loss = losses.categoricalCrossentropy();
 * const perExample = loss.call(tensor([[0, 1]]), tensor([[0.5, 0.5]])); // → [0.693147]
 * ```
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  const name = 'categoricalCrossentropy';
  const { fromLogits = false, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ArgumentError(`${name}: labelSmoothing ${labelSmoothing} is not accepted; use 0 to 1`);
  }
  return {
    name,
    config: { fromLogits, labelSmoothing },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      if (formatShape(targets.shape) !== formatShape(predictions.shape)) {
        const indices = targets.rank < predictions.rank || targets.shape.at(-1) === 1;
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}: ` +
            (indices
              ? "they look like class indices; use the loss 'sparseCategoricalCrossentropy', or one-hot targets"
              : 'both must be [batch, …, classes]'),
        );
      }
      const logs = fromLogits ? nn.logSoftmax(predictions) : logProbabilities(predictions);
      const exact = targets.cast(logs.dtype);
      const classes = predictions.shape.at(-1)!;
      const smooth = labelSmoothing === 0 ? exact : exact.mul(1 - labelSmoothing).add(labelSmoothing / classes);
      return logs.mul(smooth).sum(-1).neg();
    },
    checkActivation: activationCheck(name, fromLogits),
  };
}
