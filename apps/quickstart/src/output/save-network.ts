import type { Sequential } from '@tesserajs/layers';
import { toOnnx } from '@tesserajs/onnx';
import { zeros } from '@tesserajs/tensor';
import { imageSize } from '../data/images.js';
import { onnxNames } from '../evaluation/onnx-check.js';
import type { ReportData } from '../report/report-data.js';
import { writeAtomically } from './atomic-file.js';
import { fileNames, type OutputFiles } from './output-directory.js';
