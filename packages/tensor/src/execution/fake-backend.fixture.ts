import type { HostArray, NumericArray } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import type { PrimitiveName } from '../ops/registry.js';
import type { Backend, CompileGraphOptions, DeviceBuffer, Executable } from './backend.js';
import { referenceBackend } from './reference.js';

/** How a fake backend differs from the reference backend, whose kernels it uses. */
export interface FakeOptions {
  /** Compiles, runs and reads after delays that vary. */
  readonly asynchronous?: boolean;
  /** Keeps its values in buffers that nobody else can read. */
  readonly device?: boolean;
  /** Primitives that it does not support. */
  readonly lacks?: readonly PrimitiveName[];
  /** Overwrites donated inputs once a run has ended, as a backend that reuses memory would. */
  readonly reusesDonated?: boolean;
  readonly channels?: 'first' | 'last';
  readonly randomOnHost?: boolean;
  /** Fails: when it compiles, or in the runs with these numbers (from 0). */
  readonly failsToCompile?: boolean;
  readonly failingRuns?: readonly number[];
}

/** What a fake backend did. */
export interface FakeLog {
  compiled: number;
  disposed: number;
  runs: number;
  /** Names of the primitives of each graph that it compiled. */
  readonly graphs: string[][];
  /** Which inputs of each graph are donated. */
  readonly donated: (readonly boolean[])[];
  /** Which inputs of each graph are frozen, by their values. */
  readonly frozen: (readonly (readonly number[] | null)[])[];
}

class DeviceMemory {
  freed = false;
  constructor(readonly data: HostArray) {}
}

/** A pause of 0 to 3 ms, another one each time. */
async function pause(turn: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, (turn * 7) % 4));
}

/** A backend that behaves like the reference backend except for what the options say. */
export function fakeBackend(options: FakeOptions = {}): Backend & { readonly log: FakeLog } {
  const { asynchronous = false, device = false, lacks = [], reusesDonated = false, failingRuns = [] } = options;
  const log: FakeLog = { compiled: 0, disposed: 0, runs: 0, graphs: [], donated: [], frozen: [] };
  let turn = 0;
  let running = false;

  let bytes = 0;
  const load = (buffer: DeviceBuffer): HostArray => {
    if (!device) return buffer as HostArray;
    if (!(buffer instanceof DeviceMemory)) throw new Error('fake: a buffer from another memory space');
    if (buffer.freed) throw new Error('fake: a buffer that was freed');
    return buffer.data;
  };
  const keep = (data: HostArray): DeviceBuffer => {
    if (!device) return data;
    bytes += data.byteLength;
    return new DeviceMemory(data);
  };
  const free = (buffer: DeviceBuffer): void => {
    if (!device) return;
    bytes -= load(buffer).byteLength;
    (buffer as DeviceMemory).freed = true;
  };

  const compile = (graph: Graph, { donate }: CompileGraphOptions): Executable => {
    const inner = referenceBackend.compile(graph, { donate }) as Executable;
    let disposed = false;
    const run = (inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] => {
      if (disposed) throw new Error('fake: run after dispose');
      if (failingRuns.includes(log.runs++)) throw new Error('fake: out of order');
      const outputs = inner.run(inputs.map(load)) as readonly HostArray[];
      if (reusesDonated) inputs.forEach((input, i) => donate[i] === true && load(input).fill(77 as never));
      const kept = outputs.map(keep);
      inputs.forEach((input, i) => {
        if (donate[i] === true) free(input);
      });
      return kept;
    };
    return {
      run: asynchronous
        ? async (inputs) => {
            if (running) throw new Error('fake: two runs overlap');
            running = true;
            await pause(turn++);
            try {
              return run(inputs);
            } finally {
              running = false;
            }
          }
        : run,
      dispose() {
        disposed = true;
        log.disposed++;
      },
      get stats() {
        return inner.stats;
      },
    };
  };

  return {
    log,
    name: 'fake',
    memorySpace: device ? 'fake' : 'host',
    channels: options.channels ?? 'last',
    randomOnHost: options.randomOnHost ?? false,
    supports: ({ primitive }) => !(lacks as readonly string[]).includes(primitive.name),
    compile(graph, compileOptions) {
      if (options.failsToCompile === true) {
        const error = new Error('fake: cannot compile');
        if (asynchronous) return pause(turn++).then(() => Promise.reject(error));
        throw error;
      }
      const ends = [...graph.inputs, ...graph.outputs];
      if (new Set(ends).size !== ends.length) throw new Error('fake: inputs and outputs are not distinct');
      log.compiled++;
      log.graphs.push(graph.nodes.map(({ primitive }) => primitive.name));
      log.donated.push(compileOptions.donate);
      log.frozen.push((compileOptions.freeze ?? []).map((value) => value && [...(value as NumericArray)]));
      const executable = compile(graph, compileOptions);
      return asynchronous ? pause(turn++).then(() => executable) : executable;
    },
    toDevice: (data) => keep(device ? data.slice() : data),
    fromDevice: (buffer) => (asynchronous && device ? pause(turn++).then(() => load(buffer)) : load(buffer)),
    free,
    memory: () => ({ bytes }),
  };
}
