import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataArgumentError, DataStateError } from '../errors.js';
import { permutation } from '../random/permutation.js';
import type { BatchOptions } from './array-batches.js';
import { arrayDataset } from './array-dataset.js';
import type { Batch, BatchSource, JsonValue } from './batch.js';
import { column } from './column.js';

/** Example i is the input [10 i, 10 i + 1] with the target i. */
function numbered(examples: number) {
  const inputs = Float32Array.from({ length: 2 * examples }, (_, index) => 10 * Math.floor(index / 2) + (index % 2));
  const targets = Uint8Array.from({ length: examples }, (_, index) => index);
  return arrayDataset({
    inputs: { data: inputs, shape: [examples, 2], dtype: 'float32' },
    targets: column({ data: targets, shape: [examples], dtype: 'uint8' }, { dtype: 'int32' }),
  });
}

function targetsOf(batches: Iterable<Batch>): number[][] {
  return Array.from(batches, ({ targets }) => [...(targets?.data ?? [])]);
}

/** Interrupts an epoch after its first batch. */
function takeFirst([first]: Iterable<Batch>): Batch | undefined {
  return first;
}

describe('batches', () => {
  it('stack examples in the stored order, the last ones in a smaller batch', () => {
    const batches = [...numbered(5).batch(2)];
    expect(batches[1]).toEqual({
      inputs: { data: new Float32Array([20, 21, 30, 31]), shape: [2, 2], dtype: 'float32' },
      targets: { data: new Int32Array([2, 3]), shape: [2], dtype: 'int32' },
    });
    expect(batches[2]).toEqual({
      inputs: { data: new Float32Array([40, 41]), shape: [1, 2], dtype: 'float32' },
      targets: { data: new Int32Array([4]), shape: [1], dtype: 'int32' },
    });
    expect(batches.length).toBe(3);
  });

  it('leave out the smaller batch on request', () => {
    const batches = numbered(5).batch(2, { dropRemainder: true });
    expect(targetsOf(batches)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([batches.batchesPerEpoch, batches.examples]).toEqual([2, 5]);
  });

  it('take several inputs, and no targets', () => {
    const array = { data: new Int16Array([1, 2, 3]), shape: [3], dtype: 'int16' } as const;
    expect([...arrayDataset({ inputs: [array, column(array, { shape: [1] })] }).batch(2)][0]).toEqual({
      inputs: [
        { data: new Int16Array([1, 2]), shape: [2], dtype: 'int16' },
        { data: new Int16Array([1, 2]), shape: [2, 1], dtype: 'int16' },
      ],
    });
  });

  it('come in a known order, another one in each epoch', () => {
    const batches = numbered(10).batch(4, { shuffle: true });
    // The orders of `permutation` for seed 0, computed independently in its test.
    expect(targetsOf(batches)).toEqual([
      [7, 8, 9, 6],
      [3, 2, 1, 4],
      [5, 0],
    ]);
    expect(targetsOf(batches)).toEqual([
      [5, 3, 4, 0],
      [9, 6, 1, 7],
      [2, 8],
    ]);
  });

  it('keep inputs and targets together', () => {
    for (const { inputs, targets } of numbered(50).batch(7, { shuffle: true, seed: 3 })) {
      if (Array.isArray(inputs) || targets === undefined) throw new Error('one input and targets');
      expect([...inputs.data]).toEqual([...targets.data].flatMap((target) => [10 * target, 10 * target + 1]));
    }
  });

  it('hold every example of the order once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (count, size, seed) => {
        const batches = numbered(count).batch(size, { shuffle: true, seed });
        const all = targetsOf(batches);
        expect(all.flat()).toEqual([...permutation(count, seed, 0)]);
        expect(all.length).toBe(batches.batchesPerEpoch);
      }),
    );
  });

  it('have memory of their own', () => {
    const [first, second] = [...numbered(4).batch(2)];
    expect(first?.targets?.data).toEqual(new Int32Array([0, 1]));
    expect(second?.targets?.data.buffer).not.toBe(first?.targets?.data.buffer);
  });

  it('take memory in turn on request', () => {
    const reusing = numbered(7).batch(2, { reuse: 2 });
    const buffers = Array.from(reusing, ({ targets }) => targets?.data.buffer);
    expect(buffers[2]).toBe(buffers[0]);
    expect(buffers[3]).toBe(buffers[1]);
    expect(buffers[1]).not.toBe(buffers[0]);
    expect(targetsOf(reusing)).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
  });

  it('are a source of batches for training', async () => {
    const source: BatchSource = numbered(4).batch(2);
    const sizes: number[] = [];
    for await (const { targets } of source) sizes.push(targets?.data.length ?? 0);
    expect(sizes).toEqual([2, 2]);
  });
});

