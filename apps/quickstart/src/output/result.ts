/** What `result.json` holds. */
export interface Result {
  /** Share of the test images whose class is predicted right. */
  readonly testAccuracy: number;
  /** Time that training took, with the tests after each epoch. */
  readonly trainSeconds: number;
  /** Median time of a training step. */
  readonly stepMilliseconds: number;
  /** Mean loss over the steps of the last epoch. */
  readonly finalLoss: number;
  /** Number of test images that the ONNX file gives another class. */
  readonly onnxLabelDifferences: number;
  /** Largest absolute difference between a logit of the ONNX file and ours. */
  readonly onnxMaxLogitDifference: number;
  readonly seed: number;
  /** Version of Node and of each package that computes. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The text of `result.json`. */
export function formatResult(result: Result): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}
