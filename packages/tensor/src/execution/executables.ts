import type { Graph } from '../graph/graph.js';
import { closeGraph } from '../graph/graph.js';
import { graphSignature, sameSignature, type GraphSignature } from '../graph/signature.js';
import { optimizeGraph } from '../passes/optimize.js';
import type { Backend, Executable } from './backend.js';
import { compileProgram } from './program.js';

/** An executable in the cache; `executable` is null until an asynchronous compilation has ended. */
export interface CachedExecutable {
  readonly backend: Backend;
  readonly signature: GraphSignature;
  executable: Executable | null;
  /** Resolves when compilation has ended; rejects with its error. */
  readonly ready: Promise<Executable> | null;
  /** Runs in the queue or in progress: a pinned executable is not evicted. */
  pins: number;
  evicted: boolean;
}

const capacity = 256;
const caches = new WeakMap<Backend, Map<string, CachedExecutable[]>>();
let created = 0;

/** How many executables were created in this process: constant while structures repeat. */
export function executablesCreated(): number {
  return created;
}

function evictOldest(cache: Map<string, CachedExecutable[]>): void {
  if (cache.size <= capacity) return;
  for (const [hash, entries] of cache) {
    if (entries.some((entry) => entry.pins > 0)) continue;
    cache.delete(hash);
    for (const entry of entries) {
      entry.evicted = true;
      entry.executable?.dispose();
    }
    return;
  }
}

/** The executable for a graph's structure: from the cache, or compiled now. */
export function getExecutable(graph: Graph, backend: Backend, donate: readonly boolean[]): CachedExecutable {
  let cache = caches.get(backend);
  if (cache === undefined) {
    cache = new Map();
    caches.set(backend, cache);
  }
  const signature = graphSignature(graph, donate.map(Number));
  const entries = cache.get(signature.hash) ?? [];
  const found = entries.find((entry) => sameSignature(entry.signature, signature));
  cache.delete(signature.hash); // re-inserted below: a Map iterates from the least recently used
  cache.set(signature.hash, entries);
  if (found !== undefined) return found;

  created++;
  const compiled = compileProgram(optimizeGraph(closeGraph(graph), backend), backend, { donate });
  const entry: CachedExecutable = {
    backend,
    signature,
    executable: compiled instanceof Promise ? null : compiled,
    ready: compiled instanceof Promise ? compiled : null,
    pins: 0,
    evicted: false,
  };
  entry.ready?.then(
    (executable) => {
      entry.executable = executable;
      if (entry.evicted) executable.dispose();
    },
    () => {
      // The queue reports the failure to whoever reads the results; a failed entry must not stay.
      entry.evicted = true;
      cache.set(
        signature.hash,
        (cache.get(signature.hash) ?? []).filter((other) => other !== entry),
      );
    },
  );
  entries.push(entry);
  evictOldest(cache);
  return entry;
}
