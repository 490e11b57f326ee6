// The few parts of Node and of cli-progress that `*.node.ts` use, so that Node's globals stay unknown to the code
// that also
// runs in browsers.

declare module 'node:fs/promises' {
  export interface FileHandle {
    writeFile(data: Uint8Array): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }
  export function readFile(path: string): Promise<Uint8Array>;
  export function open(path: string, flags: 'w' | 'wx'): Promise<FileHandle>;
  export function appendFile(path: string, data: Uint8Array): Promise<void>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options: { force: boolean }): Promise<void>;
  export function mkdir(path: string, options: { recursive: boolean }): Promise<string | undefined>;
}

declare module 'node:path' {
  export function join(...parts: string[]): string;
  export function dirname(path: string): string;
}

declare module 'cli-progress' {
  interface Options {
    readonly stream: object;
    readonly fps: number;
    readonly linewrap: boolean;
    readonly hideCursor: boolean;
    readonly gracefulExit: boolean;
    readonly clearOnComplete: boolean;
    readonly format: () => string;
  }
  interface SingleBar {
    start(total: number, value: number): void;
    update(value: number): void;
    stop(): void;
  }
  const cliProgress: { readonly SingleBar: new (options: Options) => SingleBar };
  export default cliProgress;
}

declare const process: {
  readonly pid: number;
  readonly stderr: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): boolean };
};

declare function setImmediate(callback: () => void): unknown;
