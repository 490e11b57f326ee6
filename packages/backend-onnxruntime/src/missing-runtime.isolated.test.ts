import { UnsupportedError } from '@tesserajs/tensor';
import { beforeEach, expect, it, vi } from 'vitest';

const require = vi.hoisted(() => vi.fn());

vi.mock(import('node:module'), async (original) => ({ ...(await original()), createRequire: () => require as never }));

beforeEach(() => {
  vi.resetModules();
});

async function message(): Promise<string> {
  const { onnxruntime } = await import('./backend.js');
  try {
    onnxruntime();
  } catch (error) {
    expect(error).toMatchObject({ name: 'UnsupportedError', code: 'UNSUPPORTED' });
    return (error as UnsupportedError).message;
  }
  return 'nothing thrown';
}

it('names the command that installs onnxruntime-node where it is missing', async () => {
  require.mockImplementation(() => {
    throw Object.assign(new Error("Cannot find module 'onnxruntime-node'\nRequire stack:\n- /x"), {
      code: 'MODULE_NOT_FOUND',
    });
  });
  expect(await message()).toBe(
    'onnxruntime: the package onnxruntime-node is not installed; install it: npm install onnxruntime-node@^1.30.0',
  );
});

it('says why onnxruntime-node does not load', async () => {
  require.mockImplementation(() => {
    throw new Error('libonnxruntime.so.1: cannot open shared object file\nmore');
  });
  expect(await message()).toBe(
    'onnxruntime: the package onnxruntime-node does not load (libonnxruntime.so.1: cannot open shared object file); ' +
      'install it: npm install onnxruntime-node@^1.30.0',
  );
});
