import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, fileFailure, QuickstartError } from '../errors.js';

/** Names of the files in `--out`. */
export const fileNames = {
  weights: 'model.safetensors',
  config: 'model.json',
  onnx: 'model.onnx',
  result: 'result.json',
  report: 'report.html',
  checkpoint: 'checkpoint.safetensors',
} as const;

/** Absolute paths of the files in `--out`. */
export type OutputFiles = { readonly [Name in keyof typeof fileNames]: string } & { readonly directory: string };

/** Where each file lies in `directory`. */
export function outputFiles(directory: string): OutputFiles {
  const entries = Object.entries(fileNames).map(([key, name]) => [key, join(directory, name)] as const);
  return { ...(Object.fromEntries(entries) as { [Name in keyof typeof fileNames]: string }), directory };
}

/**
 * Makes the directory, and proves before hours are spent on training that every file can be written into it. Throws a
 * QuickstartError naming file and cause.
 */
export async function prepareOutput(files: OutputFiles): Promise<void> {
  await makeDirectory(files.directory);
  for (const name of Object.values(fileNames)) {
    const path = join(files.directory, name);
    if (await isDirectory(path)) {
      throw new QuickstartError(`cannot write ${path}: a directory is in the way; move it or name another --out`);
    }
  }
  await probe(files.directory);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    const reason = errorCode(cause) === 'EEXIST' ? 'a file with this name is in the way' : fileFailure(cause);
    throw new QuickstartError(`--out: cannot make ${directory}: ${reason}`, { cause });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return false;
    throw new QuickstartError(`--out: cannot use ${path}: ${fileFailure(cause)}`, { cause });
  }
}

async function probe(directory: string): Promise<void> {
  const file = join(directory, `.probe.${process.pid}.tmp`);
  try {
    await writeFile(file, '');
    await rm(file);
  } catch (cause) {
    throw new QuickstartError(`--out: cannot write into ${directory}: ${fileFailure(cause)}`, { cause });
  }
}
