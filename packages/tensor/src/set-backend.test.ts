import { afterEach, expect, it } from 'vitest';
import { getBackend, referenceBackend, setBackend, tensor, withBackend } from './index.js';
import { fakeBackend } from './execution/fake-backend.fixture.js';

afterEach(() => {
  setBackend(referenceBackend);
});

it('uses reference until another backend is set', () => {
  expect(getBackend()).toBe(referenceBackend);
  const backend = fakeBackend();
  setBackend(backend);
  expect(getBackend()).toBe(backend);
});

it('uses a backend inside withBackend alone, also when it nests or throws', () => {
  const [outer, inner] = [fakeBackend(), fakeBackend()];
  withBackend(outer, () => {
    expect(getBackend()).toBe(outer);
    withBackend(inner, () => expect(getBackend()).toBe(inner));
    expect(getBackend()).toBe(outer);
    expect(() =>
      withBackend(inner, () => {
        throw new RangeError('mine');
      }),
    ).toThrow('mine');
    expect(getBackend()).toBe(outer);
  });
  expect(getBackend()).toBe(referenceBackend);
});

it('does not run an async function at all', () => {
  let ran = false;
  const body = async (): Promise<void> => {
    ran = true;
  };
  expect(() => withBackend(referenceBackend, body)).toThrow('withBackend: the function is async');
  expect(ran).toBe(false);
});

it('lets what was queued inside be awaited outside', async () => {
  const backend = fakeBackend({ asynchronous: true });
  const pending = withBackend(backend, () => tensor([1, 2]).add(1).array());
  expect(await pending).toEqual([2, 3]);
  expect(backend.log.runs).toBe(1);
});
