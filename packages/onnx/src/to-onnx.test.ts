import {
  arange,
  concat,
  cond,
  foriLoop,
  full,
  grad,
  map,
  maximum,
  moduleBrand,
  nn,
  random,
  scan,
  takeAlongAxis,
  tensor,
  where,
  whileLoop,
  zeros,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { elementTypeCode, elementTypes } from './elements.js';
import { parseModel } from './parse-model.js';
import { expectLike, runBytes, waves } from './run-function.fixture.js';
import { toOnnx, type ToOnnxOptions } from './to-onnx.js';

/** A network as other packages write them: parameters in fields, and a method that applies it. */
class Network {
  readonly [moduleBrand] = true;
  readonly layers: readonly { kernel: Tensor; bias: Tensor }[];

  constructor(...sizes: number[]) {
    this.layers = sizes
      .slice(1)
      .map((size, i) => ({ kernel: waves([sizes[i]!, size], i), bias: waves([size], i + 9) }));
  }

  apply(x: Tensor): Tensor {
    return this.layers.reduce((h, { kernel, bias }) => h.matmul(kernel).add(bias).tanh(), x);
  }
}

const kernel = waves([3, 3, 2, 4]);
const w = waves([6, 3]);

/** A recurrent layer that closes over its weights: [batch, steps, 6] → [batch, 3]. */
const recurrent = (x: Tensor): Tensor => {
  const first = x
    .slice(null, [0, 1])
    .sum([1, 2])
    .expandDims(1)
    .mul(zeros([1, 3]));
  const step = (h: Tensor, v: Tensor): readonly [Tensor, Tensor] => {
    const next = h
      .matmul(waves([3, 3]))
      .add(v.matmul(w))
      .tanh();
    return [next, next];
  };
  const [last, all] = scan(step, first, x.transpose([1, 0, 2]), { reverse: true });
  return all.max([0]).sub(last);
};

const functions: readonly [name: string, examples: readonly Shape[], f: (...x: Tensor[]) => Tensor][] = [
  [
    'a dense layer',
    [[6]],
    (x) =>
      x!
        .matmul(w)
        .add(waves([3]))
        .relu(),
  ],
  ['a loop over steps', [[5, 6]], (x) => recurrent(x!)],
  [
    'a loop over the batch, with a branch in it',
    [[6]],
    (x) =>
      map(
        (row: Tensor) =>
          cond(
            row.sum().greater(0),
            (v: Tensor) => v.exp(),
            (v: Tensor) => v.neg(),
            row,
          ),
        x!,
      ),
  ],
  [
    'a loop until all are large',
    [[6]],
    (x) =>
      whileLoop(
        (v) => v.abs().max().less(10),
        (v) => v.mul(2).add(x!),
        x!,
      ),
  ],
  [
    'a convolution, a pool and a flattening',
    [[8, 8, 2]],
    (x) => {
      const h = nn.maxPool(
        nn
          .conv(x!, kernel, { padding: 'same' })
          .add(waves([4]))
          .relu(),
        2,
      );
      return nn.softmax(h.reshape([h.shape[0]!, -1]).matmul(waves([64, 5])));
    },
  ],
  ['flattening a batch of sequences, and back', [[4, 6]], (x) => x!.reshape([-1, 6]).matmul(w).reshape([-1, 4, 3])],
  ['a reshape to batch · 2 rows', [[4, 6]], (x) => x!.reshape([x!.shape[0]! * 2, 12]).sum(1)],
  [
    'a reshape with two open sizes',
    [[6]],
    (x) => x!.matmul(x!.transpose()).reshape([x!.shape[0]!, 1, x!.shape[0]!]).add(1),
  ],
  ['repeating to the batch', [[3]], (x) => x!.sum(0).broadcastTo(x!.shape)],
  ['repeating beside the batch', [[3]], (x) => x!.sum(1, { keepDims: true }).broadcastTo([x!.shape[0]!, 4])],
  [
    'a repeated value of the batch',
    [[3]],
    (x) => concat([full([x!.shape[0]!, 2], 0.5).mul(x!.sum(1, { keepDims: true })), x!], 1),
  ],
  ['joining along the batch', [[3]], (x) => concat([x!, x!.mul(2), waves([2, 3])])],
  ['a sum over the batch', [[3]], (x) => x!.sum(0)],
  ['constants that are no numbers', [[3]], (x) => where(x!.greater(2), NaN, where(x!.less(-2), -Infinity, x!))],
  ['a largest element of the batch', [[3]], (x) => maximum(x!, x!.max(0))],
  ['a mean over the batch', [[3]], (x) => x!.sub(x!.mean(0))],
  [
    'a standard error over the batch',
    [[3]],
    (x) => x!.div(x!.variance(0, { correction: -1 }).add(1).sqrt().div(x!.shape[0]!)),
  ],
  [
    'all but the last two examples, and the last in reverse',
    [[3]],
    (x) => {
      const twice = concat([x!, x!.exp(), x!.sin()]);
      return twice
        .slice([null, -2])
        .sum(0)
        .add(twice.slice([-1, null, -1]))
        .add(twice.slice([x!.shape[0]!, null]).max(0));
    },
  ],
  ['numbers of the examples', [[3]], (x) => x!.add(arange(x!.shape[0]!).cast('float32').expandDims(1))],
  ['as many steps as examples', [[3]], (x) => foriLoop(0, x!.shape[0]!, (_, y) => y.mul(1.5).add(x!), x!)],
  [
    'the gradient of slices',
    [[3, 6]],
    (x) => grad((y: Tensor) => y.slice([1, null], null, [null, null, 2]).exp().sum())(x!),
  ],
  ['slices of other axes', [[5, 3]], (x) => x!.slice(null, [1, 4], [null, null, -1])],
  ['a transpose that moves the batch', [[3, 4]], (x) => x!.transpose([2, 0, 1]).mul(waves([3]))],
  ['two inputs', [[3], [3]], (x, y) => x!.mul(y!).sum(1)],
  ['indices per row', [[5]], (x) => takeAlongAxis(x!, x!.argmax(1, { keepDims: true }), 1)],
  ['its input as it is', [[3]], (x) => x!],
  ['casts and comparisons', [[5]], (x) => x!.mul(300).cast('uint8').cast('float32').add(x!.greater(0).cast('float32'))],
  ['sigmoid and division', [[5]], (x) => x!.sigmoid().div(x!.square().add(1)).pow(1.5)],
];

it.each(functions)('exports %s with an open batch', async (_, rows, f) => {
  const examples = (batch: number): Tensor[] => rows.map((shape, i) => waves([batch, ...shape], batch + i));
  const bytes = await toOnnx(f, examples(2));
  const name = (i: number): string => (rows.length === 1 ? 'input' : `input_${i}`);
  for (const batch of [1, 2, 5, 13]) {
    const inputs = examples(batch);
    const feeds = Object.fromEntries(inputs.map((input, i) => [name(i), input]));
    const { output } = await runBytes(bytes, feeds);
    await expectLike(output, f(...inputs));
  }
});

it.each(functions)('exports %s with a fixed batch', async (_, rows, f) => {
  const inputs = rows.map((shape, i) => waves([3, ...shape], i));
  const bytes = await toOnnx(f, inputs, {
    batch: 'fixed',
    inputNames: rows.map((__, i) => `x${i}`),
    outputNames: ['y'],
  });
  const { y } = await runBytes(bytes, Object.fromEntries(inputs.map((input, i) => [`x${i}`, input])));
  await expectLike(y, f(...inputs));
  const { graph } = parseModel(bytes);
  const sizes = graph!.input.flatMap(({ type }) =>
    type!.value.case === 'tensorType' ? type!.value.value.shape!.dim : [],
  );
  expect(sizes.map(({ value }) => value.case)).toEqual(sizes.map(() => 'dimValue'));
});

/** Shapes of the inputs and outputs of a model. */
function signature(bytes: Uint8Array): string[] {
  const { graph } = parseModel(bytes);
  return [...graph!.input, ...graph!.output].map(({ name, type }) => {
    const dims = type!.value.case === 'tensorType' ? type!.value.value.shape!.dim : [];
    return `${name} [${dims.map(({ value }) => String(value.value)).join(',')}]`;
  });
}

it('says how sizes follow from the batch', async () => {
  const f = (x: Tensor, y: Tensor): Tensor[] => [
    x.add(y).reshape([-1, 2]),
    concat([x, waves([3, 4])]),
    x.matmul(y.transpose()),
    y.sum(),
  ];
  const bytes = await toOnnx(f, [zeros([1, 4]), zeros([1, 4])], {
    outputNames: ['halves', 'joined', 'pairs', 'total'],
  });
  expect(signature(bytes)).toEqual([
    'input_0 [batch,4]',
    'input_1 [batch,4]',
    'halves [2*batch,2]',
    'joined [batch+3,4]',
    'pairs [batch,batch]',
    'total []',
  ]);
});

it('names the weights of a model by their paths', async () => {
  const model = new Network(6, 5, 3);
  const bytes = await toOnnx(model, [zeros([1, 6])], { metadata: { author: 'Ada' }, opset: 20 });
  const { graph, metadataProps, opsetImport } = parseModel(bytes);
  const weights = graph!.initializer.map(({ name, dims }) => `${name} [${dims.join()}]`).sort();
  expect(weights).toEqual(['layers.0.bias [5]', 'layers.0.kernel [6,5]', 'layers.1.bias [3]', 'layers.1.kernel [5,3]']);
  expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([['author', 'Ada']]);
  expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 20n]]);
  const x = waves([4, 6]);
  const { output } = await runBytes(bytes, { input: x });
  await expectLike(output, model.apply(x));
});

