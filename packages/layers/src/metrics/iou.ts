import { ArgumentError, diagonal, nn, tensor, where, zeros, type Tensor } from '@tesserajs/tensor';
import { spread, type StreamingMetric } from './metric.js';

/** Options of metrics of overlap. */
export interface IoUOptions {
  readonly numClasses: number;
  /** Targets of this class do not count. Default none. */
  readonly ignoreClass?: number;
  /** Targets are class indices, rather than one value per class on the last axis. Default true. */
  readonly sparseTargets?: boolean;
  /** Predictions are class indices, rather than one value per class on the last axis. Default true. */
  readonly sparsePredictions?: boolean;
}

type Matrix = Readonly<Record<'matrix', Tensor>>;

/** The mean over classes of intersection / union, from a confusion matrix [targets, predictions]. */
function meanOverlap({ matrix }: Matrix, classes: readonly number[] | null): Tensor {
  const hits = diagonal(matrix);
  const union = matrix.sum(0).add(matrix.sum(1)).sub(hits);
  const pick = (x: Tensor): Tensor => (classes === null ? x : x.at(tensor(new Int32Array(classes))));
  const [shared, all] = [pick(hits), pick(union)];
  const occurs = all.greater(1e-9);
  return where(occurs, shared.div(all.add(1e-7)), 0)
    .sum()
    .div(occurs.cast('float32').sum().add(1e-7));
}

function overlap(
  name: string,
  options: IoUOptions,
  classes: readonly number[] | null,
  toClasses: (x: Tensor) => Tensor = (x) => x,
): StreamingMetric<Matrix> {
  const { numClasses, ignoreClass, sparseTargets = true, sparsePredictions = true } = options;
  if (!Number.isInteger(numClasses) || numClasses < 2)
    throw new ArgumentError(`${name}: numClasses ${numClasses} is not accepted; use a whole number >= 2`);
  const outside = classes?.find((id) => !Number.isInteger(id) || id < 0 || id >= numClasses);
  if (outside !== undefined)
    throw new ArgumentError(`${name}: target class ${outside} is none of the ${numClasses}: 0 to ${numClasses - 1}`);
  return {
    name,
    init: () => ({ matrix: zeros([numClasses, numClasses]) }),
    update({ matrix }, targets, predictions, weights) {
      const y = (sparseTargets ? targets : targets.argmax(-1)).cast('int32');
      const p = toClasses(sparsePredictions ? predictions : predictions.argmax(-1)).cast('int32');
      if (y.size !== p.size) {
        throw new ArgumentError(
          `${name}: ${y.size} targets and ${p.size} predictions; one class for each is needed (sparseTargets and ` +
            'sparsePredictions tell which have one value per class)',
        );
      }
      // Classes out of range have no 1 in their row, and so do not count.
      let rows = nn.oneHot(y.flatten(), numClasses, 'float32');
      if (weights !== undefined) rows = rows.mul(spread(weights.cast('float32'), y).reshape([-1, 1]));
      if (ignoreClass !== undefined) rows = rows.mul(y.notEqual(ignoreClass).cast('float32').reshape([-1, 1]));
      const columns = nn.oneHot(p.flatten(), numClasses, 'float32');
      return { matrix: matrix.add(rows.transpose().matmul(columns)) };
    },
    result: (state) => meanOverlap(state, classes),
  };
}

/**
 * Intersection over union, averaged over given classes that occur. targets and predictions: class indices of equal shape,
 * unless the options say that they have one value per class.
 *
 * @example
 * ```ts
 * const metric = metrics.iou({ numClasses: 3, targetClassIds: [1, 2], sparsePredictions: false });
 * ```
 */
export function iou(options: IoUOptions & { readonly targetClassIds: readonly number[] }): StreamingMetric<Matrix> {
  return overlap('iou', options, options.targetClassIds);
}

/**
 * Intersection over union, averaged over all classes that occur. Shapes as for `iou`.
 *
 * @example
 * ```ts
 * const metric = metrics.meanIoU({ numClasses: 3, sparsePredictions: false, ignoreClass: 0 });
 * ```
 */
export function meanIoU(options: IoUOptions): StreamingMetric<Matrix> {
  return overlap('meanIoU', options, null);
}

/**
 * `iou` of targets and predictions that both have one value per class.
 *
 * @example
 * ```ts
 * const metric = metrics.oneHotIoU({ numClasses: 3, targetClassIds: [1, 2] });
 * ```
 */
export function oneHotIoU(
  options: Omit<IoUOptions, 'sparseTargets'> & { readonly targetClassIds: readonly number[] },
): StreamingMetric<Matrix> {
  const all = { sparsePredictions: false, ...options, sparseTargets: false };
  return overlap('oneHotIoU', all, options.targetClassIds);
}

/**
 * `meanIoU` of targets and predictions that both have one value per class.
 *
 * @example
 * ```ts
 * const metric = metrics.oneHotMeanIoU({ numClasses: 3 });
 * ```
 */
export function oneHotMeanIoU(options: Omit<IoUOptions, 'sparseTargets'>): StreamingMetric<Matrix> {
  return overlap('oneHotMeanIoU', { sparsePredictions: false, ...options, sparseTargets: false }, null);
}

/** Options of `binaryIoU`. */
export interface BinaryIoUOptions {
  /** Predictions of at least this are class 1. Default 0.5. */
  readonly threshold?: number;
  /** Classes to average over. Default [0, 1]. */
  readonly targetClassIds?: readonly number[];
}

/**
 * Intersection over union of two classes. targets (0 or 1) and predictions (0 to 1): equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'dice', metrics: ['binaryIoU'] });
 * ```
 */
export function binaryIoU({
  threshold = 0.5,
  targetClassIds = [0, 1],
}: BinaryIoUOptions = {}): StreamingMetric<Matrix> {
  return overlap('binaryIoU', { numClasses: 2 }, targetClassIds, (p) => p.greaterEqual(threshold));
}
