import { onnxNames } from '../evaluation/onnx-check.js';
import { bytes } from './format.js';
import { html, type Html } from './html.js';
import type { ReportData } from './report-data.js';

/** The files, and how other tools open them. */
export function usageSection({ files }: Pick<ReportData, 'files'>): Html {
  const { onnx, weights, config } = files;
  return html`<dl class="files">
      <dt><code>${onnx.name}</code><span>${bytes(onnx.bytes)}</span></dt>
      <dd>
        The whole network as ONNX. Input <code>${onnxNames.input}</code>: float32 <code>[batch, 28, 28, 1]</code>, ink
        from 0 to 1. Output <code>${onnxNames.output}</code>: float32 <code>[batch, classes]</code>, before softmax.
        <a href="https://netron.app">Netron</a> draws it.
      </dd>
      <dt><code>${weights.name}</code><span>${bytes(weights.bytes)}</span></dt>
      <dd>The trained values by name, as safetensors.</dd>
      <dt><code>${config.name}</code><span>${bytes(config.bytes)}</span></dt>
      <dd>The layers and their options, which the safetensors file does not hold.</dd>
    </dl>
    <div class="snippets">
      ${snippet('Python, with onnxruntime', onnxPython(onnx.name))}
      ${snippet('Python, with safetensors', safetensorsPython(weights.name))}
      ${snippet('TypeScript, with onnxruntime-node', onnxTypescript(onnx.name))}
      ${snippet('TypeScript, with Tessera', tesseraTypescript)}
    </div>`;
}

function snippet(title: string, code: string): Html {
  return html`<figure class="snippet">
    <figcaption>${title}</figcaption>
    <pre><code>${code}</code></pre>
  </figure>`;
}

function onnxPython(file: string): string {
  return `import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("${file}")
image = np.zeros((1, 28, 28, 1), np.float32)
[logits] = session.run(None, {"${onnxNames.input}": image})
print(logits.argmax(axis=1))`;
}

function safetensorsPython(file: string): string {
  return `from safetensors.numpy import load_file

for name, values in load_file("${file}").items():
    print(name, values.shape)`;
}

function onnxTypescript(file: string): string {
  return `import { InferenceSession, Tensor } from 'onnxruntime-node';

const session = await InferenceSession.create('${file}');
const pixels = new Float32Array(28 * 28);
const image = new Tensor('float32', pixels, [1, 28, 28, 1]);
const { ${onnxNames.output} } = await session.run({ ${onnxNames.input} });
console.log(${onnxNames.output}.data);`;
}

const tesseraTypescript = `import { loadModelFiles } from '@tesserajs/layers';
import { zeros } from '@tesserajs/tensor';

const model = await loadModelFiles('.');
const logits = model.apply(zeros([1, 28, 28, 1]));
console.log(await logits.argmax(-1).array());`;
