import { sameSignature, type GraphSignature } from '../graph/signature.js';
import type { QueuedExecutable } from './executables.js';

/** An executable that is kept for graphs of the same structure. */
interface Entry {
  readonly signature: GraphSignature;
  readonly queued: QueuedExecutable;
}

/** What a cache may keep at most. */
export interface CacheLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Sessions of a native runtime take some MB each, besides what they report; those of large models some 100 MB. */
const defaults: CacheLimits = { count: 256, bytes: 2 ** 32 };

/** The executables of one backend by structure; the least recently used are given up first. */
export class ExecutableCache {
  readonly #limits: CacheLimits;
  readonly #evict: (queued: QueuedExecutable) => void;
  readonly #entries = new Map<number, Entry[]>();
  #count = 0;

  constructor(evict: (queued: QueuedExecutable) => void, limits: CacheLimits = defaults) {
    this.#evict = evict;
    this.#limits = limits;
  }

  /** Executables in the cache. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that the cached executables hold, as far as they are compiled and their backends know. */
  get bytes(): number {
    let total = 0;
    for (const entries of this.#entries.values()) {
      for (const { queued } of entries) total += queued.executable?.stats.bytes ?? 0;
    }
    return total;
  }

  find(signature: GraphSignature): QueuedExecutable | null {
    const entries = this.#entries.get(signature.low);
    if (entries !== undefined) {
      for (const entry of entries) if (sameSignature(entry.signature, signature)) return entry.queued;
    }
    return null;
  }

  add(signature: GraphSignature, queued: QueuedExecutable): void {
    const entries = this.#entries.get(signature.low);
    if (entries === undefined) this.#entries.set(signature.low, [{ signature, queued }]);
    else entries.push({ signature, queued });
    this.#count++;
  }

  /** Forgets an executable without giving it up, such as one that failed to compile. */
  remove(queued: QueuedExecutable): void {
    for (const [low, entries] of this.#entries) {
      const position = entries.findIndex((entry) => entry.queued === queued);
      if (position < 0) continue;
      entries.splice(position, 1);
      if (entries.length === 0) this.#entries.delete(low);
      this.#count--;
      return;
    }
  }

  /** Gives up executables, the least recently used first, until the limits hold; those with runs in the queue stay. */
  trim(): void {
    let { bytes } = this;
    if (this.#count <= this.#limits.count && bytes <= this.#limits.bytes) return;
    const idle = [...this.#entries.values()]
      .flatMap((entries) => entries.map(({ queued }) => queued))
      .filter(({ pins }) => pins === 0)
      .sort((a, b) => a.lastUse - b.lastUse);
    idle.pop(); // the newest is about to run
    for (const queued of idle) {
      if (this.#count <= this.#limits.count && bytes <= this.#limits.bytes) return;
      bytes -= queued.executable?.stats.bytes ?? 0;
      this.remove(queued);
      this.#evict(queued);
    }
  }
}
