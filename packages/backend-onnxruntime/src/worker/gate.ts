/**
 * Keeps the process from ending while the worker is inside the runtime, whose binding does not survive that: the process
 * would abort. Memory that both threads see.
 */
export type Gate = Int32Array;

const [busy, closing] = [0, 1];
/** Milliseconds that the end of the process waits for a run at most. */
const patience = 30_000;

export function createGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** The worker is about to enter the runtime; false when it must not any more. */
export function enter(gate: Gate): boolean {
  Atomics.add(gate, busy, 1);
  if (Atomics.load(gate, closing) === 0) return true;
  leave(gate);
  return false;
}

/** The worker has left the runtime. */
export function leave(gate: Gate): void {
  Atomics.sub(gate, busy, 1);
  Atomics.notify(gate, busy);
}

/** Lets the worker enter no more, and waits until it has left. */
export function close(gate: Gate): void {
  Atomics.store(gate, closing, 1);
  const end = performance.now() + patience;
  for (let inside = Atomics.load(gate, busy); inside > 0; inside = Atomics.load(gate, busy)) {
    if (Atomics.wait(gate, busy, inside, end - performance.now()) === 'timed-out') return;
  }
}
