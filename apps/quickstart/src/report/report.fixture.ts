import { readLogits } from '../evaluation/predictions.js';
import type { ReportData } from './report-data.js';

const size = 28;

/** A report on made-up results. `mistakes` of the `images` test images are predicted wrong. */
export function sampleReport({ images = 400, mistakes = 36 } = {}): ReportData {
  const labels = Uint8Array.from({ length: images }, (_, image) => image % 10);
  const logits = new Float32Array(10 * images);
  labels.forEach((label, image) => {
    const top = image < mistakes ? (label + 1 + (image % 3)) % 10 : label;
    logits[10 * image + top] = image < mistakes ? 4 + (image % 7) : 3 + (image % 50);
  });
  const steps = Array.from({ length: 300 }, (_, step) => step);
  return {
    result: {
      testAccuracy: (images - mistakes) / images,
      trainSeconds: 102.3,
      stepMilliseconds: 37.4,
      finalLoss: 0.03125,
      onnxLabelDifferences: 0,
      onnxMaxLogitDifference: 3.8e-6,
      seed: 1,
      versions: { node: '20.20.2', '@tesserajs/tensor': '0.1.0', 'onnxruntime-node': '1.30.0' },
    },
    settings: { epochs: 6, batchSize: 128, seed: 1, backend: 'onnxruntime', fashion: false, data: null },
    images: {
      name: 'MNIST',
      subjects: 'digits',
      classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      trainCount: 60000,
      testPixels: Uint8Array.from({ length: images * size * size }, (_, i) => (i * 7) % 256),
      size,
    },
    record: {
      curve: steps.map((step) => ({
        epochs: (step + 1) / 50,
        loss: 2.3 * Math.exp(-step / 40) + 0.03 + 0.005 * Math.sin(step),
        accuracy: 0.99 - 0.9 * Math.exp(-step / 30),
      })),
      stepMilliseconds: steps.map((step) =>
        step === 0 ? 812 : 36 + 3 * Math.sin(step) ** 2 + (step % 41 === 0 ? 20 : 0),
      ),
      epochs: Array.from({ length: 6 }, (_, epoch) => ({
        loss: 0.3 / (epoch + 1),
        accuracy: 1 - 0.1 / (epoch + 1),
        testLoss: 0.1 / (epoch + 1),
        testAccuracy: 1 - 0.02 / (epoch + 1),
      })),
      seconds: 102.3,
    },
    predictions: readLogits(logits, labels),
    agreement: { images, labelDifferences: 0, maxLogitDifference: 3.8e-6 },
    layers: [
      { name: 'conv2d', description: '32 filters, 3×3, relu', outputShape: '[batch, 26, 26, 32]', parameters: 320 },
      { name: 'flatten', description: '', outputShape: '[batch, 21632]', parameters: 0 },
      { name: 'dense', description: '10 units', outputShape: '[batch, 10]', parameters: 216330 },
    ],
    optimizer: 'Adam, learning rate 0.001',
    files: {
      weights: { name: 'model.safetensors', bytes: 901_000 },
      config: { name: 'model.json', bytes: 2_100 },
      onnx: { name: 'model.onnx', bytes: 905_000 },
    },
    machine: '2 cores, linux x64',
    date: new Date('2026-01-02T03:04:05Z'),
  };
}
