import {
  compile,
  evaluate,
  foriLoop,
  grad,
  isTensor,
  nn,
  random,
  scan,
  tensor,
  tree,
  valueAndGrad,
  zeros,
  type HostArray,
  type Tensor,
} from '@tesserajs/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { parseModel } from './parse-model.js';
import { waves } from './run-function.fixture.js';
import { toOnnx } from './to-onnx.js';

type Values = Record<string, RuntimeTensor>;

/** A model on plain ONNX Runtime. */
class Session {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(bytes: Uint8Array): Promise<Session> {
    return new Session(await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 }));
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  /** Runs the model on those of the values that it takes. */
  async run(values: Values): Promise<Values> {
    const feeds = this.inputNames.map((name) => [name, values[name]!] as const);
    return (await this.#session.run(Object.fromEntries(feeds))) as Values;
  }
}

/** Tensors and numbers of a tree by name, as the runtime takes them. */
async function feed(name: string, value: unknown): Promise<Values> {
  const { leaves, paths } = tree.flatten(value, { numbers: 'leaf' });
  const entries = leaves.map(async (leaf, i) => {
    const path = paths[i] === '' ? name : `${name}.${paths[i]!}`;
    if (!isTensor(leaf)) return [path, new RuntimeTensor('float32', [leaf], [])] as const;
    return [path, new RuntimeTensor(leaf.dtype as 'float32', (await leaf.data()) as Float32Array, leaf.shape)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What begins with one name, under another. */
function renamed(values: Values, from: string, to: string): Values {
  const entries = Object.entries(values).filter(([name]) => name === from || name.startsWith(`${from}.`));
  return Object.fromEntries(entries.map(([name, value]) => [to + name.slice(from.length), value]));
}

async function expectClose(actual: RuntimeTensor | undefined, expected: Tensor): Promise<void> {
  const wanted = Array.from(await expected.data(), Number);
  const values = Array.from(actual!.data as HostArray, Number);
  expect(actual!.dims).toEqual(expected.shape);
  const scale = Math.max(...wanted.map(Math.abs));
  values.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(1e-5 * scale + 1e-6);
  });
}

interface Parameters {
  readonly hidden: { readonly kernel: Tensor; readonly bias: Tensor };
  readonly out: { readonly kernel: Tensor };
}

interface AdamState {
  readonly step: Tensor;
  readonly mean: Parameters;
  readonly square: Parameters;
}

const parameters: Parameters = {
  hidden: { kernel: waves([4, 6], 1), bias: waves([6], 2) },
  out: { kernel: waves([6, 3], 3) },
};
const zerosLike = tree.map((x) => x.mul(0), parameters);
const start: AdamState = { step: tensor(0), mean: zerosLike, square: zerosLike };

function add(a: Parameters, b: Parameters, factor: number): Parameters {
  return tree.map((x, y) => x.mul(factor).add(y!.mul(1 - factor)), a, b);
}

function adam(
  params: Parameters,
  grads: Parameters,
  state: AdamState,
  rate: number,
): { readonly params: Parameters; readonly state: AdamState } {
  const step = state.step.add(1);
  const mean = add(state.mean, grads, 0.9);
  const square = add(
    state.square,
    tree.map((g) => g.square(), grads),
    0.999,
  );
  const correct = (beta: number): Tensor => step.mul(Math.log(beta)).exp().neg().add(1);
  const next = tree.map(
    (w, m, v) =>
      w.sub(
        m!
          .div(correct(0.9))
          .mul(rate)
          .div(v!.div(correct(0.999)).sqrt().add(1e-7)),
      ),
    params,
    mean,
    square,
  );
  return { params: next, state: { step, mean, square } };
}

/** Cross-entropy of a network with one hidden layer, and the share of hits. */
function lossOf(params: Parameters, x: Tensor, labels: Tensor): [Tensor, Tensor] {
  const logits = nn.relu(x.matmul(params.hidden.kernel).add(params.hidden.bias)).matmul(params.out.kernel);
  const targets = nn.oneHot(labels, 3);
  const loss = nn.logSoftmax(logits).mul(targets).sum(1).mean().neg();
  return [loss, logits.argmax(1).equal(labels).cast('float32').mean()];
}

const step = compile(function step(params: Parameters, state: AdamState, x: Tensor, labels: Tensor, rate: number) {
  const [[loss, hits], grads] = valueAndGrad(lossOf, { hasAux: true })(params, x, labels);
  return [adam(params, grads as Parameters, state, rate), loss, hits] as const;
});

const inputNames = ['parameters', 'adam', 'x', 'labels', 'rate'];
const outputNames = ['next', 'loss', 'hits'];
const names = { inputNames, outputNames, batchArgnums: [2, 3] };

function batch(n: number): { readonly x: Tensor; readonly labels: Tensor } {
  const rows = n % 2 === 0 ? 5 : 8;
  return {
    x: waves([rows, 4], n),
    labels: tensor(Int32Array.from({ length: rows }, (_, i) => (i * n) % 3)),
  };
}

const examples = [parameters, start, batch(0).x, batch(0).labels, 0.02] as const;

/** Runs 20 steps of Tessera beside those of `run`, which takes and gives values by name. */
async function expectSameSteps(run: (values: Values) => Promise<Values>): Promise<void> {
  let [params, state] = [parameters, start];
  let values = { ...(await feed('parameters', params)), ...(await feed('adam', state)) };
  const losses: number[] = [];
  for (let n = 0; n < 20; n++) {
    const { x, labels } = batch(n);
    const [next, loss, hits] = step(params, state, x, labels, 0.02);
    ({ params, state } = next);
    const data = { ...(await feed('x', x)), ...(await feed('labels', labels)), ...(await feed('rate', 0.02)) };
    const results = await run({ ...values, ...data });
    await expectClose(results['loss'], loss);
    await expectClose(results['hits'], hits);
    await expectClose(results['next.params.hidden.kernel'], params.hidden.kernel);
    values = { ...renamed(results, 'next.params', 'parameters'), ...renamed(results, 'next.state', 'adam') };
    losses.push(await loss.item());
  }
  expect(losses.at(-2)!).toBeLessThan(losses[0]! / 1.5);
}

/** Names and shapes of what a model takes or gives. */
function signature(bytes: Uint8Array, side: 'input' | 'output'): string[] {
  return parseModel(bytes).graph![side].map(({ name, type }) => {
    const dims = type!.value.case === 'tensorType' ? type!.value.value.shape!.dim : [];
    return `${name} [${dims.map(({ value }) => String(value.value)).join(',')}]`;
  });
}

it('writes a training step whose losses are those of its function', async () => {
  const session = await Session.open(await toOnnx(step, examples, names));
  await expectSameSteps((values) => session.run(values));
});

it('names inputs and outputs by their paths', async () => {
  const bytes = await toOnnx(step, examples, names);
  const [moments, weights] = [
    ['adam.mean', 'adam.square'],
    ['hidden.bias [6]', 'hidden.kernel [4,6]', 'out.kernel [6,3]'],
  ];
  expect(signature(bytes, 'input')).toEqual([
    ...weights!.map((name) => `parameters.${name}`),
    ...moments!.flatMap((name) => weights!.map((weight) => `${name}.${weight}`)),
    'adam.step []',
    'x [batch,4]',
    'labels [batch]',
    'rate []',
  ]);
  expect(signature(bytes, 'output').slice(-3)).toEqual(['next.state.step []', 'loss []', 'hits []']);
});

it('takes the shapes of a compiled step from its last call', async () => {
  const called = compile((w: Tensor, x: Tensor, y: Tensor) =>
    w.sub(grad((v: Tensor) => x.matmul(v).sub(y).square().mean())(w).mul(0.1)),
  );
  const unknown =
    'toOnnx: shapes and dtypes are not known; give example arguments, or a compiled function that was called';
  await expect(toOnnx(called)).rejects.toThrow(unknown);
  await expect(toOnnx({ apply: (x: Tensor) => x } as never)).rejects.toThrow(unknown);
  called(zeros([4, 1]), zeros([8, 4]), zeros([8, 1]));
  const options = { inputNames: ['w', 'x', 'y'], batchArgnums: [1, 2] };
  expect(signature(await toOnnx(called, options), 'input')).toEqual(['w [4,1]', 'x [batch,4]', 'y [batch,1]']);
  const { gradient } = await toOnnx(called, { ...options, split: true });
  expect(signature(gradient, 'output')).toEqual(['gradients [4,1]']);
});

it('gives the results of an object their keys as names, and those of a model its paths', async () => {
  const f = ({ w, x }: { w: Tensor; x: Tensor }, rate: number): object => ({ y: x.matmul(w), all: { w: w.mul(rate) } });
  const bytes = await toOnnx(f, [{ w: zeros([2, 3]), x: zeros([4, 2]) }, 1], { batch: 'fixed' });
  expect(signature(bytes, 'input')).toEqual(['input_0.w [2,3]', 'input_0.x [4,2]', 'input_1 []']);
  expect(signature(bytes, 'output')).toEqual(['all.w [2,3]', 'y [4,3]']);
});

it('writes a step as two models, which compute the same', async () => {
  const files = await toOnnx(step, examples, { ...names, split: true });
  const gradient = await Session.open(files.gradient);
  const update = await Session.open(files.update);
  await expectSameSteps(async (values) => {
    const first = await gradient.run(values);
    return { ...first, ...(await update.run({ ...values, ...first })) };
  });
  expect(signature(files.gradient, 'input')).toEqual([
    'parameters.hidden.bias [6]',
    'parameters.hidden.kernel [4,6]',
    'parameters.out.kernel [6,3]',
    'x [batch,4]',
    'labels [batch]',
  ]);
  expect(signature(files.gradient, 'output')).toEqual([
    'gradients.hidden.bias [6]',
    'gradients.hidden.kernel [4,6]',
    'gradients.out.kernel [6,3]',
    'loss []',
    'hits []',
  ]);
  expect(update.inputNames.filter((name) => !name.startsWith('adam.'))).toEqual([
    'parameters.hidden.bias',
    'parameters.hidden.kernel',
    'parameters.out.kernel',
    'rate',
    'gradients.hidden.bias',
    'gradients.hidden.kernel',
    'gradients.out.kernel',
  ]);
});

it('accumulates gradients over parts of a batch', async () => {
  const files = await toOnnx(step, examples, { ...names, split: true });
  const [gradient, update] = [await Session.open(files.gradient), await Session.open(files.update)];
  const state = { ...(await feed('parameters', parameters)), ...(await feed('adam', start)) };
  const whole = { x: waves([8, 4], 5), labels: tensor(Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1])) };
  const parts = await Promise.all(
    [0, 1].map(async (half) => {
      const x = await feed('x', whole.x.slice([4 * half, 4 * half + 4]));
      return gradient.run({ ...state, ...x, ...(await feed('labels', whole.labels.slice([4 * half, 4 * half + 4]))) });
    }),
  );
  const mean = Object.entries(parts[0]!).map(([name, { data, dims }]) => {
    const other = parts[1]![name]!.data as Float32Array;
    return [
      name,
      new RuntimeTensor(
        'float32',
        (data as Float32Array).map((v, i) => (v + other[i]!) / 2),
        dims,
      ),
    ] as const;
  });
  const results = await update.run({ ...state, ...Object.fromEntries(mean), ...(await feed('rate', 0.02)) });
  const [next] = step(parameters, start, whole.x, whole.labels, 0.02);
  await expectClose(results['next.params.out.kernel'], next.params.out.kernel);
});

