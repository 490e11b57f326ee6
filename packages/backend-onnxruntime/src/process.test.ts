import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundle, type Bundle } from './bundle.fixture.js';
import { runFile } from './child.fixture.js';

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const quiet = `
  import { compile, grad, nn, setBackend, takeAlongAxis, tensor, zeros } from '@tesserajs/tensor';
  import { onnxruntime } from '@tesserajs/backend-onnxruntime';
  setBackend(onnxruntime());
  const pick = compile((x, at) => takeAlongAxis(x, at, 0).exp());
  const table = zeros([3000]);
  const outside = tensor(new Int32Array([0, 3000]));
  const read = (value) => value.data().then(() => console.log('read'), (error) => console.log(error.name));
  await read(pick(table, outside));
  await read(grad((x) => takeAlongAxis(x, outside, 0).square().sum())(table.add(1)));
  await read(nn.conv(zeros([1, 20, 20, 3]), zeros([3, 3, 3, 4])).sum());
  // a result that nobody reads fails in silence
  pick(table, outside);
  await read(pick(table, tensor(new Int32Array([0, 2999]))));`;

const steps = 3000;

/** Prints by how many bytes a step lets the process grow. */
const training = (worker: boolean): string => `
  import { compile, random, setBackend, tree, valueAndGrad, zeros } from '@tesserajs/tensor';
  import { onnxruntime } from '@tesserajs/backend-onnxruntime';
  setBackend(onnxruntime({ worker: ${worker} }));
  const loss = ({ w, b, v }, x) => x.matmul(w).add(b).relu().matmul(v).square().mean();
  const step = compile((state, x) => {
    const [value, gradients] = valueAndGrad(loss)(state, x);
    return [tree.map((p, g) => p.sub(g.mul(1e-3)), state, gradients), value];
  }, { donate: [0] });
  const batches = [random.normal(random.key(1), [32, 64]), random.normal(random.key(4), [32, 64])];
  let state = {
    w: random.normal(random.key(2), [64, 64]),
    b: zeros([64]),
    v: random.normal(random.key(3), [64, 64]),
  };
  const memory = async (count) => {
    let value;
    for (let i = 0; i < count; i++) {
      [state, value] = step(state, batches[i % 2]);
      await value.item();
    }
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
    gc();
    return process.memoryUsage().rss;
  };
  await memory(${steps});
  const before = await memory(100);
  const after = await memory(${steps});
  console.log((after - before) / ${steps});`;

let files: Bundle;

beforeAll(async () => {
  files = await bundle({ quiet, 'training-in-thread': training(false), 'training-in-worker': training(true) });
});

afterAll(() => {
  files.remove();
});

it('writes nothing to standard error, also when runs fail', async () => {
  const { code, stdout, stderr } = await runFile(files.url('quiet'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual(['ExecutionError', 'ExecutionError', 'read', 'read', '']);
});

it.each(['thread', 'worker'])('keeps no memory of the steps of a training loop in a %s', async (place) => {
  const { code, stdout, stderr } = await runFile(files.url(`training-in-${place}`), { node: ['--expose-gc'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const bytesPerStep = Number(stdout);
  console.log(`${Math.round(bytesPerStep)} bytes per step in a ${place}`);
  // The state is 33 kB: keeping the results of each step would show.
  expect(bytesPerStep).toBeLessThan(8000);
});
