/** What each published package has to do when it is installed from its tarball. */
export interface SmokeProgram {
  /** Other packages that its users install beside it, ours by their short name. */
  readonly beside: readonly string[];
  /** An async function body: `m` is the package, `tensor` is @tesserajs/tensor; what it returns is printed as JSON. */
  readonly run: string;
  /** What `run` returns. */
  readonly result: unknown;
  /** TypeScript that a user writes, beside `import * as m`; no types of Node are there. */
  readonly types: string;
  /** True for a package whose work needs Node: elsewhere it has to bundle and load, no more. */
  readonly nodeOnly?: boolean;
}

export const smokePrograms: Record<string, SmokeProgram> = {
  tensor: {
    beside: [],
    run: `
      const [value, gradient] = m.valueAndGrad((w) => w.square().sum())(m.tensor([1, 2, 3]));
      return [await value.item(), await gradient.array()];`,
    result: [14, [2, 4, 6]],
    types: 'export const gradient: m.Tensor = m.grad((w: m.Tensor) => w.square().sum())(m.tensor([1]));',
  },
  onnx: {
    beside: ['tensor'],
    run: `
      const bytes = await m.toOnnx((x) => x.matmul(tensor.ones([2, 3])).relu(), [tensor.zeros([1, 2])]);
      return m.printModel(m.parseModel(bytes)).includes('output output: float32[batch, 3]');`,
    result: true,
    types: 'export const parse: (bytes: Uint8Array) => m.ModelProto = m.parseModel;',
  },
  'backend-onnxruntime': {
    beside: ['tensor', 'onnxruntime-node'],
    run: `
      const double = tensor.compile((x) => x.mul(2));
      const y = tensor.withBackend(m.onnxruntime({ threads: 1 }), () => double(tensor.ones([2])));
      const z = tensor.withBackend(m.onnxruntime({ threads: 1, worker: true }), () => double(tensor.ones([2])));
      return [await y.array(), String(y), await z.array()];`,
    result: [[2, 2], 'Tensor(float32 [2], onnxruntime, [2, 2])', [2, 2]],
    types: 'export const name: string = m.onnxruntime({ threads: 1 }).name;',
    nodeOnly: true,
  },
  layers: {
    beside: ['tensor'],
    run: `
      const model = m.sequential([m.dense({ units: 4, activation: 'relu' }), m.dense({ units: 1 })], { inputShape: [2] });
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      const x = tensor.random.uniform(tensor.random.key(0), [32, 2]);
      const { history } = await model.fit(x, x.sum(1, { keepDims: true }), { epochs: 5, verbose: 0 });
      return [history.loss[4] < history.loss[0], (await model.predict(x)).shape];`,
    result: [true, [32, 1]],
    types: "export const model: m.Sequential = m.sequential([m.dense({ units: 1, activation: 'relu' })]);",
  },
  data: {
    beside: ['tensor'],
    run: `
      const bytes = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);
      return Array.from(m.parseIdx(bytes).data);`,
    result: [7, 8, 9],
    types: 'export const first: number = Number(m.parseIdx(new Uint8Array()).data[0]);',
  },
};
