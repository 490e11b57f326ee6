import { ambient } from '../ambient.js';
import type { HostArray } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import { closeGraph } from '../graph/graph.js';
import type { TensorType } from '../graph/primitive.js';
import { graphSignature, keepSignature, type GraphSignature } from '../graph/signature.js';
import { inlineComposites } from '../passes/inline-composites.js';
import { optimizeGraph } from '../passes/optimize.js';
import type { Backend, Executable } from './backend.js';
import { ExecutableCache } from './executable-cache.js';
import { inspectingBackend } from './inspecting-backend.js';
import { compileProgram } from './program.js';
import type { Storage } from './storage.js';

/** An executable that runs are queued for; `executable` is null until an asynchronous compilation has ended. */
export interface QueuedExecutable {
  readonly backend: Backend;
  executable: Executable | null;
  /** Resolves when compilation has ended; rejects with its error. */
  readonly ready: Promise<Executable> | null;
  /** Runs in the queue or in progress: a pinned executable is not disposed of. */
  pins: number;
  /** No new run may use it. */
  evicted: boolean;
  /** When a run was queued for it last, counted in runs of the process. */
  lastUse: number;
}

const caches = new WeakMap<Backend, ExecutableCache>();
/** Executables made without optimizations are no substitute for the others. */
const plainCaches = new WeakMap<Backend, ExecutableCache>();
let created = 0;
let uses = 0;

/**
 * How many executables were created in this process: constant while structures repeat.
 *
 * @example
 * ```ts
 * const before = executablesCreated();
 * const sum = compile((x: Tensor) => x.sum());
 * for (let i = 0; i < 3; i++) await sum(tensor([1, 2, 3])).item();
 * executablesCreated() - before; // → 1
 * ```
 */
export function executablesCreated(): number {
  return created;
}

function queued(backend: Backend, compiled: Executable | Promise<Executable>): QueuedExecutable {
  const asynchronous = compiled instanceof Promise;
  const entry: QueuedExecutable = {
    backend,
    executable: asynchronous ? null : compiled,
    ready: asynchronous ? compiled : null,
    pins: 0,
    evicted: false,
    lastUse: uses++,
  };
  entry.ready?.then(
    (executable) => {
      entry.executable = executable;
      disposeUnused(entry);
    },
    () => {
      // The queue reports the failure to whoever reads the results; a failed entry must not stay.
      entry.evicted = true;
    },
  );
  return entry;
}

/** Disposes of an executable that no run may use any more, once the last one has ended. */
function disposeUnused(entry: QueuedExecutable): void {
  if (entry.evicted && entry.pins === 0) entry.executable?.dispose();
}

/** Gives an executable up that is in no cache. */
export function evict(entry: QueuedExecutable): void {
  if (entry.evicted) return;
  entry.evicted = true;
  disposeUnused(entry);
}

/** What a backend's cache holds. */
export function cachedExecutables(backend: Backend): { readonly count: number; readonly bytes: number } {
  const cache = caches.get(backend);
  return { count: cache?.count ?? 0, bytes: cache?.bytes ?? 0 };
}

/** Keeps an executable from being disposed of until `unpin`. */
export function pin(entry: QueuedExecutable): void {
  entry.pins++;
  entry.lastUse = uses++;
}

/** Ends what `pin` began. */
export function unpin(entry: QueuedExecutable): void {
  entry.pins--;
  disposeUnused(entry);
}

/** The executable for a graph's structure: from the cache, or compiled now. */
export function getExecutable(graph: Graph, backend: Backend, donate: readonly boolean[]): QueuedExecutable {
  if (backend === inspectingBackend) {
    // Never from the cache, and as it was written: nodes of graphs with equal structure come from other lines.
    created++;
    return queued(
      backend,
      backend.compile(
        inlineComposites(closeGraph(graph), () => false),
        { donate },
      ),
    );
  }
  const all = ambient.optimizationsDisabled ? plainCaches : caches;
  let cache = all.get(backend);
  if (cache === undefined) {
    cache = new ExecutableCache(evict);
    all.set(backend, cache);
  }
  const signature = graphSignature(graph, donate);
  const found = cache.find(signature);
  if (found !== null) return found;
  return compileCached(graph, backend, donate, keepSignature(signature), cache);
}

function compileCached(
  graph: Graph,
  backend: Backend,
  donate: readonly boolean[],
  signature: GraphSignature,
  cache: ExecutableCache,
): QueuedExecutable {
  created++;
  const entry = queued(backend, compileProgram(optimizeGraph(closeGraph(graph), backend), backend, { donate }));
  cache.add(signature, entry);
  cache.trim();
  entry.ready?.then(
    () => {
      cache.trim(); // now it is known how much it holds
    },
    () => {
      cache.remove(entry);
    },
  );
  return entry;
}

/**
 * An executable with values of its own: `frozen` holds, per graph input, the storage of the value that is part of it, or
 * null. It is in no cache: whoever asks for it keeps it, and evicts it.
 */
export function compileFrozen(
  graph: Graph,
  backend: Backend,
  donate: readonly boolean[],
  frozen: readonly (Storage | null)[],
): QueuedExecutable {
  created++;
  const optimized = optimizeGraph(closeGraph(graph), backend);
  const read = async (storage: Storage, type: TensorType): Promise<HostArray> => {
    storage.beginRead();
    try {
      await storage.settled();
      return await storage.backend.fromDevice(storage.buffer, type);
    } finally {
      storage.endRead();
    }
  };
  const values = Promise.all(
    frozen.map((storage, i) => (storage === null ? Promise.resolve(null) : read(storage, graph.inputs[i]!))),
  );
  return queued(
    backend,
    values.then((freeze) => compileProgram(optimized, backend, { donate, freeze })),
  );
}
