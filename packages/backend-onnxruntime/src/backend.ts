import { availableParallelism } from 'node:os';
import {
  TesseraError,
  UnsupportedError,
  type Backend,
  type CompileGraphOptions,
  type Executable,
  type Graph,
  type HostArray,
  type Node,
} from '@tesserajs/tensor';
import type * as OnnxRuntime from 'onnxruntime-node';
import { blockModels, convolves } from './block-models.js';
import { probeChannelBlock } from './channel-block.js';
import { OnnxExecutable, planSession } from './executable.js';
import { loadRuntime } from './load-runtime.js';
import { probeOutputPath, type OutputPath } from './output-path.js';
import { probeModels } from './probe-models.js';
import type { SessionProfiles } from './profile/session-profile.js';
import { checkProvider, providerFailure, type Provider } from './providers.js';
import { runError } from './run-error.js';
import { NativeSession } from './session.js';
import type { SessionPlan } from './session-plan.js';
import { isFasterOnHost, supportsNode } from './supports.js';
import { WorkerSession } from './worker/worker-session.js';
import { workerThread } from './worker/worker-thread.js';

/** Options of `onnxruntime`. */
export interface OnnxRuntimeOptions {
  /** Threads that one operator may use. Default: the processor's cores; more make it slower. */
  readonly threads?: number;
  /**
   * How results leave the runtime. `fastest` (default): without a copy, where a trial at the first use shows that the
   * installed version can; `copied`: always as its documentation promises.
   */
  readonly outputs?: 'fastest' | 'copied';
  /**
   * Which convolutions run. `fastest` (default): the runtime's direct ones too, where a trial at the first use shows that
   * they compute the right thing on this processor; `standard`: only what its documentation lists.
   */
  readonly convolutions?: 'fastest' | 'standard';
  /**
   * What computes. Default `cpu`. Operations that an accelerator lacks run on the processor, in the same session; its
   * results are rounded in its own way.
   */
  readonly provider?: Provider;
  /**
   * Whether a thread of its own runs the graphs, so that a server goes on answering and the next batch is prepared
   * meanwhile. Default false: a run blocks the thread that asks for it.
   */
  readonly worker?: boolean;
}

type Settings = Required<OnnxRuntimeOptions>;

/** Runs graphs on ONNX Runtime; buffers are plain typed arrays in host memory. */
class OnnxRuntimeBackend implements Backend {
  readonly name = 'onnxruntime';
  readonly memorySpace = 'host';
  readonly channels = 'first';
  readonly randomOnHost = true;
  /** A compromise: systems of 512 rows and more are faster in blocks of 32, factorizations in blocks of 64. */
  readonly matrixBlock = 64;
  readonly settings: Settings;
  readonly #profiles: SessionProfiles | null;

  constructor(settings: Settings, profiles: SessionProfiles | null) {
    this.settings = settings;
    this.#profiles = profiles;
  }

  supports(node: Node): boolean {
    return supportsNode(node);
  }

  fasterOnHost(node: Node): boolean {
    return isFasterOnHost(node);
  }

  async compile(graph: Graph, options: CompileGraphOptions): Promise<Executable> {
    const { outputs, worker } = this.settings;
    const runtime = loadRuntime();
    // Always before the first session of a graph: see there.
    const fastest = await this.#fastestOutputs(runtime);
    const channelBlock = convolves(graph) ? await this.#channelBlock(runtime) : null;
    const profile = this.#profiles?.begin() ?? null;
    const makePlan = (): SessionPlan =>
      planSession(graph, {
        ...options,
        outputPath: outputs === 'copied' ? 'copied' : fastest,
        channelBlock,
        ...(profile === null ? {} : { nodeScope: profile.scope }),
      });
    const plan = makePlan();
    const created = worker
      ? WorkerSession.create(plan, makePlan, this.settings)
      : NativeSession.create(runtime, plan, this.settings, profile);
    const session = await created.catch((error: unknown) => {
      throw runError(error);
    });
    return new OnnxExecutable(session, graph, options, plan);
  }

  async #channelBlock(runtime: typeof OnnxRuntime): Promise<number | null> {
    const { convolutions, provider, worker } = this.settings;
    if (convolutions !== 'fastest' || provider !== 'cpu') return null;
    const models = blockModels();
    return worker ? workerThread().call('channelBlock', { models }) : probeChannelBlock(runtime, models);
  }

  async #fastestOutputs(runtime: typeof OnnxRuntime): Promise<OutputPath> {
    const { provider, worker } = this.settings;
    const models = probeModels();
    try {
      if (worker) return await workerThread().call('probe', { provider, models });
      return await probeOutputPath(runtime, provider, models);
    } catch (cause) {
      throw cause instanceof TesseraError ? cause : providerFailure(runtime, provider, cause);
    }
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
 * Throws an UnsupportedError with the install command when it is absent, and for a provider that it does not have; a
 * provider that does not start on this machine fails the reads of the first results with one.
 *
 * @example
 * ```ts
 * setBackend(onnxruntime());
 * ```
 */
export function onnxruntime(options: OnnxRuntimeOptions = {}): Backend {
  return createBackend(options, null);
}

/** A backend whose sessions are recorded, unless `profiles` is null. */
export function createBackend(options: OnnxRuntimeOptions, profiles: SessionProfiles | null): Backend {
  const { threads = availableParallelism(), outputs = 'fastest', convolutions = 'fastest' } = options;
  const { provider = 'cpu', worker = false } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new UnsupportedError(`onnxruntime: ${threads} threads are not possible; use a whole number >= 1`);
  }
  checkProvider(loadRuntime(), provider);
  const settings = { threads, outputs, convolutions, provider, worker: worker && profiles === null };
  return new OnnxRuntimeBackend(settings, profiles);
}

/** The options that make an equal backend; none for other backends. */
export function settingsOf(backend: Backend): OnnxRuntimeOptions {
  return backend instanceof OnnxRuntimeBackend ? backend.settings : {};
}
