import * as tf from '@tensorflow/tfjs';

await tf.setBackend('cpu'); // quickest for a network this small

// Two spirals, one wound into the other. Which arm does a point lie on?
const points = Array.from({ length: 240 }, (_, i) => {
  const label = i % 2;
  const radius = 0.1 + (0.85 * i) / 240;
  const angle = (3 * Math.PI * i) / 240 + Math.PI * label;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), label };
});
const inputs = tf.tensor2d(points.map(({ x, y }) => [x, y]));
const labels = tf.tensor2d(points.map(({ label }) => [label]));

// The network. Change it and run again: fewer units? another activation?
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 16, activation: 'swish', inputShape: [2] }),
    tf.layers.dense({ units: 16, activation: 'swish' }),
    tf.layers.dense({ units: 16, activation: 'swish' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({
  optimizer: tf.train.adam(0.02),
  loss: 'binaryCrossentropy',
  metrics: ['accuracy'],
});

const tiles = tf.tensor2d(output.grid(40));
for (let step = 1; step <= 300; step++) {
  const [loss, accuracy] = (await model.trainOnBatch(inputs, labels)) as [number, number];
  output.plot({ loss, accuracy });
  if (step % 5 === 0) {
    const answers = model.predict(tiles) as tf.Tensor;
    output.mosaic(await answers.data(), { columns: 40, points });
    answers.dispose();
  }
  if (step % 50 === 0) {
    console.log(`step ${step}: loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(3)}`);
  }
}
