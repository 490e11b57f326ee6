import { writeFile } from 'node:fs/promises';
import { loadModelFiles } from '@tesserajs/layers';
import { toOnnx } from '@tesserajs/onnx';
import { zeros } from '@tesserajs/tensor';

const model = await loadModelFiles('digits');
await writeFile('digits.onnx', await toOnnx(model, [zeros([1, 28, 28, 1])]));
