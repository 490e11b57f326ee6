import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { quantile } from '../statistics.js';

const processes = 15;

/** Milliseconds of one process, after its imports. */
async function measure(): Promise<void> {
  const { ones, setBackend } = await import('@tesserajs/tensor');
  const { onnxruntime } = await import('@tesserajs/backend-onnxruntime');
  const start = performance.now();
  setBackend(onnxruntime());
  await ones([100, 100]).exp().sum().item();
  console.log(performance.now() - start);
}

/** Milliseconds from the end of the imports until a program has its first result: the median of new processes. */
function main(): void {
  const file = fileURLToPath(import.meta.url);
  const run = (): number => Number(execFileSync(process.execPath, [file, 'measure'], { encoding: 'utf8' }));
  run(); // reads the files for the first time
  const samples = Array.from({ length: processes }, run);
  const [median, slowest] = [quantile(samples, 0.5), Math.max(...samples)];
  console.log(`first result: ${median.toFixed(0)} ms, slowest of ${processes} processes ${slowest.toFixed(0)} ms`);
}

if (process.argv[2] === 'measure') await measure();
else main();
