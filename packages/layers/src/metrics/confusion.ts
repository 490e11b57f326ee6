import { ArgumentError, formatShape, nn, ShapeError, tensor, where, zeros, type Tensor } from '@tesserajs/tensor';
import { spread, type StreamingMetric } from './metric.js';

/** Weighted counts at several thresholds; of all examples besides. */
export type Counts = Readonly<Record<'truePositives' | 'falsePositives' | 'positives' | 'negatives', Tensor>>;

/** Rates at each threshold. */
export interface Rates {
  readonly recall: Tensor;
  readonly precision: Tensor;
  readonly specificity: Tensor;
}

/** Options of metrics that count hits and misses. */
export interface CountOptions {
  /** Predictions above it are positive. Default 0.5. */
  readonly threshold?: number;
  /** Looks at this class alone: its place on the last axis. Default: at all elements. */
  readonly classId?: number;
}

/** a / b, and 0 where b is 0. */
export function ratio(a: Tensor, b: Tensor): Tensor {
  const isZero = b.equal(0);
  return where(isZero, 0, a.div(where(isZero, 1, b)));
}

/** Targets, predictions and weights of elements as vectors. */
function elements(
  name: string,
  targets: Tensor,
  predictions: Tensor,
  weights: Tensor | undefined,
  classId: number | undefined,
): [y: Tensor, p: Tensor, w: Tensor | undefined] {
  if (targets.size !== predictions.size) {
    throw new ShapeError(
      `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; shapes ` +
        'must be equal, but for a last axis of 1',
    );
  }
  const own = (x: Tensor): Tensor => {
    const shaped = x.reshape(predictions.shape);
    return (classId === undefined ? shaped : shaped.at('...', classId)).flatten();
  };
  const w = weights === undefined ? undefined : own(spread(weights.cast('float32'), predictions));
  return [own(targets.notEqual(0).cast('float32')), own(predictions).cast('float32'), w];
}

/** A metric of counts at thresholds, which a function of them turns into a number. */
export function countMetric(
  name: string,
  thresholds: readonly number[],
  result: (counts: Counts) => Tensor,
  { classId, fromLogits = false }: { readonly classId?: number | undefined; readonly fromLogits?: boolean } = {},
): StreamingMetric<Counts> {
  const size = thresholds.length;
  return {
    name,
    init: () => ({
      truePositives: zeros([size]),
      falsePositives: zeros([size]),
      positives: zeros([]),
      negatives: zeros([]),
    }),
    update(counts, targets, predictions, weights) {
      const scores = fromLogits ? nn.sigmoid(predictions) : predictions;
      const [y, p, w] = elements(name, targets, scores, weights, classId);
      const yes = w === undefined ? y : y.mul(w);
      const no = w === undefined ? y.neg().add(1) : w.sub(yes);
      const limits = tensor(new Float32Array(thresholds), { shape: [size, 1] });
      const above = p.expandDims(0).greater(limits).cast('float32');
      return {
        truePositives: counts.truePositives.add(above.matmul(yes)),
        falsePositives: counts.falsePositives.add(above.matmul(no)),
        positives: counts.positives.add(yes.sum()),
        negatives: counts.negatives.add(no.sum()),
      };
    },
    result,
  };
}

/** Recall, precision and specificity at each threshold. */
export function ratesOf({ truePositives, falsePositives, positives, negatives }: Counts): Rates {
  return {
    recall: ratio(truePositives, positives),
    precision: ratio(truePositives, truePositives.add(falsePositives)),
    specificity: ratio(negatives.sub(falsePositives), negatives),
  };
}

function single(
  name: string,
  { threshold = 0.5, classId }: CountOptions,
  result: (counts: Counts) => Tensor,
): StreamingMetric<Counts> {
  return countMetric(name, [threshold], (counts) => result(counts).squeeze(), { classId });
}

/**
 * Number of positive predictions whose target is positive. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [metrics.truePositives({ threshold: 0.7 })] });
 * ```
 */
export function truePositives(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('truePositives', options, (counts) => counts.truePositives);
}

/**
 * Number of positive predictions whose target is negative. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [metrics.falsePositives()] });
 * ```
 */
export function falsePositives(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('falsePositives', options, (counts) => counts.falsePositives);
}

/**
 * Number of negative predictions whose target is negative. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [metrics.trueNegatives()] });
 * ```
 */
