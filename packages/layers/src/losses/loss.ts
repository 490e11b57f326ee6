import type { Shape, Tensor } from '@tesserajs/tensor';
import type { JsonValue } from '../training/batches.js';
import type { HostTensor } from '../training/host-tensor.js';

/** What training makes small: a function of targets and predictions, averaged over examples and positions. */
export interface Loss {
  /** Name in error texts and saved models. */
  readonly name: string;
  /** Options that make an equal loss. */
  readonly config: Readonly<Record<string, JsonValue>>;
  /** The loss of each example and position; throws a ShapeError for targets that do not fit the predictions. */
  call(targets: Tensor, predictions: Tensor): Tensor;
  /** Which of the loss's values count, where not all do: bools in their shape. The mean is over those. */
  mask?(values: Tensor, targets: Tensor): Tensor;
  /** Looks at the values of targets before they are used; throws what explains a misfit. */
  checkTargets?(targets: HostTensor, predictions: Shape): void;
  /** Looks at the activation that makes the predictions, where it is known; throws what explains a misfit. */
  checkActivation?(activation: string): void;
}

/** A loss as a plain function of targets and predictions. */
export type LossFunction = (targets: Tensor, predictions: Tensor) => Tensor;
