import { expect, it } from 'vitest';
import { accuracy, confusionMatrix, predictedClasses, readLogits, worstMistakes } from './predictions.js';

// Softmax of [ln 1, ln 2, ln 5] is [1, 2, 5] / 8.
const row = [Math.log(1), Math.log(2), Math.log(5)];
const logits = new Float32Array([...row, ...row, ...row.map((value) => value + 100), 3, 3, 1]);
const predictions = readLogits(logits, new Uint8Array([2, 1, 0, 0]));

it('reads logits as classes and probabilities', () => {
  expect([...predictions.predicted]).toEqual([2, 2, 2, 0]);
  for (const [image, expected] of [5 / 8, 5 / 8, 5 / 8].entries()) {
    expect(predictions.confidences[image]).toBeCloseTo(expected, 5);
  }
  for (const [image, expected] of [5 / 8, 2 / 8, 1 / 8].entries()) {
    expect(predictions.trueProbabilities[image]).toBeCloseTo(expected, 5);
  }
});

it('counts what is right and what was taken for what', () => {
  expect(accuracy(predictions)).toBe(0.5);
  expect(confusionMatrix(predictions)).toEqual([
    [1, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
  ]);
});

it('the worst mistake is the one whose true class is the least probable', () => {
  expect(worstMistakes(predictions)).toEqual([2, 1]);
});

it('of equal logits the first wins', () => {
  expect([...predictedClasses(new Float32Array([-1, -1, -2, -2, -1, -1]), 3)]).toEqual([0, 1]);
});