export function trueNegatives(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('trueNegatives', options, (counts) => counts.negatives.sub(counts.falsePositives));
}

/**
 * Number of negative predictions whose target is positive. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [metrics.falseNegatives()] });
 * ```
 */
export function falseNegatives(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('falseNegatives', options, (counts) => counts.positives.sub(counts.truePositives));
}

/**
 * Share of positive predictions that are right; 0 where there are none. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['precision', metrics.recall()] });
 * ```
 */
export function precision(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('precision', options, (counts) => ratesOf(counts).precision);
}

/**
 * Share of positive targets that are predicted; 0 where there are none. targets (0 or 1) and predictions: equal shapes.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 3, activation: 'softmax' })]);
 * model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: [metrics.recall({ classId: 2 })] });
 * ```
 */
export function recall(options: CountOptions = {}): StreamingMetric<Counts> {
  return single('recall', options, (counts) => ratesOf(counts).recall);
}

/** Options of metrics that look at many thresholds. */
export interface ThresholdsOptions {
  /** Number of thresholds from 0 to 1, at even distances. Default 200. */
  readonly numThresholds?: number;
  /** Looks at this class alone: its place on the last axis. Default: at all elements. */
  readonly classId?: number;
}

/** Thresholds from 0 to 1: the first lets all predictions through, the last none. */
export function evenThresholds(name: string, count: number): number[] {
  if (!Number.isInteger(count) || count < 2)
    throw new ArgumentError(`${name}: numThresholds ${count} is not accepted; use a whole number >= 2`);
  return Array.from({ length: count }, (_, i) => (i === 0 ? -1e-7 : i === count - 1 ? 1 + 1e-7 : i / (count - 1)));
}

function bestWhere(
  name: string,
  option: string,
  least: number,
  { numThresholds = 200, classId }: ThresholdsOptions,
  given: keyof Rates,
  wanted: keyof Rates,
): StreamingMetric<Counts> {
  if (!(least >= 0 && least <= 1)) throw new ArgumentError(`${name}: ${option} ${least} is not accepted; use 0 to 1`);
  return countMetric(
    name,
    evenThresholds(name, numThresholds),
    (counts) => {
      const rates = ratesOf(counts);
      return where(rates[given].greaterEqual(least), rates[wanted], 0).max();
    },
    { classId },
  );
}

/**
 * Highest recall (sensitivity) among thresholds with at least a given specificity. targets (0 or 1) and predictions (0 to
 * 1): equal shapes.
 *
 * @example
 * ```ts
 * const metric = metrics.sensitivityAtSpecificity(0.9);
 * ```
 */
export function sensitivityAtSpecificity(
  specificity: number,
  options: ThresholdsOptions = {},
): StreamingMetric<Counts> {
  return bestWhere('sensitivityAtSpecificity', 'specificity', specificity, options, 'specificity', 'recall');
}

/**
 * Highest specificity among thresholds with at least a given recall (sensitivity). targets (0 or 1) and predictions (0 to
 * 1): equal shapes.
 *
 * @example
 * ```ts
 * const metric = metrics.specificityAtSensitivity(0.9);
 * ```
 */
export function specificityAtSensitivity(
  sensitivity: number,
  options: ThresholdsOptions = {},
): StreamingMetric<Counts> {
  return bestWhere('specificityAtSensitivity', 'sensitivity', sensitivity, options, 'recall', 'specificity');
}

/**
 * Highest precision among thresholds with at least a given recall. targets (0 or 1) and predictions (0 to 1): equal shapes.
 *
 * @example
 * ```ts
 * const metric = metrics.precisionAtRecall(0.9, { numThresholds: 1000 });
 * ```
 */
export function precisionAtRecall(least: number, options: ThresholdsOptions = {}): StreamingMetric<Counts> {
  return bestWhere('precisionAtRecall', 'recall', least, options, 'recall', 'precision');
}

/**
 * Highest recall among thresholds with at least a given precision. targets (0 or 1) and predictions (0 to 1): equal shapes.
 *
 * @example
 * ```ts
 * const metric = metrics.recallAtPrecision(0.9);
 * ```
 */
export function recallAtPrecision(least: number, options: ThresholdsOptions = {}): StreamingMetric<Counts> {
  return bestWhere('recallAtPrecision', 'precision', least, options, 'precision', 'recall');
}