describe('a saved state', () => {
  const saved = (state: JsonValue): JsonValue => JSON.parse(JSON.stringify(state)) as JsonValue;

  it('tells the place of the batch that comes next', () => {
    const batches = numbered(5).batch(2, { shuffle: true, seed: 9 });
    const places: number[][] = [];
    const note = (): void => {
      const { epoch, batch } = batches.state();
      places.push([epoch, batch]);
    };
    note();
    Array.from(batches, note);
    note();
    expect(places).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
    ]);
    expect(batches.state()).toEqual({
      version: 1,
      epoch: 1,
      batch: 0,
      examples: 5,
      batchSize: 2,
      shuffle: true,
      seed: 9,
      dropRemainder: false,
    });
  });

  it('resumes an interrupted epoch and all later ones bit for bit', () => {
    const scenario = fc.record({
      examples: fc.integer({ min: 1, max: 30 }),
      batchSize: fc.integer({ min: 1, max: 12 }),
      shuffle: fc.boolean(),
      seed: fc.maxSafeNat(),
      reuse: fc.nat(3),
      stopAt: fc.nat(60),
    });
    fc.assert(
      fc.property(scenario, ({ examples, batchSize, shuffle, seed, reuse, stopAt }) => {
        const options = { shuffle, seed, reuse };
        const whole = numbered(examples).batch(batchSize, options);
        const uninterrupted = [...targetsOf(whole), ...targetsOf(whole), ...targetsOf(whole)];

        const first = numbered(examples).batch(batchSize, options);
        const before: number[][] = [];
        const stop = Math.min(stopAt, 2 * first.batchesPerEpoch - 1);
        while (before.length <= stop) {
          for (const { targets } of first) {
            before.push([...(targets?.data ?? [])]);
            if (before.length > stop) break;
          }
        }
        const second = numbered(examples).batch(batchSize, options);
        second.restore(saved(first.state()));
        const after = [...targetsOf(second), ...targetsOf(second), ...targetsOf(second)];
        expect([...before, ...after].slice(0, uninterrupted.length)).toEqual(uninterrupted);
      }),
    );
  });

  it('goes on in the same object too', () => {
    const batches = numbered(6).batch(2);
    takeFirst(batches);
    batches.restore(batches.state());
    expect(targetsOf(batches)).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(targetsOf(batches)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('without restore, an iteration after an interrupted one begins the next epoch', () => {
    const batches = numbered(10).batch(5, { shuffle: true });
    takeFirst(batches);
    expect(targetsOf(batches)).toEqual([
      [5, 3, 4, 0, 9],
      [6, 1, 7, 2, 8],
    ]);
  });

  it('follows the latest iteration, and an older one goes on undisturbed', () => {
    const batches = numbered(10).batch(5, { shuffle: true });
    const older = batches[Symbol.iterator]();
    older.next();
    const latest = batches[Symbol.iterator]();
    expect([...older].length).toBe(1);
    expect(batches.state()).toMatchObject({ epoch: 1, batch: 0 });
    latest.next();
    expect(batches.state()).toMatchObject({ epoch: 1, batch: 1 });
  });

  const good = numbered(5).batch(2).state();
  it.each<[string, JsonValue, string]>([
    ['no object', [1], 'batches: state must be an object, got [1]'],
    ['null', null, 'batches: state must be an object, got null'],
    ['another version', { ...good, version: 2 }, 'batches: state belongs to other batches: version is 2, here 1'],
    ['other data', { ...good, examples: 6 }, 'batches: state belongs to other batches: examples is 6, here 5'],
    ['no seed', { ...good, seed: null }, 'batches: state belongs to other batches: seed is null, here 0'],
    ['nothing', {}, 'batches: state belongs to other batches: version is missing, here 1'],
    ['a batch too far', { ...good, batch: 4 }, 'batches: state is damaged: batch must be 0 to 3, got 4'],
    [
      'an epoch that is no number',
      { ...good, epoch: '1' },
      'batches: state is damaged: epoch must be 0 to 9007199254740991, got "1"',
    ],
  ])('with %s is refused', (_, state, message) => {
    const batches = numbered(5).batch(2);
    expect(() => {
      batches.restore(state);
    }).toThrow(new DataStateError(message));
    expect(batches.state()).toEqual(good);
  });
});

describe('batch refuses', () => {
  it.each<[string, number, BatchOptions, string]>([
    ['a batch of nothing', 0, {}, 'batch: batchSize must be an integer from 1, got 0'],
    ['half an example', 2.5, {}, 'batch: batchSize must be an integer from 1, got 2.5'],
    ['a negative seed', 2, { seed: -1 }, 'batch: seed must be an integer from 0, got -1'],
    [
      'a seed beyond safe integers',
      2,
      { seed: 2 ** 53 },
      'batch: seed must be an integer from 0, got 9007199254740992',
    ],
    ['half a buffer', 2, { reuse: 0.5 }, 'batch: reuse must be an integer from 0, got 0.5'],
    [
      'to leave out everything',
      6,
      { dropRemainder: true },
      'batch: 5 examples do not fill one batch of 6, and dropRemainder leaves it out',
    ],
  ])('%s', (_, batchSize, options, message) => {
    expect(() => numbered(5).batch(batchSize, options)).toThrow(new DataArgumentError(message));
  });
});

describe('arrayDataset refuses', () => {
  const zeros = (examples: number) => ({ data: new Int8Array(examples), shape: [examples], dtype: 'int8' }) as const;
  it.each([
    ['no inputs', { inputs: [] }, 'arrayDataset: inputs is an empty list'],
    ['no examples', { inputs: zeros(0) }, 'arrayDataset: the arrays hold no examples'],
    [
      'inputs of different length',
      { inputs: [zeros(3), zeros(4)] },
      'arrayDataset: inputs differ in length: 3 examples in input 0, 4 in input 1',
    ],
    [
      'targets of another length',
      { inputs: zeros(3), targets: zeros(2) },
      'arrayDataset: inputs and targets differ in length: 3 inputs, 2 targets',
    ],
  ])('%s', (_, arrays, message) => {
    expect(() => arrayDataset(arrays)).toThrow(new DataArgumentError(message));
  });
});
