// The parts of Node that this package uses, declared by hand: with Node's own types, all of Node's globals would seem to
// exist in the sources.
declare module 'node:module' {
  export function createRequire(url: string): (id: string) => unknown;
}

declare module 'node:os' {
  export function availableParallelism(): number;
  export function tmpdir(): string;
}

declare module 'node:path' {
  export function join(...parts: string[]): string;
}

declare module 'node:fs/promises' {
  export function mkdtemp(prefix: string): Promise<string>;
  export function readdir(folder: string): Promise<string[]>;
  export function readFile(path: string, encoding: 'utf8'): Promise<string>;
  export function rm(path: string, options: { readonly recursive: boolean; readonly force: boolean }): Promise<void>;
}

declare module 'node:process' {
  const process: {
    on(event: 'exit', listener: () => void): void;
    off(event: 'exit', listener: () => void): void;
  };
  export default process;
}

declare module 'node:worker_threads' {
  export const parentPort: {
    on(event: 'message', listener: (message: unknown) => void): void;
    postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  } | null;

  export const workerData: unknown;

  export class Worker {
    constructor(
      file: URL,
      options: { readonly name: string; readonly execArgv: readonly string[]; readonly workerData: unknown },
    );
    on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): this;
    postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
    ref(): void;
    unref(): void;
  }
}
