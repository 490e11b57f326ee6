import { referenceBackend, setBackend, tensor, zeros, type Backend, type HostArray } from '@tesserajs/tensor';
import { afterEach, expect, it } from 'vitest';
import { dense } from '../layers/dense.js';
import { sequential, type Sequential } from '../models/sequential.js';

afterEach(() => {
  setBackend(referenceBackend);
});

/** The reference backend, noting how many inputs of each forward pass are frozen. */
function noting(frozen: number[]): Backend {
  return {
    ...referenceBackend,
    name: 'noting',
    compile(graph, options) {
      const forward = graph.nodes.some(({ primitive }) => primitive.name === 'matmul');
      if (forward) frozen.push((options.freeze ?? []).filter((value) => value !== null).length);
      return referenceBackend.compile(graph, options);
    },
    toDevice: (data): HostArray => data,
  };
}

function wide(): Sequential {
  return sequential([dense({ units: 64, activation: 'relu' }), dense({ units: 3 })], { inputShape: [32] });
}

const x = tensor(
  new Float32Array(64 * 32).map((_, i) => Math.sin(i)),
  { shape: [64, 32] },
);

it('gives the weights to the backend once, for all calls with the same batch size', async () => {
  const frozen: number[] = [];
  setBackend(noting(frozen));
  const model = wide();
  const first = await (await model.predict(x, { batchSize: 16 })).data();
  expect(await (await model.predict(x, { batchSize: 16 })).data()).toEqual(first);
  expect(frozen).toEqual([4]);
});

it('feeds weights that change from call to call', async () => {
  const frozen: number[] = [];
  setBackend(noting(frozen));
  const model = wide();
  const head = model.layers[1] as ReturnType<typeof dense>;
  const logits: number[] = [];
  for (let call = 0; call < 4; call++) {
    head.bias = tensor([call, 0, 0]);
    const output = await model.predict(x, { batchSize: 64 });
    logits.push((await output.slice([0, 1], [0, 1]).item()) - call);
  }
  for (const logit of logits) expect(logit).toBeCloseTo(logits[0]!, 5);
  expect(frozen).toEqual([4, 0]); // the first weights might have stayed
});

it('freezes again once the weights stay', async () => {
  const frozen: number[] = [];
  setBackend(noting(frozen));
  const model = wide();
  const head = model.layers[1] as ReturnType<typeof dense>;
  await model.predict(x, { batchSize: 64 });
  head.bias = zeros([3]);
  for (let call = 0; call < 4; call++) await model.predict(x, { batchSize: 64 });
  head.bias = zeros([3]);
  await (await model.predict(x, { batchSize: 64 })).data();
  expect(frozen).toEqual([4, 0, 4]);
});
