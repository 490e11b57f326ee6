import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSample } from './run-sample.js';

const site = fileURLToPath(new URL('..', import.meta.url));
const cache = join(site, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'training-step-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Nested = number | readonly Nested[];
type Values = Record<string, ort.Tensor>;
type Model = (values: Values) => Promise<Values>;

interface Training {
  readonly start: Readonly<Record<string, Nested>>;
  readonly learningRate: number;
  readonly steps: readonly { readonly x: Nested; readonly labels: Nested; readonly loss: number }[];
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

function toTensor(value: Nested, type: keyof typeof arrays = 'float32'): ort.Tensor {
  const dims: number[] = [];
  const data: number[] = [];
  for (let part = value; typeof part !== 'number'; part = part[0]!) dims.push(part.length);
  const collect = (part: Nested): void => {
    if (typeof part === 'number') data.push(part);
    else part.forEach(collect);
  };
  collect(value);
  return new ort.Tensor(type, arrays[type].from(data) as Float32Array, dims);
}

async function open(file: string): Promise<Model> {
  const session = await ort.InferenceSession.create(join(folder, file));
  return async (values) => {
    const feeds = session.inputNames.map((name) => [name, values[name]!] as const);
    return { ...(await session.run(Object.fromEntries(feeds))) };
  };
}

/** The losses of all steps; `step` takes and gives values by name. */
async function train(step: Model, { start, learningRate, steps }: Training): Promise<number[]> {
  let values: Values = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, toTensor(value)]));
  const losses: number[] = [];
  for (const [i, { x, labels }] of steps.entries()) {
    const inputs = { x: toTensor(x), labels: toTensor(labels, 'int32') };
    const numbers = { learningRate: toTensor(learningRate, 'float64'), count: toTensor(i + 1, 'float64') };
    const results = await step({ ...values, ...inputs, ...numbers });
    const next = Object.entries(results).filter(([name]) => name.startsWith('next'));
    values = Object.fromEntries(next.map(([name, value]) => [name[4]!.toLowerCase() + name.slice(5), value]));
    losses.push(Number(results['loss']!.data[0]));
  }
  return losses;
}

function expectClose(losses: readonly number[], { steps }: Training): void {
  expect(losses).toHaveLength(20);
  losses.forEach((loss, i) => {
    expect(Math.abs(loss - steps[i]!.loss)).toBeLessThanOrEqual(1e-5 * steps[i]!.loss);
  });
}

let training: Training;

beforeAll(() => {
  const code = readFileSync(join(site, 'examples/training-step.ts'), 'utf8');
  expect(runSample(code, folder)).toBeUndefined();
  training = JSON.parse(readFileSync(join(folder, 'training.json'), 'utf8')) as Training;
}, 60_000);

it('the exported step trains as Tessera does', async () => {
  expectClose(await train(await open('step.onnx'), training), training);
  expect(training.steps.at(-1)!.loss).toBeLessThan(training.steps[0]!.loss / 2);
});

it('so do its two halves', async () => {
  const [gradient, update] = [await open('gradient.onnx'), await open('update.onnx')];
  const inTwo: Model = async (values) => {
    const first = await gradient(values);
    return { ...first, ...(await update({ ...values, ...first })) };
  };
  expectClose(await train(inTwo, training), training);
});
