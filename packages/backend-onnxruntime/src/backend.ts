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
import { probeOutputPath } from './output-path.js';
import type { SessionProfiles } from './profile/session-profile.js';
import { supportsNode } from './supports.js';

/** Options of `onnxruntime`. */
export interface OnnxRuntimeOptions {
  /** Threads that one operator may use. Default: the processor's cores; more make it slower. */
  readonly threads?: number;
  /**
   * How results leave the runtime. `fastest` (default): without a copy, where a trial at the first use shows that the
   * installed version can; `copied`: always as its documentation promises.
   */
  readonly outputs?: 'fastest' | 'copied';
}

/** Runs graphs on ONNX Runtime's CPU kernels; buffers are plain typed arrays in host memory. */
class OnnxRuntimeBackend implements Backend {
  readonly name = 'onnxruntime';
  readonly memorySpace = 'host';
  readonly channels = 'first';
  readonly randomOnHost = true;
  /** A compromise: systems of 512 rows and more are faster in blocks of 32, factorizations in blocks of 64. */
  readonly matrixBlock = 64;
  readonly threads: number;
  readonly outputs: 'fastest' | 'copied';
  readonly #profiles: SessionProfiles | null;

  constructor({ threads, outputs }: Required<OnnxRuntimeOptions>, profiles: SessionProfiles | null) {
    this.threads = threads;
    this.outputs = outputs;
    this.#profiles = profiles;
  }

  supports(node: Node): boolean {
    return supportsNode(node);
  }

  async compile(graph: Graph, options: CompileGraphOptions): Promise<Executable> {
    const runtime = loadRuntime();
    // Always before the first session of a graph: see there.
    const fastest = await probeOutputPath(runtime);
    const outputs = this.outputs === 'copied' ? 'copied' : fastest;
    const profile = this.#profiles?.begin() ?? null;
    return OnnxExecutable.create(runtime, graph, { ...options, threads: this.threads, outputs, profile });
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
  const { threads = availableParallelism(), outputs = 'fastest' } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new UnsupportedError(`onnxruntime: ${threads} threads are not possible; use a whole number >= 1`);
  }
  return createBackend({ threads, outputs }, null);
}

/** A backend whose sessions are recorded, unless `profiles` is null. */
export function createBackend(
  { threads = availableParallelism(), outputs = 'fastest' }: OnnxRuntimeOptions,
  profiles: SessionProfiles | null,
): Backend {
  loadRuntime();
  return new OnnxRuntimeBackend({ threads, outputs }, profiles);
}

/** The options that make an equal backend; none for other backends. */
export function settingsOf(backend: Backend): OnnxRuntimeOptions {
  if (!(backend instanceof OnnxRuntimeBackend)) return {};
  const { threads, outputs } = backend;
  return { threads, outputs };
}
