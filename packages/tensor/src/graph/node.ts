import type { DType } from '../dtypes.js';
import { ambient } from '../ambient.js';
import type { ScopeState } from '../execution/memory-scope.js';
import type { Storage } from '../execution/storage.js';
import { sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Primitive } from './primitive.js';
import type { Trace } from './trace.js';

/** One application of a primitive. */
export class Node {
  readonly primitive: Primitive;
  readonly operands: readonly Tensor[];
  readonly attributes: object;
  /** The tensors that this node makes. */
  results: readonly Tensor[] = [];
  /** True once an evaluation ran this node without storing its results. */
  executed = false;

  constructor(primitive: Primitive, operands: readonly Tensor[], attributes: object) {
    this.primitive = primitive;
    this.operands = operands;
    this.attributes = attributes;
  }
}

/** The state of a tensor; `Tensor` adds the methods. */
export abstract class TensorState {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Number of elements. */
  readonly size: number;
  /** @internal The operation that makes this tensor; null for leaves and once a value is stored. */
  node: Node | null;
  /** @internal Which of the node's results this is. */
  readonly index: number;
  /** @internal The stored value, which may still be pending. */
  storage: Storage | null = null;
  /** @internal The innermost trace that this tensor depends on. */
  readonly trace: Trace | null;
  /** @internal A traced JavaScript number, which takes the dtype of the tensor that it meets. */
  readonly weak: boolean;
  /** @internal The JavaScript number that this leaf holds: an input when evaluated, a constant when compiled. */
  literal: number | null = null;
  /** @internal The memory scope in which this tensor was made. */
  readonly scope: ScopeState | null = ambient.memoryScope;

  /** @internal */
  constructor(shape: Shape, dtype: DType, node: Node | null, index: number, trace: Trace | null, weak: boolean) {
    this.shape = shape;
    this.size = sizeOf(shape);
    this.dtype = dtype;
    this.node = node;
    this.index = index;
    this.trace = trace;
    this.weak = weak;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }
}