it('takes a random key as an int64', async () => {
  const noisy = (w: Tensor, x: Tensor, key: Tensor): [Tensor, Tensor] => {
    const loss = (v: Tensor): Tensor => nn.dropout(x.matmul(v), 0.5, key).square().mean();
    const [value, g] = valueAndGrad(loss)(w);
    return [w.sub(g.mul(0.1)), value];
  };
  const w = waves([4, 3]);
  const bytes = await toOnnx(noisy, [w, zeros([1, 4]), random.key(0)], {
    inputNames: ['w', 'x', 'key'],
    outputNames: ['next', 'loss'],
    batchArgnums: [1],
  });
  const session = await Session.open(bytes);
  const x = waves([6, 4], 2);
  const key = new RuntimeTensor('int64', BigInt64Array.of(42n << 32n), []);
  const results = await session.run({ ...(await feed('w', w)), ...(await feed('x', x)), key });
  const [next, loss] = noisy(w, x, random.key(42));
  await evaluate(next, loss);
  await expectClose(results['loss'], loss);
  await expectClose(results['next'], next);
});

it('passes on to the update what the first model computes from the batch', async () => {
  const polyak = (w: Tensor, x: Tensor): { w: Tensor; loss: Tensor } => {
    const [loss, g] = valueAndGrad((v: Tensor) => x.matmul(v).square().mean())(w);
    return { w: w.sub(g.mul(loss).div(g.square().sum())), loss };
  };
  const w = waves([4, 3]);
  const x = waves([6, 4], 2);
  const files = await toOnnx(polyak, [w, x], { inputNames: ['weights', 'x'], batchArgnums: [1], split: true });
  const [gradient, update] = [await Session.open(files.gradient), await Session.open(files.update)];
  expect(update.inputNames).toEqual(['weights', 'loss', 'gradients']);
  const feeds = { ...(await feed('weights', w)), ...(await feed('x', x)) };
  const results = await update.run({ ...feeds, ...(await gradient.run(feeds)) });
  await expectClose(results['w'], polyak(w, x).w);
});