it('writes the body of a composite whose operator the version lacks', async () => {
  const operators = async (opset: number): Promise<string[]> => {
    const bytes = await toOnnx((x: Tensor) => nn.gelu(x, { approximate: 'tanh' }), [zeros([1, 3])], { opset });
    return parseModel(bytes).graph!.node.map(({ opType }) => opType);
  };
  expect(await operators(20)).toEqual(['Gelu']);
  expect(await operators(19)).toContain('Tanh');
});

it('names what a function uses from outside by number, and keeps every dtype', async () => {
  for (const dtype of elementTypes) {
    const weight = tensor([[1, 0, 1]], { dtype });
    const f = (x: Tensor): Tensor => concat([x.cast(dtype), weight]).cast('float32');
    const bytes = await toOnnx(f, [zeros([1, 3])]);
    const { name, dataType } = parseModel(bytes).graph!.initializer.find(({ dims }) => dims.length === 2)!;
    expect([name, dataType]).toEqual(['weight_0', elementTypeCode(dtype)]);
    const { output } = await runBytes(bytes, { input: tensor([[0, 1, 1]]) });
    expect(output!.data).toEqual([0, 1, 1, 1, 0, 1]);
  }
});

it('writes equal models as equal bytes', async () => {
  const write = (): Promise<Uint8Array> => toOnnx(new Network(6, 5, 3), [zeros([1, 6])]);
  expect(await write()).toEqual(await write());
});

