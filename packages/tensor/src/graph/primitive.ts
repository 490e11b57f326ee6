import type { DType, HostArray } from '../dtypes.js';
import type { Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Graph } from './graph.js';

/** What is known of a tensor before it has a value. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The operand that a rule gets: a vjp rule's view of one application of a primitive. */
export interface VjpContext<A extends object> {
  /** Cotangent of the first result. */
  readonly cotangent: Tensor;
  /** Cotangents of all results; zeros where nothing depends on a result. */
  readonly cotangents: readonly Tensor[];
  readonly operands: readonly Tensor[];
  /** The first result. */
  readonly result: Tensor;
  readonly results: readonly Tensor[];
  readonly attributes: A;
}

/** Computes the cotangents of a primitive's operands. A method type, so that tables may hold primitives of all attributes. */
export type VjpRule<A extends object> = { rule(context: VjpContext<A>): readonly (Tensor | null)[] }['rule'];

/** One application of a primitive in forward mode. */
export interface JvpContext<A extends object> {
  readonly operands: readonly Tensor[];
  /** Tangents of the operands; null where zero. At least one is given. */
  readonly tangents: readonly (Tensor | null)[];
  readonly results: readonly Tensor[];
  readonly attributes: A;
}

/** Why a primitive has no gradient. The list is closed, so that a registry table can show it. */
export type NotDifferentiableReason =
  | 'integer or bool result'
  | 'piecewise constant'
  | 'random bits'
  | 'no operands'
  | 'stopped on purpose'
  /** Unlike the others an error when a gradient is asked for: the gradient exists, but not how much to store for it. */
  | 'number of steps unknown';

/** Takes the place of a vjp rule: the cotangents of all operands are zero. */
export interface NotDifferentiable {
  readonly notDifferentiable: NotDifferentiableReason;
}

/** Says why a primitive has no vjp rule. */
export function notDifferentiable(reason: NotDifferentiableReason): NotDifferentiable {
  return { notDifferentiable: reason };
}

/** One application of a primitive whose operands may carry a leading batch axis. */
export interface BatchContext<A extends object> {
  /** Batched operands have the batch axis first; the others do not have it. */
  readonly operands: readonly Tensor[];
  readonly batched: readonly boolean[];
  /** Length of the batch axis. */
  readonly size: number;
  readonly attributes: A;
}

/** What a reference kernel is specialised on. */
export interface KernelNode<A extends object> {
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  readonly attributes: A;
}

/** Computes all results from all operands; `outputs` are freshly allocated and zeroed. */
export type Kernel = (inputs: readonly HostArray[], outputs: readonly HostArray[]) => void;

/** A node that may be taken apart. */
export interface ExpandContext<A extends object> {
  readonly operands: readonly Tensor[];
  readonly attributes: A;
  /** Rows of the blocks that are left of large factorizations; null: these stay whole. */
  readonly matrixBlock: number | null;
}

/** Everything that is known about one primitive operation. */
export interface PrimitiveDefinition<A extends object> {
  /** Name shown in errors, printed graphs and backend tables. */
  readonly name: string;
  /** Types of the results; throws ShapeError or DTypeError for operands that do not fit. */
  shape(operands: readonly TensorType[], attributes: A): TensorType | readonly TensorType[];
  /** Cotangents of the operands (null = zero), linear in the cotangents of the results. */
  readonly vjp: VjpRule<A> | NotDifferentiable;
  /**
   * Tangents of the results (null = zero). Only for what has no vjp that forward mode could use: elementwise primitives
   * use theirs, linear ones apply themselves, and for the others the vjp is transposed.
   */
  jvp?(context: JvpContext<A>): readonly (Tensor | null)[];
  /** Results with the batch axis first, for operands of which at least one is batched. */
  batch(context: BatchContext<A>): Tensor | readonly Tensor[];
  /** Chooses and prepares the kernel of the reference backend. */
  reference(node: KernelNode<A>): Kernel;
  /** Acts on each element alone, broadcasting its operands: passes may move shape operations across it. */
  readonly elementwise?: boolean;
  /** The result has the operand's elements in the same order: the reference backend shares the buffer. */
  readonly alias?: boolean;
  /** Acts on the host when it runs: it is neither merged with an equal one nor run again. */
  readonly effect?: boolean;
  /** The kernel takes and gives float16 and bfloat16 as bits; other kernels get them as float32. */
  readonly takesBits?: boolean;
  /** What takes the place of a node before its graph runs, where that is faster; null: nothing. */
  expand?(context: ExpandContext<A>): readonly Tensor[] | null;
  /** What a composite computes for operands of given types, as a closed graph of other primitives. */
  body?(operands: readonly TensorType[], attributes: A): Graph;
  /** Linear in each of the operands named, or in all of them together when true: its own derivative in them. */
  readonly linear?: boolean | readonly number[];
}

/** A primitive operation: its rules, and an id that is unique within the process. */
export interface Primitive<A extends object = object> extends PrimitiveDefinition<A> {
  readonly id: number;
}

let nextId = 0;

/** Makes a primitive from its rules. Every rule is required: a hole is a compile error. */
export function definePrimitive<A extends object>(definition: PrimitiveDefinition<A>): Primitive<A> {
  return { ...definition, id: nextId++ };
}
