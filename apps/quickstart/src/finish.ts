import { rm } from 'node:fs/promises';
import { arch, availableParallelism, platform } from 'node:os';
import type { Sequential } from '@tesserajs/layers';
import type { Settings } from './command-line/settings.js';
import { examples, imageSize, type Images } from './data/images.js';
import { QuickstartError } from './errors.js';
import { agrees, compareLogits, logitTolerance, runOnnxFile, type Agreement } from './evaluation/onnx-check.js';
import { accuracy, readLogits } from './evaluation/predictions.js';
import { median } from './evaluation/statistics.js';
import { layerRows, optimizerDescription } from './network/network.js';
import { writeAtomically } from './output/atomic-file.js';
import type { OutputFiles } from './output/output-directory.js';
import { formatResult, type Result } from './output/result.js';
import { saveNetwork } from './output/save-network.js';
import { versions } from './output/versions.js';
import { count, duration, milliseconds, percent, scientific } from './report/format.js';
import { reportPage } from './report/page.js';
import type { TrainingRecord } from './training/record.js';
import { validationBatch } from './training/train.js';

export interface FinishOptions {
  readonly model: Sequential;
  readonly settings: Settings;
  readonly images: Images;
  readonly files: OutputFiles;
  readonly record: TrainingRecord;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

/** Tests the trained network, saves it, checks the ONNX file, and writes result and report. */
export async function finish({ model, settings, images, files, record, say }: FinishOptions): Promise<void> {
  const labels = images.test.labels.data;
  const logits = await testLogits(model, images);
  const predictions = readLogits(logits, labels);
  const testAccuracy = accuracy(predictions);
  const stepMilliseconds = median(record.stepMilliseconds);
  say(
    `Test accuracy ${percent(testAccuracy)} on ${count(labels.length)} images; ` +
      `trained in ${duration(record.seconds)}, ${milliseconds(stepMilliseconds)} a step`,
  );

  const saved = await saveNetwork(model, files);
  say(`Saved ${files.weights}, ${files.config} and ${files.onnx}`);
  const onnxLogits = await runOnnxFile(files.onnx, examples(images.test));
  const agreement = compareLogits(logits, onnxLogits, labels.length);
  say(`The ONNX file in plain onnxruntime-node: ${describeAgreement(agreement)}`);

  const result: Result = {
    testAccuracy,
    trainSeconds: record.seconds,
    stepMilliseconds,
    finalLoss: record.epochs.at(-1)?.loss ?? NaN,
    onnxLabelDifferences: agreement.labelDifferences,
    onnxMaxLogitDifference: agreement.maxLogitDifference,
    seed: settings.seed,
    versions: versions(),
  };
  await writeAtomically(files.result, formatResult(result));
  const report = reportPage({
    result,
    settings,
    images: {
      name: images.name,
      subjects: images.subjects,
      classNames: images.classNames,
      trainCount: images.train.labels.data.length,
      testPixels: images.test.images.data,
      size: imageSize,
    },
    record,
    predictions,
    agreement,
    layers: layerRows(model, images.classNames.length),
    optimizer: optimizerDescription,
    files: saved,
    machine: `${availableParallelism()} cores, ${platform()} ${arch()}`,
    date: new Date(),
  });
  await writeAtomically(files.report, report);
  await rm(files.checkpoint, { force: true });
  say(`The report, for a browser:\n${files.report}`);
  if (!agrees(agreement)) throw disagreement(files.onnx, agreement);
}

async function testLogits(model: Sequential, images: Images): Promise<Float32Array> {
  const logits = await model.predict(examples(images.test).batch(validationBatch));
  return (await logits.data()) as Float32Array;
}

function describeAgreement({ images, labelDifferences, maxLogitDifference }: Agreement): string {
  return (
    `${count(labelDifferences)} of ${count(images)} labels differ, ` +
    `the largest difference of two logits is ${scientific(maxLogitDifference)}`
  );
}

function disagreement(file: string, agreement: Agreement): QuickstartError {
  return new QuickstartError(
    `${file} does not agree with the network: ${describeAgreement(agreement)}; ` +
      `labels must be equal and logits within ${scientific(logitTolerance)}`,
  );
}
