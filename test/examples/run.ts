import { createRequire } from 'node:module';
import { format } from 'node:util';
import { isTensor, referenceBackend, setBackend } from '@tesserajs/tensor';
import ts from 'typescript';
import { expect, vi } from 'vitest';
import { publicPackages } from './entries.js';
import type { Example } from './example.js';
import { readPromises } from './promises.js';

type Body = (
  require: (name: string) => unknown,
  exports: object,
  expectValue: (value: unknown, index: number) => Promise<void>,
) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Body;

/** The public entries of all packages. */
const modules: ReadonlyMap<string, unknown> = new Map(
  await Promise.all(
    publicPackages
      .flatMap(({ entries }) => [...entries])
      .map(async ([entry, source]): Promise<[string, unknown]> => [entry, await import(source)]),
  ),
);

/** Runs an example. Fails unless it prints and computes exactly what it says. Returns how much it says. */
export async function runExample({ code: text, directory }: Example): Promise<number> {
  const { printed, values, code } = readPromises(text);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const requireThere = createRequire(`${directory}package.json`);
  const require = (name: string): unknown => modules.get(name) ?? requireThere(name);
  const lines: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...items) => void lines.push(...format(...items).split('\n')));
  try {
    await new AsyncFunction('require', 'exports', 'expectValue', outputText)(require, {}, async (value, index) => {
      const stated = new Function(`return (${values[index]!});`)() as unknown;
      expect(await asStated(value, stated)).toEqual(stated);
    });
  } finally {
    log.mockRestore();
    setBackend(referenceBackend);
  }
  expect(lines).toEqual(printed);
  return printed.length + values.length;
}

/** A value in the form in which an example states it: tensors as nested arrays, rounded numbers rounded. */
async function asStated(value: unknown, stated: unknown): Promise<unknown> {
  if (value instanceof Promise) throw new Error('the example states the value of a promise; await it');
  if (isTensor(value)) return asStated(await value.array(), stated);
  if (typeof value === 'number' && typeof stated === 'number') return isRounded(value, stated) ? stated : value;
  if (ArrayBuffer.isView(value)) return asStated([...(value as Uint8Array)], stated);
  if (Array.isArray(value) && Array.isArray(stated)) {
    return Promise.all(value.map((item, i) => asStated(item, stated[i])));
  }
  if (typeof value === 'object' && value !== null && typeof stated === 'object' && stated !== null) {
    const fields = Object.entries(stated).filter(([name]) => name in value);
    const plain = await Promise.all(
      fields.map(async ([name, item]): Promise<[string, unknown]> => [
        name,
        await asStated((value as Record<string, unknown>)[name], item),
      ]),
    );
    return Object.fromEntries(plain);
  }
  return value;
}

/** Whether a number equals the one stated to single precision, or is rounded to its three or more decimals. */
function isRounded(value: number, stated: number): boolean {
  const decimals = /\.(\d+)$/.exec(String(stated))?.[1]!.length ?? 0;
  if (decimals >= 3 && Number(value.toFixed(decimals)) === stated) return true;
  return Math.abs(value - stated) <= 1e-6 * Math.abs(stated);
}
