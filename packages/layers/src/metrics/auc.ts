import { ArgumentError, log, maximum, minimum, where, type Tensor } from '@tesserajs/tensor';
import { countMetric, evenThresholds, ratesOf, ratio, type Counts, type ThresholdsOptions } from './confusion.js';
import type { StreamingMetric } from './metric.js';

/** Options of `auc`. */
export interface AucOptions extends ThresholdsOptions {
  /** ROC: recall over the share of false alarms; PR: precision over recall. Default 'ROC'. */
  readonly curve?: 'ROC' | 'PR';
  /** Heights between thresholds: in between (of PR, after Davis & Goadrich), the lower or the higher. */
  readonly summation?: 'interpolation' | 'minoring' | 'majoring';
  /** Predictions are logits, which `sigmoid` turns into probabilities. Default false. */
  readonly fromLogits?: boolean;
}

const left = (x: Tensor): Tensor => x.slice([0, x.shape[0]! - 1]);
const right = (x: Tensor): Tensor => x.slice([1, null]);

/** The area under precision and recall; between thresholds the counts are straight lines, and the precision is not. */
function precisionArea({ truePositives, falsePositives, positives }: Counts): Tensor {
  const all = truePositives.add(falsePositives);
  const slope = ratio(left(truePositives).sub(right(truePositives)), maximum(left(all).sub(right(all)), 0));
  const intercept = right(truePositives).sub(slope.mul(right(all)));
  const areBoth = minimum(left(all), right(all)).greater(0);
  const growth = where(areBoth, ratio(left(all), right(all)), 1);
  const part = slope.mul(
    left(truePositives)
      .sub(right(truePositives))
      .add(intercept.mul(log(growth))),
  );
  return ratio(part, maximum(positives, 0)).sum();
}

/**
 * Area under the curve of a classifier, from counts at thresholds. targets (0 or 1) and predictions (0 to 1, or logits):
 * equal shapes. Source: Keras 3's AUC; Davis & Goadrich (2006).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, activation: 'sigmoid' })]);
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['auc', metrics.auc({ curve: 'PR' })] });
 * ```
 */
export function auc(options: AucOptions = {}): StreamingMetric<Counts> {
  const { numThresholds = 200, classId, curve = 'ROC', summation = 'interpolation', fromLogits = false } = options;
  if (curve !== 'ROC' && (curve as string) !== 'PR')
    throw new ArgumentError(`auc: curve ${JSON.stringify(curve)} is not known; use 'ROC' or 'PR'`);
  const result = (counts: Counts): Tensor => {
    if (curve === 'PR' && summation === 'interpolation') return precisionArea(counts);
    const { recall, precision, specificity } = ratesOf(counts);
    const [x, y] = curve === 'ROC' ? [specificity.neg().add(1), recall] : [recall, precision];
    const [a, b] = [left(y), right(y)];
    const heights = { interpolation: a.add(b).div(2), minoring: minimum(a, b), majoring: maximum(a, b) }[summation];
    return left(x).sub(right(x)).mul(heights).sum();
  };
  return countMetric(curve === 'ROC' ? 'auc' : 'aucPR', evenThresholds('auc', numThresholds), result, {
    classId,
    fromLogits,
  });
}
