// The few parts of Node that `node.ts` uses, so that Node's globals stay unknown to the code that also runs in browsers.

declare module 'node:fs/promises' {
  export function readFile(path: string): Promise<Uint8Array>;
}

declare module 'node:path' {
  export function join(...parts: string[]): string;
}

declare module 'node:url' {
  export function fileURLToPath(url: URL): string;
}
