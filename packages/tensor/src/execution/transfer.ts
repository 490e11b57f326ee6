import type { TensorType } from '../graph/primitive.js';
import type { Backend, DeviceBuffer } from './backend.js';

/** Calls `next` with all values: at once if none of them is a promise. */
export function whenAll<T, R>(
  values: readonly (T | Promise<T>)[],
  next: (values: readonly T[]) => R | Promise<R>,
): R | Promise<R> {
  if (values.every((value): value is T => !(value instanceof Promise))) return next(values);
  return Promise.all(values).then((all) => next(all));
}

/** A buffer in the memory of another backend; the same buffer where they share their memory. */
export function transfer(
  buffer: DeviceBuffer,
  from: Backend,
  to: Backend,
  type: TensorType,
): DeviceBuffer | Promise<DeviceBuffer> {
  if (from.memorySpace === to.memorySpace) return buffer;
  const host = from.fromDevice(buffer, type);
  return host instanceof Promise ? host.then((data) => to.toDevice(data, type)) : to.toDevice(host, type);
}

/** A copy of a buffer, in the same memory. */
export function duplicate(
  buffer: DeviceBuffer,
  backend: Backend,
  type: TensorType,
): DeviceBuffer | Promise<DeviceBuffer> {
  const host = backend.fromDevice(buffer, type);
  return host instanceof Promise
    ? host.then((data) => backend.toDevice(data.slice(), type))
    : backend.toDevice(host.slice(), type);
}
