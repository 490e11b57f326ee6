import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundle, type Bundle } from './bundle.fixture.js';
import { runFile } from './child.fixture.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const imports = `
  import * as t from '@tesserajs/tensor';
  import { onnxruntime } from '@tesserajs/backend-onnxruntime';
  const { compile, evaluate, grad, nn, ones, random, setBackend, takeAlongAxis, tensor, withBackend, zeros } = t;
  const show = (read) => read.then(
    (value) => console.log(typeof value === 'number' ? Math.round(value) : 'value'),
    (error) => console.log(error.name + ': ' + error.message.replace(/[0-9]+ live tensors.*/, 'totals')),
  );
`;

interface Program {
  readonly program: string;
  readonly printed: readonly string[];
  /** The code with which it ends. Default 0. */
  readonly code?: number;
}

/** Programs that meet a fault, and what each prints before it ends. */
const programs: Record<string, Program> = {
  'memory that is not there': {
    program: `
      setBackend(onnxruntime({ threads: 1 }));
      const n = 30000;
      const x = tensor(new Float32Array(n));
      const table = (x) => x.reshape([n, 1]).mul(x.reshape([1, n]));
      await show(compile((x) => table(x).exp().sum())(x).item());
      await show(evaluate(compile(table)(x)));
      await show(table(x).sum().item());
      await show(ones([5000]).mul(2).sum().item());`,
    printed: [
      'OutOfMemoryError: onnxruntime: mul: Failed to allocate memory for requested buffer of size 3600000000; totals',
      'OutOfMemoryError: onnxruntime: no memory for float32 [30000,30000], 3600000000 bytes; totals',
      'OutOfMemoryError: onnxruntime: mul: Failed to allocate memory for requested buffer of size 3600000000; totals',
      '10000',
    ],
  },
  'a session that cannot be created': {
    program: `
      import { InferenceSession } from 'onnxruntime-node';
      setBackend(onnxruntime({ threads: 1 }));
      const { create } = InferenceSession;
      const f = compile((x) => x.mul(3).sum());
      const x = ones([5000]);
      await show(f(x.add(0)).item());
      InferenceSession.create = (model, ...rest) => create.call(InferenceSession, model.fill(255, 20, 60), ...rest);
      const broken = compile((y) => y.mul(3).sum());
      const wide = tensor(new Float32Array(6000).fill(1));
      await show(broken(wide).item());
      await show(wide.exp().sum().item());
      InferenceSession.create = create;
      await show(f(x).item());
      await show(broken(wide).item());`,
    printed: [
      '15000',
      'ExecutionError: onnxruntime: Failed to load model because protobuf parsing failed.',
      'ExecutionError: onnxruntime: Failed to load model because protobuf parsing failed.',
      '15000',
      '18000',
    ],
  },
  'indices out of range': {
    program: `
      setBackend(onnxruntime({ threads: 1 }));
      const x = ones([3000, 4]);
      const index = (i) => tensor(Int32Array.of(0, i));
      const functions = [
        compile((x, i) => x.at(i).sum()),
        compile((x, i) => takeAlongAxis(x, i.reshape([2, 1]).broadcastTo([2, 4]), 0).sum()),
        compile((x, i) => x.addAt([i], 1).sum()),
        compile((x, i) => x.set([i], 2).sum()),
        compile((x, i) => nn.embedding(i, x).sum()),
        compile(grad((x, i) => x.at(i).square().sum())),
      ];
      for (const f of functions) {
        const failed = await f(x, index(3000)).data().then(() => 'read', ({ name }) => name);
        const result = (await f(x, index(2999)).data())[0];
        console.log(failed, result);
      }`,
    printed: [
      'ExecutionError 8',
      'ExecutionError 8',
      'ExecutionError 12008',
      'ExecutionError 12008',
      'ExecutionError 8',
      'ExecutionError 2',
    ],
  },
  'NaN in the loop': {
    program: `
      setBackend(onnxruntime({ threads: 2 }));
      const loss = (w, x) => nn.softmax(x.matmul(w).relu()).log().square().mean();
      const step = compile((w, x, rate) => w.sub(grad(loss)(w, x).mul(rate)), { donate: [0] });
      const x = random.normal(random.key(0), [64, 64]);
      let w = random.normal(random.key(1), [64, 64]);
      for (let i = 0; i < 50; i++) w = step(w, x, i < 5 ? 0.1 : Infinity);
      console.log((await w.data()).every(Number.isNaN));
      const picked = compile((w, x) => x.at(w.sum(1).argmax(0)).add(x.at(w.sum().cast('int32'))).sum())(w, x);
      await show(picked.data());
      await show(evaluate(t.sort(w, 1), t.topK(w, 3).values, w.max(), w.argmin(1), w.cast('int32'), w.greater(0)));
      const doubled = compile((w) => t.whileLoop((v) => v.sum().less(1e9), (v) => v.mul(2), w));
      console.log(Number.isNaN(await doubled(w).sum().item()));
      await show(doubled(ones([64, 64])).sum().item());`,
    printed: ['true', 'value', 'value', 'true', '1073741824'],
  },
  'two backends in one process': {
    program: `
      const [one, two] = [onnxruntime({ threads: 1 }), onnxruntime({ threads: 2, outputs: 'copied' })];
      const loss = (w, x) => x.matmul(w).square().mean();
      const step = compile((w, x) => w.sub(grad(loss)(w, x).mul(0.01)), { donate: [0] });
      const x = random.normal(random.key(0), [64, 64]);
      const w = random.normal(random.key(1), [64, 64]);
      const train = async (backends) => {
        let state = w.add(0);
        for (let i = 0; i < 20; i++) state = withBackend(backends[i % backends.length], () => step(state, x));
        return state.data();
      };
      const [a, b, c] = await Promise.all([train([one]), train([two]), train([one, two, t.referenceBackend])]);
      const far = (p, q) => p.some((value, i) => Math.abs(value - q[i]) > 1e-4);
      console.log(far(a, b), far(a, c));
      const broken = withBackend(two, () => takeAlongAxis(x, x.cast('int32').add(64), 0)).data().catch(({ name }) => name);
      console.log(await broken, (await train([one])).length);`,
    printed: ['false false', 'ExecutionError 4096'],
  },
  'worker threads with sessions of their own': {
    program: `
      import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
      if (isMainThread) {
        const ended = Array.from({ length: 8 }, (_, i) => new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: i });
          let message;
          worker.on('message', (value) => (message = value)).on('error', reject);
          worker.on('exit', (code) => resolve(code + ' ' + message));
        }));
        for (const line of new Set(await Promise.all(ended))) console.log(line);
      } else {
        setBackend(onnxruntime({ threads: 2 }));
        const loss = (w, x) => x.matmul(w).square().mean();
        // all weights stay equal, and lose 2 % in each step
        const step = compile((w, x) => w.sub(grad(loss)(w, x)), { donate: [0] });
        const x = ones([128, 64]).mul(0.1);
        let w = ones([64, 64]);
        for (let i = 0; i < 30; i++) w = step(w, x);
        const failed = await takeAlongAxis(x, x.cast('int32').add(128), 0).data().catch(({ name }) => name);
        parentPort.postMessage(failed + ' ' + Math.round(await step(w, x).sum().item()));
        if (workerData === 3) process.exit(5);
      }`,
    printed: [`0 ExecutionError ${Math.round(4096 * 0.98 ** 31)}`, `5 ExecutionError ${Math.round(4096 * 0.98 ** 31)}`],
  },
  'a process that ends while a worker is there': {
    program: `
      setBackend(onnxruntime({ worker: true }));
      const sums = Array.from({ length: 3 }, (_, i) => ones([3000]).mul(i).sum().item());
      console.log((await Promise.all(sums)).join(' '));
      await show(takeAlongAxis(ones([3000]), tensor(Int32Array.of(3000)), 0).data());
      ones([4000]).mul(2).exp().sum().item().then(Math.round).then(console.log);`,
    printed: ['0 3000 6000', 'ExecutionError: onnxruntime: takeAlongAxis: an index is out of range', '29556'],
  },
  'a process that ends while a worker runs a graph': {
    program: `
      setBackend(onnxruntime({ worker: true }));
      const step = compile((x) => x.matmul(x).tanh(), { donate: [0] });
      let x = random.normal(random.key(0), [800, 800]);
      x = step(x);
      await evaluate(x);
      console.log('begin');
      for (let i = 0; i < 20; i++) x = step(x);
      setTimeout(() => process.exit(3), 20);`,
    printed: ['begin'],
    code: 3,
  },
};

let files: Bundle;
const names = Object.keys(programs);

beforeAll(async () => {
  const texts = names.map((name, i) => [`program-${i}`, imports + programs[name]!.program] as const);
  files = await bundle(Object.fromEntries(texts));
});

afterAll(() => {
  files.remove();
});

const limits: Record<string, number> = { 'memory that is not there': 3_000_000 };

it.each(names)('survives %s, without a word on standard error', async (name) => {
  const file = files.url(`program-${names.indexOf(name)}`);
  const { code, stdout, stderr } = await runFile(file, { kilobytes: limits[name] ?? null });
  expect({ code, stderr, printed: stdout.trim().split('\n') }).toEqual({
    code: programs[name]!.code ?? 0,
    stderr: '',
    printed: programs[name]!.printed,
  });
});
