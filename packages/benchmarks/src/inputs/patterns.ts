import { elementCount } from '../networks/parameters.js';

/** Dense examples of any shape: each class is a pattern of uniform numbers, under as much noise. */
export function noisyPatterns(
  count: number,
  shape: readonly number[],
  classes: number,
  random: () => number,
): { examples: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const size = elementCount(shape);
  const patterns = Float32Array.from({ length: classes * size }, () => random() - 0.5);
  const examples = new Float32Array(count * size);
  const labels = new Int32Array(count);
  for (let example = 0; example < count; example++) {
    const label = Math.floor(random() * classes);
    labels[example] = label;
    for (let i = 0; i < size; i++) {
      examples[example * size + i] = (patterns[label * size + i] as number) + random() - 0.5;
    }
  }
  return { examples, labels };
}

/** Images whose pixels have classes: discs in the colour of theirs, on a ground of class 0, under noise. */
export function colouredDiscs(
  count: number,
  [height, width, channels]: readonly [number, number, number],
  classes: number,
  random: () => number,
): { examples: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const colours = Float32Array.from({ length: classes * channels }, random);
  const examples = new Float32Array(count * height * width * channels);
  const labels = new Int32Array(count * height * width);
  for (let example = 0; example < count; example++) {
    const image = labels.subarray(example * height * width, (example + 1) * height * width);
    for (let disc = 1; disc < classes; disc++) {
      const [y0, x0, radius] = [random() * height, random() * width, (0.1 + 0.2 * random()) * height];
      image.forEach((_, pixel) => {
        if (Math.hypot(Math.floor(pixel / width) - y0, (pixel % width) - x0) <= radius) image[pixel] = disc;
      });
    }
  }
  labels.forEach((label, pixel) => {
    for (let channel = 0; channel < channels; channel++) {
      examples[pixel * channels + channel] = (colours[label * channels + channel] as number) + 0.3 * (random() - 0.5);
    }
  });
  return { examples, labels };
}

/** Text of a language in which four tokens, one of them more often, may follow each; labels are the next tokens. */
export function tokenSequences(
  count: number,
  time: number,
  vocabulary: number,
  random: () => number,
): { examples: Int32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const token = (): number => Math.floor(random() * vocabulary);
  const successors = Int32Array.from({ length: vocabulary * 4 }, token);
  const examples = new Int32Array(count * time);
  const labels = new Int32Array(count * time);
  for (let example = 0; example < count; example++) {
    let current = token();
    for (let i = example * time; i < (example + 1) * time; i++) {
      examples[i] = current;
      current = successors[current * 4 + Math.floor(random() ** 2 * 4)] as number;
      labels[i] = current;
    }
  }
  return { examples, labels };
}
