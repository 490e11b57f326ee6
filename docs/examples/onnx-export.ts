import { writeFile } from 'node:fs/promises';
import { toOnnx } from '@tesserajs/onnx';
import { zeros } from '@tesserajs/tensor';
import { model } from './digits.js';

await writeFile('digits.onnx', await toOnnx(model, [zeros([1, 28, 28, 1])]));
