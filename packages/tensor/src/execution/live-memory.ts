import { bytesPerElement } from '../dtypes.js';
import type { TensorType } from '../graph/primitive.js';
import { sizeOf } from '../shapes.js';
import type { Backend, DeviceBuffer } from './backend.js';

/** Bytes of a tensor's elements. */
export function bytesOf({ shape, dtype }: TensorType): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}

/** What all stored tensors of this process hold together. */
interface Totals {
  tensors: number;
  bytes: number;
}

const totals: Totals = { tensors: 0, bytes: 0 };

/** The memory of one stored tensor, apart from the tensor, so that it can be let go when the tensor is gone. */
export interface Holding {
  readonly backend: Backend;
  /** Null in host memory, which the garbage collector frees. */
  buffer: DeviceBuffer | null;
  bytes: number;
}

// The net below explicit freeing: the engine may run it late or never, because it does not see device memory.
const net = new FinalizationRegistry<Holding>((holding) => {
  letGo(holding, 'free');
});

/** Counts the memory of a stored tensor, which `owner` keeps alive. */
export function hold(owner: object, backend: Backend, buffer: DeviceBuffer, bytes: number): Holding {
  const holding: Holding = { backend, buffer: backend.memorySpace === 'host' ? null : buffer, bytes };
  totals.tensors++;
  totals.bytes += bytes;
  net.register(owner, holding);
  return holding;
}

/** Ends what `hold` began, once: the buffer is freed, or was given to a run that consumed it. */
export function letGo(holding: Holding, how: 'free' | 'consumed'): void {
  const { backend, buffer, bytes } = holding;
  if (bytes < 0) return;
  totals.tensors--;
  totals.bytes -= bytes;
  holding.bytes = -1;
  holding.buffer = null;
  if (how === 'free' && buffer !== null) backend.free(buffer);
}

/** Stored tensors and their bytes, as far as they are known to be alive. */
export function liveTotals(): Readonly<Totals> {
  return { ...totals };
}

/** The totals as error texts show them. */
export function describeTotals(): string {
  return `${totals.tensors} live tensors hold ${totals.bytes} bytes`;
}
