import { afterEach, expect, it, vi } from 'vitest';

const key = Symbol.for('@tesserajs/tensor');
const globals = globalThis as unknown as Record<symbol, unknown>;
const present = globals[key];

afterEach(() => {
  globals[key] = present;
});

it('refuses to be a second copy of the package, naming both versions and places', async () => {
  globals[key] = { version: '9.9.9', url: 'file:///elsewhere/ambient.js' };
  vi.resetModules();
  const error = await import('./ambient.js').then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toMatchObject({ name: 'DuplicatePackageError', code: 'DUPLICATE_PACKAGE' });
  expect(error!.message.replace(/and \S* from file:\S*tensor\/src/, 'and … from file:///…')).toMatchInlineSnapshot(
    `"@tesserajs/tensor is loaded twice: 9.9.9 from file:///elsewhere/ambient.js and … from file:///…/ambient.ts; two copies cannot share tensors: make one version satisfy all packages (npm ls @tesserajs/tensor, then npm dedupe)"`,
  );
});

it('shares its state with what loads the same copy again', async () => {
  globals[key] = undefined;
  vi.resetModules();
  const { ambient } = await import('./ambient.js');
  vi.resetModules();
  expect((await import('./ambient.js')).ambient.url).toBe(ambient.url);
});
