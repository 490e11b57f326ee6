import type { Tensor } from '../../tensor.js';
import type { ModuleLike } from '../../tree/flatten.js';

/** A tree as the body of a loop sees it: numbers are tensors. */
export type LoopState<T> = T extends number
  ? Tensor
  : T extends Tensor | ModuleLike | boolean | string | null | undefined | ((...args: never[]) => unknown)
    ? T
    : T extends object
      ? { [K in keyof T]: LoopState<T[K]> }
      : T;
