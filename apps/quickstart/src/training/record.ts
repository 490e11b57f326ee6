/** Means over a few consecutive training steps. */
export interface CurvePoint {
  /** Where the last of the steps ended, counted in epochs from the start of the training. */
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** One epoch as it went. */
export interface EpochRecord {
  /** Mean loss over the steps of the epoch, each before its update. */
  readonly loss: number;
  /** Share of the images that were classified right when they were trained on. */
  readonly accuracy: number;
  /** Mean loss over the test images after the epoch. */
  readonly testLoss: number;
  /** Share of the test images that are classified right after the epoch. */
  readonly testAccuracy: number;
}

/** A training as it went. */
export interface TrainingRecord {
  readonly curve: readonly CurvePoint[];
  readonly epochs: readonly EpochRecord[];
  /** Time of each step: from the end of the one before, or from the start, to its own end. */
  readonly stepMilliseconds: readonly number[];
  /** Time that training took, with the tests after each epoch. */
  readonly seconds: number;
}
