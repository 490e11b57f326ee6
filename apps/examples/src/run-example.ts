import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { setBackend } from '@tesserajs/tensor';
import { catalog } from './catalog.js';
import type { Options } from './command-line.js';
import { formatResult, versions, type Result } from './results/result.js';

/** Runs an example as the command line asks; prints its result as the last line, and writes it where asked to. */
export async function runExample({ example: name, size, seed, data, results }: Options): Promise<void> {
  setBackend(onnxruntime());
  const example = await catalog.get(name)!.load();
  const start = performance.now();
  const figures = await example.run({ size, seed, data, say: (line) => process.stdout.write(`${line}\n`) });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const result: Result = { example: name, size, seed, seconds, figures, versions: versions() };
  if (results !== null) {
    await mkdir(results, { recursive: true });
    await writeFile(join(results, `${name}-${size}.json`), formatResult(result));
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
