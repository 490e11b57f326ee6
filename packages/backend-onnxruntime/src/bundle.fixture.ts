import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Where onnxruntime-node is found from. */
const cache = fileURLToPath(new URL('../node_modules/.cache/bundles', import.meta.url));
const worker = fileURLToPath(new URL('./worker/worker.ts', import.meta.url));

/** Programs made of the packages' sources, as files that Node runs by itself. */
export interface Bundle {
  /** Where a program is; `worker` is that of the backend. */
  url(program: string): URL;
  remove(): void;
}

/** Bundles programs, given by name and text, and the worker of the backend beside them. */
export async function bundle(programs: Readonly<Record<string, string>> = {}): Promise<Bundle> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bundle-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const input: Record<string, string> = { worker };
  for (const [name, text] of Object.entries(programs)) {
    input[name] = join(folder, `${name}.source.ts`);
    writeFileSync(input[name], text);
  }
  await build({
    root,
    configFile: `${root}vitest.config.ts`,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['onnxruntime-node'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        input,
        // What the packages declare as side effects are built files, not sources.
        treeshake: false,
        // All in one folder, as the worker is looked for beside the module that starts it.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  return {
    url: (program) => pathToFileURL(join(folder, `${program}.js`)),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