const squares = (v: Tensor, x: Tensor): Tensor => x.matmul(v).square().mean();

it.each<[what: string, f: (w: Tensor, x: Tensor) => unknown, text: string]>([
  [
    'a step without gradients',
    (w, x) => x.matmul(w),
    'toOnnx: split: the step takes no gradients; take them with grad or valueAndGrad, outside of loops and other transforms',
  ],
  [
    'gradients inside a loop',
    (w, x) => foriLoop(0, 3, (_, v) => v.sub(grad(squares)(v, x)), w),
    'toOnnx: split: the step takes no gradients; take them with grad or valueAndGrad, outside of loops and other transforms',
  ],
  [
    'one update after another',
    (w, x) => {
      const next = w.sub(grad(squares)(w, x));
      return next.sub(grad(squares)(next, x));
    },
    'toOnnx: split: gradients_1 depends on gradients that the step takes before; export each of its updates by itself',
  ],
  [
    'an update that reads the batch',
    (w, x) => w.sub(grad(squares)(w, x).mul(x.max())),
    'toOnnx: split: the update reads x, which belongs to the batch; an update takes gradients, what does not depend on the ' +
      'batch, and what the step returns: return what it needs',
  ],
])('refuses to split %s', async (_, f, text) => {
  const options = { inputNames: ['w', 'x'], batchArgnums: [1], split: true } as const;
  await expect(toOnnx(f, [waves([4, 3]), zeros([1, 4])], options)).rejects.toThrow(
    expect.objectContaining({ name: 'ModelBuildError', message: text }) as Error,
  );
});

