import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const packages = [
  '@tesserajs/tensor',
  '@tesserajs/layers',
  '@tesserajs/data',
  '@tesserajs/onnx',
  '@tesserajs/backend-onnxruntime',
  'onnxruntime-node',
] as const;

/** Version of Node and of each package that computes, by name. */
export function versions(): Record<string, string> {
  const version = (name: string): string => {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as {
      version: string;
    };
    return version;
  };
  return { node: process.versions.node, ...Object.fromEntries(packages.map((name) => [name, version(name)])) };
}
