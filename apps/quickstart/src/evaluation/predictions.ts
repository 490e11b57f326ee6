/** What the network says about images whose classes are known. */
export interface Predictions {
  readonly classes: number;
  /** True class of each image. */
  readonly labels: Uint8Array;
  /** Predicted class of each image: that of its largest logit. */
  readonly predicted: Uint8Array;
  /** Probability of each image's predicted class. */
  readonly confidences: Float64Array;
  /** Probability of each image's true class. */
  readonly trueProbabilities: Float64Array;
}

/** Reads logits `[images, classes]` as predictions, with softmax in float64. */
export function readLogits(logits: Float32Array, labels: Uint8Array): Predictions {
  const classes = logits.length / labels.length;
  const predicted = predictedClasses(logits, classes);
  const confidences = new Float64Array(labels.length);
  const trueProbabilities = new Float64Array(labels.length);
  labels.forEach((label, image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = row[predicted[image]!]!;
    const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    confidences[image] = 1 / sum;
    trueProbabilities[image] = Math.exp(row[label]! - largest) / sum;
  });
  return { classes, labels, predicted, confidences, trueProbabilities };
}

/** The class with the largest logit of each row of `[images, classes]`; of equal ones the first. */
export function predictedClasses(logits: Float32Array, classes: number): Uint8Array {
  return Uint8Array.from({ length: logits.length / classes }, (_, image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    return row.indexOf(row.reduce((largest, logit) => Math.max(largest, logit)));
  });
}

/** Share of the images whose class is predicted right. */
export function accuracy({ labels, predicted }: Predictions): number {
  return labels.filter((label, image) => label === predicted[image]).length / labels.length;
}

/** Numbers of images by true class, then predicted class. */
export function confusionMatrix({ classes, labels, predicted }: Predictions): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, image) => {
    counts[label]![predicted[image]!]!++;
  });
  return counts;
}

/** Numbers of the images that are predicted wrong, from the one whose true class got the least probability. */
export function worstMistakes({ labels, predicted, trueProbabilities }: Predictions): number[] {
  return Array.from(labels.keys())
    .filter((image) => labels[image] !== predicted[image])
    .sort((a, b) => trueProbabilities[a]! - trueProbabilities[b]!);
}
