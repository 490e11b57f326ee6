import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as viteBuild } from 'vite';
import webpack from 'webpack';
import { pnpmCommand } from '../scripts/pnpm.mjs';
import { smokePrograms } from './smoke-programs.js';
import { writeFiles } from './temporary-folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);

/** Runs a program in a folder and returns what it printed; throws with all its output when it fails. */
export async function output(folder: string, command: string, ...options: string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, options, { cwd: folder, maxBuffer: 2 ** 26 });
    return stdout.trim();
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
  }
}

async function pnpm(folder: string, ...options: string[]): Promise<string> {
  const [command, fixed] = pnpmCommand(...options) as [string, string[]];
  return output(folder, command, ...fixed);
}

/** Packs every published package into `folder`, as publishing would. Returns the tarballs by short name. */
export async function packAll(folder: string): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {};
  for (const name of Object.keys(smokePrograms)) {
    const text = await pnpm(join(root, 'packages', name), 'pack', '--json', '--pack-destination', folder);
    tarballs[name] = (JSON.parse(text) as { filename: string }).filename;
  }
  return tarballs;
}

/** Makes an empty project in `folder` and installs the packed package `name` with what its users install beside it. */
export async function installProject(folder: string, name: string, tarballs: Record<string, string>): Promise<void> {
  const { beside } = smokePrograms[name]!;
  const dependencies = [name, ...beside].map((one) => {
    const tarball = tarballs[one];
    return tarball === undefined ? [one, catalogVersion(one)] : [`@tesserajs/${one}`, `file:${tarball}`];
  });
  // What a package of ours depends on comes from here too, and not from a registry.
  const overrides = Object.entries(tarballs).map(([one, tarball]) => [`@tesserajs/${one}`, `file:${tarball}`]);
  const allowBuilds = { 'onnxruntime-node': false };
  writeFiles(folder, {
    'package.json': { name: 'project', version: '1.0.0', dependencies: Object.fromEntries(dependencies) as object },
    'pnpm-workspace.yaml': { overrides: Object.fromEntries(overrides) as object, allowBuilds },
    ...projectFiles(name),
  });
  await pnpm(folder, 'install', '--prefer-offline');
}

function catalogVersion(name: string): string {
  const catalog = readFileSync(`${root}pnpm-workspace.yaml`, 'utf8');
  return new RegExp(`^ {2}${name}: (\\S+)$`, 'm').exec(catalog)![1]!;
}

/** The same program as an ES module, as CommonJS and for a bundler, and what TypeScript checks. */
function projectFiles(name: string): Record<string, unknown> {
  const { run, types, nodeOnly } = smokePrograms[name]!;
  const program = `(async (m, tensor) => {${run}})(m, tensor)
    .then((result) => console.log(JSON.stringify({ exports: Object.keys(m).length > 0, result })));`;
  const imports = `import * as m from '@tesserajs/${name}';\nimport * as tensor from '@tesserajs/tensor';\n`;
  const required = `const m = require('@tesserajs/${name}');\nconst tensor = require('@tesserajs/tensor');\n`;
  const bundled = nodeOnly === true ? `console.log(JSON.stringify({ exports: Object.keys(m).length > 0 }));` : program;
  const compilerOptions = { strict: true, noEmit: true, target: 'ES2022', lib: ['ES2023', 'DOM'], types: [] };
  const files = ['types.ts'];
  const typed = `import * as m from '@tesserajs/${name}';\n${types}\nexport const keys: string[] = Object.keys(m);\n`;
  return {
    'module.mjs': imports + program,
    'script.cjs': required + program,
    'bundled.js': imports + bundled,
    'types.ts': typed,
    'types.mts': typed,
    'bundler.json': { compilerOptions: { ...compilerOptions, module: 'ESNext', moduleResolution: 'bundler' }, files },
    // In node16 only ES modules may import ES modules; in nodenext, as in Node >= 20.19, CommonJS may too.
    'node16.json': {
      compilerOptions: { ...compilerOptions, module: 'node16', moduleResolution: 'node16' },
      files: ['types.mts'],
    },
    'nodenext.json': {
      compilerOptions: { ...compilerOptions, module: 'nodenext', moduleResolution: 'nodenext' },
      files,
    },
  };
}

/** Checks the types of the project with TypeScript, those of the installed packages included. */
export function checkTypes(folder: string, moduleResolution: 'bundler' | 'node16' | 'nodenext'): Promise<string> {
  const compiler = `${root}node_modules/typescript-7/bin/tsc`;
  return output(folder, process.execPath, compiler, '--project', `${moduleResolution}.json`);
}

async function viteBundle(folder: string, format: 'es' | 'iife', file: string): Promise<string> {
  const lib = { entry: join(folder, 'bundled.js'), formats: [format], name: 'bundle', fileName: () => file };
  const outDir = join(folder, `vite-${format}`);
  await viteBuild({ root: folder, configFile: false, logLevel: 'error', build: { lib, outDir, minify: true } });
  return join(outDir, file);
}

/** Bundles the project for browsers with Vite, as a module. Returns the bundle's path. */
export function bundleWithVite(folder: string): Promise<string> {
  return viteBundle(folder, 'es', 'bundle.mjs');
}

/** The same, as a classic script, where `import.meta` is empty. */
export function bundleAsScript(folder: string): Promise<string> {
  return viteBundle(folder, 'iife', 'bundle.cjs');
}

/** Bundles the project for browsers with webpack. Returns the bundle's path; throws for warnings too. */
export function bundleWithWebpack(folder: string): Promise<string> {
  const path = join(folder, 'webpack');
  return new Promise((resolve, reject) => {
    const compiler = webpack({
      mode: 'production',
      context: folder,
      entry: './bundled.js',
      target: ['web', 'es2022'],
      output: { path, filename: 'bundle.cjs' },
      performance: false,
    });
    compiler.run((error, stats) => {
      compiler.close(() => undefined);
      if (error !== null) reject(error);
      else if (stats?.hasErrors() === true || stats?.hasWarnings() === true) reject(new Error(stats.toString()));
      else resolve(join(path, 'bundle.cjs'));
    });
  });
}