it.each<[name: string, f: (...x: Tensor[]) => unknown, examples: Tensor[], options: ToOnnxOptions, text: string]>([
  [
    'a scalar input',
    (x) => x!.add(1),
    [zeros([])],
    {},
    'toOnnx: argument 0 holds a scalar, which has no batch axis; leave it out of batchArgnums, or export with ' +
      "{ batch: 'fixed' }",
  ],
  [
    'a batch that no argument has',
    (x) => x!.add(1),
    [zeros([3])],
    { batchArgnums: [1] },
    'toOnnx: batchArgnums 1 is out of range for 1 arguments',
  ],
  [
    'a number that follows the batch by no rule',
    (x) => x!.mul(Math.log(x!.shape[0]!)),
    [zeros([1, 3])],
    {},
    'toOnnx: a constant of float32 is 1.9459101490553132, 2.5649493574615367, 6.9167150203536085 for batches of 7, 13, ' +
      '1009, which is no power of a multiple of the batch size plus a number; compute it from an input, or export with ' +
      "{ batch: 'fixed' }",
  ],
  [
    'the first 32 of a batch that may be smaller',
    (x) => x!.slice([0, 32]),
    [zeros([1, 3])],
    {},
    'toOnnx: batch sizes 7 and 1009 give 0 and 1 operations; make the function independent of it, or export with ' +
      "{ batch: 'fixed' }",
  ],
  [
    'every second example',
    (x) => x!.slice([null, null, 2]),
    [zeros([1, 3])],
    {},
    'toOnnx: axis 0 of [4,3] is 4, 7 and 505 for batches of 7, 13 and 1009, which is no multiple of the batch size plus a ' +
      "number; export with { batch: 'fixed' }",
  ],
  [
    'more operations for a larger batch',
    (x) => Array.from({ length: x!.shape[0]! }).reduce<Tensor>((y) => y.exp(), x!),
    [zeros([1, 3])],
    {},
    'toOnnx: batch sizes 7 and 13 give 7 and 13 operations; make the function independent of it, or export with ' +
      "{ batch: 'fixed' }",
  ],
  [
    'other operations for a larger batch',
    (x) => (x!.shape[0]! > 10 ? x!.exp() : x!.log()),
    [zeros([1, 3])],
    {},
    'toOnnx: another batch size gives other operations (log, exp); make the function independent of it, or export with ' +
      "{ batch: 'fixed' }",
  ],
  [
    'a random key from outside',
    (x) => nn.dropout(x!, 0.5, random.foldIn(random.key(1), x!.sum().cast('int32'))),
    [zeros([1, 3])],
    {},
    'toOnnx: a random key from outside would give the same numbers in every run; pass the key as an argument',
  ],
  [
    'random numbers from a key outside',
    (x) => nn.dropout(x!, 0.5, random.key(1)),
    [zeros([1, 3])],
    {},
    'toOnnx: a tensor that does not depend on the inputs follows the batch size: float32 [7,3]; compute it from an ' +
      "input, or export with { batch: 'fixed' }",
  ],
  [
    'a tensor made from the batch size',
    (x) => x!.mul(tensor([x!.shape[0]!])),
    [zeros([1, 3])],
    {},
    'toOnnx: a tensor that does not depend on the inputs follows the batch size: float32 [1]; compute it from an ' +
      "input, or export with { batch: 'fixed' }",
  ],
  [
    'more tensors for a larger batch',
    (x) => (x!.shape[0]! > 10 ? x!.add(w.sum()).mul(kernel.sum()) : x!.add(w.sum()).mul(2)),
    [zeros([1, 3])],
    {},
    'toOnnx: another batch size uses other tensors from outside (1, 2); make the function independent of it, or export ' +
      "with { batch: 'fixed' }",
  ],
  [
    'two inputs of one name',
    (x, y) => x!.add(y!),
    [zeros([1, 3]), zeros([1, 3])],
    { inputNames: ['x', 'x'] },
    'input x: the model already has an input or output of that name',
  ],
  [
    'names for another number of inputs',
    (x, y) => x!.add(y!),
    [zeros([1, 3]), zeros([1, 3])],
    { inputNames: ['x'] },
    'toOnnx: 1 input name (x) for 2 inputs; give one each, or none',
  ],
  [
    'names for another number of outputs',
    (x) => x!.exp(),
    [zeros([1, 3])],
    { outputNames: ['y', 'z'] },
    'toOnnx: 2 output names (y, z) for 1 output; give one each, or none',
  ],
  [
    'an output that depends on no input',
    () => zeros([2]).add(1),
    [zeros([1, 3])],
    {},
    'toOnnx: output float32 [2] does not depend on the inputs; return it from your own code',
  ],
  ['no outputs', () => null, [zeros([1, 3])], {}, 'toOnnx: the function returns no tensors'],
  [
    'an operator set that lacks the operators',
    (x) => x!.exp(),
    [zeros([1, 3])],
    { opset: 17 },
    'toOnnx: opset 17 has other forms of the operators; use 18 or later (default 21)',
  ],
])('refuses %s', async (_, f, examples, options, text) => {
  await expect(toOnnx(f as (...x: Tensor[]) => unknown, examples, options)).rejects.toThrow(
    expect.objectContaining({ name: 'ModelBuildError', message: text }) as Error,
  );
});
