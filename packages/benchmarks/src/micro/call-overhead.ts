import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { compile, evaluate, tensor, withBackend, type Tensor } from '@tesserajs/tensor';
import { InferenceSession } from 'onnxruntime-node';
import { takeTurns } from './measure.js';

const rounds = 60;
const sampleMilliseconds = 10;
const elements = 64;

type Run = InferenceSession['run'];

/** Calls `f` and gives what it asked the runtime for: the same session, feeds and fetches, to be run again. */
async function recordRun(f: () => Promise<unknown>): Promise<() => Promise<unknown>> {
  const { prototype } = InferenceSession as unknown as { prototype: { run: Run } };
  const { run } = prototype;
  const runs: (() => Promise<unknown>)[] = [];
  prototype.run = function (this: InferenceSession, ...request: Parameters<Run>) {
    runs.push(() => run.apply(this, request).catch(() => undefined)); // a call that wants no copies of results fails
    return run.apply(this, request);
  } as Run;
  try {
    await f();
  } finally {
    prototype.run = run;
  }
  if (runs.length !== 1) throw new Error(`${runs.length} sessions ran on ONNX Runtime instead of one`);
  return runs[0]!;
}

/** Processor microseconds of a call, and of what it asks the runtime for. */
async function compare(call: () => Promise<unknown>): Promise<{ run: number; above: number }> {
  for (let i = 0; i < 1000; i++) await call();
  const bare = await recordRun(call);
  for (let i = 0; i < 1000; i++) await bare();
  const [ours, run] = (await takeTurns([call, bare], rounds, sampleMilliseconds)) as [number, number];
  return { run: run * 1000, above: (ours - run) * 1000 };
}

/** What a call of a compiled function costs above the runtime's own call, by the number of tensors that go in and out. */
async function main(): Promise<void> {
  const backend = onnxruntime({ threads: 1 });
  const change = tensor(new Float32Array(elements).fill(1e-3));
  for (const donate of [true, false]) {
    for (const count of [1, 4, 16, 64]) {
      const step = compile((state: readonly Tensor[], x: Tensor) => state.map((one) => one.add(x)), {
        donate: donate ? [0] : [],
      });
      let state: readonly Tensor[] = Array.from({ length: count }, () => tensor(new Float32Array(elements)));
      const call = async (): Promise<void> => {
        const next = withBackend(backend, () => step(state, change));
        if (donate) state = next;
        await evaluate(...next);
      };
      const { run, above } = await compare(call);
      const tensors = 2 * count + 1;
      console.log(
        `${String(tensors).padStart(3)} tensors${donate ? ', donated' : ''}: session.run ${run.toFixed(1)} µs, ` +
          `the call ${above.toFixed(1)} µs more; aim: at most ${20 + tensors}`,
      );
    }
  }
}

await main();
