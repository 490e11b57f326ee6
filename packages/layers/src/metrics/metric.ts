import type { Tensor } from '@tesserajs/tensor';

/** What training reports besides the loss: a value per example and position, averaged over all of an epoch. */
export interface Metric {
  /** Name in logs and saved models. */
  readonly name: string;
  /** The value of each example and position, or a bool for what is a hit or none: [batch, …]. */
  call(targets: Tensor, predictions: Tensor): Tensor;
}
