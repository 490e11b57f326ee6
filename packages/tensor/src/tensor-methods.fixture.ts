import { Tensor } from './tensor.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** All methods of tensors by name, inherited ones too. */
export function tensorMethods(): [name: string, method: Method][] {
  const found: [string, Method][] = [];
  for (
    let owner = Tensor.prototype as object;
    owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === 'function' && name !== 'constructor') found.push([name, value as Method]);
    }
  }
  return found;
}
