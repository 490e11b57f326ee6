import { saveModel, type Sequential } from '@tesserajs/layers';
import { toOnnx } from '@tesserajs/onnx';
import { zeros } from '@tesserajs/tensor';
import { imageSize } from '../data/images.js';
import { onnxNames } from '../evaluation/onnx-check.js';
import type { ReportData } from '../report/report-data.js';
import { writeAtomically } from './atomic-file.js';
import { fileNames, type OutputFiles } from './output-directory.js';

/** Writes the network as safetensors with its configuration, and as ONNX. Returns names and sizes of the files. */
export async function saveNetwork(model: Sequential, files: OutputFiles): Promise<ReportData['files']> {
  const { config, weights } = await saveModel(model);
  const onnx = await toOnnx(model, [zeros([1, imageSize, imageSize, 1])], {
    inputNames: [onnxNames.input],
    outputNames: [onnxNames.output],
  });
  await writeAtomically(files.weights, weights);
  await writeAtomically(files.config, config);
  await writeAtomically(files.onnx, onnx);
  return {
    weights: { name: fileNames.weights, bytes: weights.length },
    config: { name: fileNames.config, bytes: Buffer.byteLength(config) },
    onnx: { name: fileNames.onnx, bytes: onnx.length },
  };
}
