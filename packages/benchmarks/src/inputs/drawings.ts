const side = 28;

/** Images of MNIST's shape and sparsity: each class is a drawing of discs, moved and dimmed. */
export function drawImages(
  count: number,
  classes: number,
  random: () => number,
): { examples: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const drawings = Array.from({ length: classes }, () => drawing(random));
  const examples = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let example = 0; example < count; example++) {
    const label = Math.floor(random() * classes);
    labels[example] = label;
    paint(examples.subarray(example * side * side), drawings[label] as Uint8Array, random);
  }
  return { examples, labels };
}

function drawing(random: () => number): Uint8Array {
  const lit = new Uint8Array(side * side);
  for (let disc = 0; disc < 9; disc++) {
    const [y0, x0, radius] = [6 + random() * 16, 6 + random() * 16, 1.5 + random()] as [number, number, number];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) if (Math.hypot(y - y0, x - x0) <= radius) lit[y * side + x] = 1;
    }
  }
  return lit;
}

function paint(image: Float32Array, lit: Uint8Array, random: () => number): void {
  const shift = Math.floor(random() * 5 - 2) * side + Math.floor(random() * 5 - 2);
  const brightness = 0.5 + random() * 0.3;
  for (let pixel = 0; pixel < side * side; pixel++) {
    if (lit[pixel + shift] === 1) image[pixel] = brightness + random() * 0.2;
  }
}
