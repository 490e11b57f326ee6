import type { HostArray } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { TensorType } from '../graph/primitive.js';

/** A value in a backend's memory; what it is, only the backend knows (host backends: a HostArray). */
export type DeviceBuffer = object;

/** How a graph is to be compiled. */
export interface CompileGraphOptions {
  /** Per graph input: the buffer is consumed by the run and may be reused for outputs of later runs. */
  readonly donate: readonly boolean[];
  /**
   * Per graph input: its value, where every run gets the same one, so that it can be prepared once; else null. Runs are
   * given its buffer all the same. Absent: no input is frozen.
   */
  readonly freeze?: readonly (HostArray | null)[];
}

/** What an executable knows of itself, for profiles and tests. */
export interface ExecutableStats {
  /** Operations that a run executes. */
  readonly nodes: number;
  /** Runs so far. */
  readonly runs: number;
  /** Bytes that it holds between runs: constants, frozen values, the compiled code where that is large. */
  readonly bytes: number;
}

/** A graph that is ready to run. Runs of one executable never overlap. */
export interface Executable {
  /** One buffer per graph input, in order → one per graph output. Synchronous where the backend can. */
  run(inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>;
  /** Frees what the executable holds; it is not run again. */
  dispose(): void;
  readonly stats: ExecutableStats;
}

/** Memory that a backend holds. */
export interface MemoryInfo {
  /** Bytes of live buffers that the backend counts. */
  readonly bytes: number;
}

/** Turns graphs into something that runs. */
export interface Backend {
  /** Name shown in errors, printed tensors and profiles. */
  readonly name: string;
  /** Backends with the same memory space exchange buffers without a copy; `host` means HostArray. */
  readonly memorySpace: string;
  /** Where convolution channels should lie for this backend's kernels. */
  readonly channels: 'first' | 'last';
  /**
   * Factorizations of larger matrices are made of matrix products and blocks of this size, which run on the reference
   * backend. Absent: they stay whole.
   */
  readonly matrixBlock?: number;
  /** Random bits whose key comes from inputs alone are made on the host, by the reference kernel. */
  readonly randomOnHost: boolean;
  /** Whether this node (primitive, dtypes, attributes) can run here; if not, it runs on the reference backend. */
  supports(node: Node): boolean;
  /**
   * Whether the reference backend is the faster one for a node that is supported here: outside of loops and branches it
   * runs there. For backends whose memory is the host's. Absent: no node.
   */
  fasterOnHost?(node: Node): boolean;
  /** Prepares a graph all of whose nodes are supported; its outputs are distinct, and none of them is an input. */
  compile(graph: Graph, options: CompileGraphOptions): Executable | Promise<Executable>;
  /** Brings a host array into the backend's memory. */
  toDevice(data: HostArray, type: TensorType): DeviceBuffer;
  /** Reads a buffer back; the array may be the buffer itself and is never written to. */
  fromDevice(buffer: DeviceBuffer, type: TensorType): HostArray | Promise<HostArray>;
  /** Frees a buffer; a no-op where garbage collection does it. */
  free(buffer: DeviceBuffer): void;
  /** Memory in use. */
  memory(): MemoryInfo;
}
