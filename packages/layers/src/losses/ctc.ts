import {
  concat,
  formatShape,
  full,
  logAddExp,
  nn,
  scan,
  ShapeError,
  takeAlongAxis,
  where,
  type Tensor,
} from '@tesserajs/tensor';
import type { Loss } from './loss.js';

/** Stands for log 0: finite, so that its gradients are 0 and not NaN. */
const impossible = -1e30;

/** x moved right along the last axis, with what is impossible at the left. */
function shifted(x: Tensor, places: number): Tensor {
  const [batch = 0, states = 0] = x.shape;
  const left = full([batch, Math.min(places, states)], impossible, { dtype: x.dtype });
  return places >= states ? left : concat([left, x.slice(null, [0, states - places])], 1);
}

/**
 * Connectionist temporal classification: −log of the probability that predictions, with repetitions merged and blanks
 * dropped, spell the targets. targets: class indices [batch, labels], padded with 0, which is the blank; predictions: logits
 * [batch, time, classes] → [batch]. Throws a ShapeError for other shapes. Where there are fewer steps than the targets
 * need, the loss is about 1e30. Source: Graves et al. (2006); Keras 3's CTC.
 *
 * @example
 * ```ts
 * const perExample = losses.ctc().call(tensor(new Int32Array([1]), { shape: [1, 1] }), zeros([1, 2, 2])); // → [0.287682]
 * ```
 */
export function ctc(): Loss {
  return {
    name: 'ctc',
    config: {},
    call(targets, predictions) {
      const [batch = 0, time = 0] = predictions.shape;
      const labels = targets.shape[1] ?? 0;
      if (predictions.rank !== 3 || targets.rank !== 2 || targets.shape[0] !== batch || time === 0 || labels === 0) {
        throw new ShapeError(
          `ctc: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; they ` +
            'must be class indices [batch, labels], and logits [batch, time, classes]',
        );
      }
      const classes = targets.cast('int32');
      // States: blank, label 1, blank, label 2, …, blank.
      const blanks = classes.mul(0);
      const states = concat(
        [
          concat([blanks.expandDims(2), classes.expandDims(2)], 2).reshape([batch, 2 * labels]),
          blanks.slice(null, [0, 1]),
        ],
        1,
      );
      const width = 2 * labels + 1;
      const logs = takeAlongAxis(
        nn.logSoftmax(predictions),
        states.expandDims(1).broadcastTo([batch, time, width]),
        -1,
      ).transpose([1, 0, 2]);
      // A label may follow another without a blank between, unless they are equal.
      const before = concat([full([batch, 2], 0, { dtype: 'int32' }), states.slice(null, [0, width - 2])], 1);
      const mayJump = states.notEqual(0).cast('int32').mul(states.notEqual(before).cast('int32')).cast('bool');
      const first = concat([full([2], 0), full([width - 2], impossible)], 0).cast(logs.dtype);
      const start = logs.at(0).add(first);
      const [ends] = scan(
        (paths: Tensor, log: Tensor) => {
          const jumps = where(mayJump, shifted(paths, 2), impossible);
          return [logAddExp(logAddExp(paths, shifted(paths, 1)), jumps).add(log), null] as const;
        },
        start,
        logs.slice([1, null]),
      );
      const lengths = classes.notEqual(0).cast('int32').sum(1, { keepDims: true });
      const at = (state: Tensor): Tensor => takeAlongAxis(ends, state, 1).squeeze(1);
      const lastBlank = at(lengths.mul(2));
      const lastLabel = where(lengths.squeeze(1).greater(0), at(lengths.mul(2).sub(1).clip(0, width)), impossible);
      return logAddExp(lastBlank, lastLabel).neg();
    },
  };
}