it('asks which arguments are the batch, and for names of an object only by its keys', async () => {
  await expect(toOnnx(step, examples)).rejects.toThrow(
    'toOnnx: argument 0 is a tree, not a batch; say which arguments have the batch as axis 0 with { batchArgnums: […] }, ' +
      "or export with { batch: 'fixed' }",
  );
  const f = (x: Tensor): object => ({ y: x });
  await expect(toOnnx(f, [zeros([1, 2])], { outputNames: ['z'] })).rejects.toThrow(
    'toOnnx: the function returns an object, whose keys are the names of the outputs; outputNames (z) are for a tensor or ' +
      'an array',
  );
});

it('writes a step of a recurrent network', async () => {
  const recurrent = (w: Tensor, x: Tensor): { w: Tensor; loss: Tensor } => {
    const loss = (v: Tensor): Tensor => {
      const [last] = scan(
        (h: Tensor, row: Tensor) => [h.matmul(v).add(row).tanh(), h] as const,
        x.at(':', 0).mul(0),
        x.transpose([1, 0, 2]),
      );
      return last.square().mean();
    };
    const [value, g] = valueAndGrad(loss)(w);
    return { w: w.sub(g), loss: value };
  };
  const [w, x] = [waves([3, 3]), waves([5, 4, 3], 2)];
  const session = await Session.open(await toOnnx(recurrent, [w, x], { inputNames: ['v', 'x'], batchArgnums: [1] }));
  const results = await session.run({ ...(await feed('v', w)), ...(await feed('x', x)) });
  await expectClose(results['w'], recurrent(w, x).w);
});
