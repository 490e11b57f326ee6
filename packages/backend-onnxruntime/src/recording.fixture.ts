import { referenceBackend, type Backend, type Executable, type Graph } from '@tesserajs/tensor';

/** A backend that notes what it was given to compile, and frees all of it at once. */
export interface RecordingBackend extends Backend {
  /** Names of the primitives that it compiled. */
  readonly compiled: ReadonlySet<string>;
  /** Names of the primitives of which it refused a node. */
  readonly refused: ReadonlySet<string>;
  /** The graphs that it compiled. */
  readonly graphs: readonly Graph[];
  dispose(): void;
}

/** Wraps a backend; executables of different wrappers are cached apart. */
export function recording(backend: Backend = referenceBackend): RecordingBackend {
  const graphs: Graph[] = [];
  const compiled = new Set<string>();
  const refused = new Set<string>();
  const executables: Executable[] = [];
  return {
    name: backend.name,
    memorySpace: backend.memorySpace,
    channels: backend.channels,
    randomOnHost: backend.randomOnHost,
    ...(backend.matrixBlock === undefined ? {} : { matrixBlock: backend.matrixBlock }),
    graphs,
    compiled,
    refused,
    supports(node) {
      const supported = backend.supports(node);
      if (!supported) refused.add(node.primitive.name);
      return supported;
    },
    fasterOnHost: (node) => backend.fasterOnHost?.(node) ?? false,
    compile(graph, options) {
      graphs.push(graph);
      for (const { primitive } of graph.nodes) compiled.add(primitive.name);
      const executable = backend.compile(graph, options);
      const keep = (ready: Executable): Executable => {
        executables.push(ready);
        return ready;
      };
      return executable instanceof Promise ? executable.then(keep) : keep(executable);
    },
    toDevice: (data, type) => backend.toDevice(data, type),
    fromDevice: (buffer, type) => backend.fromDevice(buffer, type),
    free: (buffer) => {
      backend.free(buffer);
    },
    memory: () => backend.memory(),
    dispose() {
      for (const executable of executables) executable.dispose();
    },
  };
}
