import { activeBackend } from './evaluate.js';
import { cachedExecutables } from './executables.js';
import { liveTotals } from './live-memory.js';
import { queuedRuns } from './queue.js';

/** What a program holds at a moment. */
export interface MemoryUse {
  /** Tensors whose values are stored, those of JavaScript numbers aside. */
  readonly liveTensors: number;
  /** Bytes of these values. */
  readonly liveBytes: number;
  /** Bytes that the active backend itself counts in its memory. */
  readonly backendBytes: number;
  /** Executables in the active backend's cache. */
  readonly executables: number;
  /** Bytes that these executables hold. */
  readonly executableBytes: number;
  /** Runs of the active backend that have not ended. */
  readonly queuedRuns: number;
}

/**
 * What the program holds now. Host memory counts as live until the garbage collector has found it unused.
 *
 * @example
 * ```ts
 * const { liveTensors, liveBytes } = memory();
 * ```
 */
export function memory(): MemoryUse {
  const backend = activeBackend();
  const { tensors, bytes } = liveTotals();
  const { count, bytes: executableBytes } = cachedExecutables(backend);
  return {
    liveTensors: tensors,
    liveBytes: bytes,
    backendBytes: backend.memory().bytes,
    executables: count,
    executableBytes,
    queuedRuns: queuedRuns(backend),
  };
}
