import { availableParallelism } from 'node:os';
import {
  UnsupportedError,
  type Backend,
  type CompileGraphOptions,
  type Executable,
  type Graph,
  type HostArray,
  type Node,
} from '@tesserajs/tensor';
import { OnnxExecutable } from './executable.js';
import { loadRuntime } from './load-runtime.js';
import { supportsNode } from './supports.js';

/** Options of `onnxruntime`. */
export interface OnnxRuntimeOptions {
  /** Threads that one operator may use. Default: the processor's cores; more make it slower. */
  readonly threads?: number;
}

/** Runs graphs on ONNX Runtime's CPU kernels; buffers are plain typed arrays in host memory. */
class OnnxRuntimeBackend implements Backend {
  readonly name = 'onnxruntime';
  readonly memorySpace = 'host';
  readonly channels = 'first';
  readonly randomOnHost = true;
  readonly threads: number;

  constructor(threads: number) {
    this.threads = threads;
  }

  supports(node: Node): boolean {
    return supportsNode(node);
  }

  compile(graph: Graph, options: CompileGraphOptions): Promise<Executable> {
    return OnnxExecutable.create(loadRuntime(), graph, options, this.threads);
  }

  toDevice(data: HostArray): HostArray {
    return data;
  }

  fromDevice(buffer: object): HostArray {
    return buffer as HostArray;
  }

  free(): void {
    // Host buffers are garbage-collected.
  }

  memory(): { bytes: number } {
    return { bytes: 0 };
  }
}

/**
 * The ONNX Runtime backend: native kernels on all cores. Needs the package `onnxruntime-node`.
 * Throws an UnsupportedError with the install command when it is absent.
 *
 * @example
 * ```ts
 * setBackend(onnxruntime());
 * ```
 */
export function onnxruntime(options: OnnxRuntimeOptions = {}): Backend {
  const { threads = availableParallelism() } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new UnsupportedError(`onnxruntime: ${threads} threads are not possible; use a whole number >= 1`);
  }
  loadRuntime();
  return new OnnxRuntimeBackend(threads);
}
