// The parts of Node that this package uses, declared by hand: with Node's own types, all of Node's globals would seem to
// exist in the sources.
declare module 'node:module' {
  export function createRequire(url: string): (id: string) => unknown;
}

declare module 'node:os' {
  export function availableParallelism(): number;
}
