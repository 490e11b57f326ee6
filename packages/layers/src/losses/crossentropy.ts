import {
  ArgumentError,
  formatShape,
  isFloat,
  log,
  nn,
  ShapeError,
  takeAlongAxis,
  where,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import type { HostTensor } from '../training/host-tensor.js';
import { epsilon } from './align.js';
import { checkSmoothing } from './binary-crossentropy.js';
import { activationCheck } from './check-activation.js';
import type { Loss } from './loss.js';

/** Options of cross-entropies. */
export interface CrossentropyOptions {
  /** Predictions are logits, which `softmax` would turn into probabilities: faster and exact. Default false. */
  readonly fromLogits?: boolean;
}

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyOptions extends CrossentropyOptions {
  /** Targets of this value, such as 255 or -1 for pixels without a class, do not count. Default none. */
  readonly ignoreClass?: number;
}

/** Options of `categoricalCrossentropy`. */
export interface CategoricalCrossentropyOptions extends CrossentropyOptions {
  /** Moves this share of each target to all classes evenly: 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** Up to this many classes, a product with the one-hot matrix beats picking one element per row. */
const oneHotClasses = 32;

/** log p, with p made to sum to 1 and kept within [ε, 1 − ε], as Keras does with probabilities. */
function logProbabilities(probabilities: Tensor): Tensor {
  const sums = probabilities.sum(-1, { keepDims: true });
  return log(probabilities.div(sums).clip(epsilon, 1 - epsilon));
}

/** Throws a ShapeError unless predictions are floats of several classes. */
export function floatPredictions(name: string, predictions: Tensor): void {
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

/** Class indices as [batch, …], without a last axis of 1. Throws a ShapeError that explains what does not fit. */
export function classIndices(name: string, targets: Tensor, predictions: Tensor): Tensor {
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
 * Keras 3 does. Values of `ignoreClass` are 0, and the mean is over the others. Throws a ShapeError for one-hot targets.
 *
 * @example
 * ```ts
 * const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
 * const perExample = loss.call(tensor(new Int32Array([0, 1])), tensor([[0, 0], [0, 9]])); // → [0.693147, 0.000123]
 * const model = sequential([dense({ units: 2 })]);
 * model.compile({ optimizer: 'adam', loss });
 * ```
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  const { fromLogits = false, ignoreClass } = options;
  const loss: Loss = {
    name,
    config: { fromLogits, ...(ignoreClass === undefined ? {} : { ignoreClass }) },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      const given = classIndices(name, targets, predictions).cast('int32');
      const counts = ignoreClass === undefined ? null : given.notEqual(ignoreClass);
      const indices = counts === null ? given : where(counts, given, 0);
      const classes = predictions.shape.at(-1)!;
      const logs = fromLogits ? nn.logSoftmax(predictions) : logProbabilities(predictions);
      const chosen =
        classes <= oneHotClasses
          ? logs.mul(nn.oneHot(indices, classes, logs.dtype)).sum(-1)
          : takeAlongAxis(logs, indices.expandDims(-1), -1).squeeze(-1);
      return counts === null ? chosen.neg() : where(counts, chosen.neg(), 0);
    },
    checkTargets(targets, predictions) {
      checkClasses(name, targets, predictions.at(-1)!, ignoreClass);
    },
    checkActivation: activationCheck(name, fromLogits),
  };
  if (ignoreClass === undefined) return loss;
  return { ...loss, mask: (values, targets) => targets.reshape(values.shape).cast('int32').notEqual(ignoreClass) };
}

export function checkClasses(name: string, { data }: HostTensor, classes: number, ignored: number | undefined): void {
  for (let i = 0; i < data.length; i++) {
    const label = Number(data[i]);
    if (label === ignored) continue;
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

/** Throws a ShapeError that explains it when targets are not one-hot. */
export function oneHotTargets(name: string, targets: Tensor, predictions: Tensor): void {
  if (formatShape(targets.shape) !== formatShape(predictions.shape)) {
    const indices = targets.rank < predictions.rank || targets.shape.at(-1) === 1;
    throw new ShapeError(
      `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}: ` +
        (indices
          ? "they look like class indices; use the loss 'sparseCategoricalCrossentropy', or one-hot targets"
          : 'both must be [batch, …, classes]'),
    );
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
  checkSmoothing(name, labelSmoothing);
  return {
    name,
    config: { fromLogits, labelSmoothing },
    call(targets, predictions) {
      floatPredictions(name, predictions);
      oneHotTargets(name, targets, predictions);
      const logs = fromLogits ? nn.logSoftmax(predictions) : logProbabilities(predictions);
      const exact = targets.cast(logs.dtype);
      const classes = predictions.shape.at(-1)!;
      const smooth = labelSmoothing === 0 ? exact : exact.mul(1 - labelSmoothing).add(labelSmoothing / classes);
      return logs.mul(smooth).sum(-1).neg();
    },
    checkActivation: activationCheck(name, fromLogits),
  };
}
