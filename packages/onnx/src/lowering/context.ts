import type { Graph, Node, Tensor } from '@tesserajs/tensor';
import type { Dimension } from '../dimensions.js';
import type { ElementType } from '../elements.js';
import { ModelBuildError } from '../errors.js';
import type { GraphBuilder } from '../graph-builder.js';
import type { SymbolicBatch } from './symbolic-batch.js';

/** Who is to run the model: anything that reads the standard, or ONNX Runtime with operators of its own. */
export type LoweringTarget = 'standard' | 'onnxruntime';

/** Turns one node into operators; gets the names of its operands and returns those of its results. */
export type Lowering = (node: Node, operands: readonly string[], context: LoweringContext) => readonly string[];

/** Why a primitive has no lowering. The list is closed, so that a table can show it and an error can say what helps. */
export type ReferenceReason = 'no ONNX operator computes it' | 'the host runs its loop' | 'it acts on the host';

/** A lowering, or why the primitive has none and runs on the reference backend. */
export type LoweringEntry = Lowering | { readonly reference: ReferenceReason };

/** What a lowering builds with. */
export interface LoweringContext {
  readonly graph: GraphBuilder;
  readonly target: LoweringTarget;
  /** The batch size that is open in an exported model; null when all sizes are fixed. */
  readonly batch: SymbolicBatch | null;
  /** How many channels lie together in the runtime's direct convolutions; null: those are not to be used. */
  readonly channelBlock: number | null;
  /** Operands of pools whose gradient is also in the graph. */
  readonly poolsWithGradient: ReadonlySet<Tensor>;
  /** A bool that is fed and always true; null: there is none, and no barrier against merging recomputation. */
  readonly alwaysTrue: string | null;
  /** The name under which a tensor's value is known. */
  nameOf(tensor: Tensor): string;
  /** Sizes of a value, by name where the batch size is open. */
  dimensionsOf(tensor: Tensor): readonly Dimension[];
  /** Writes the operations of a loop's or branch's body into `into`; takes its inputs' names, and returns its outputs'. */
  lowerInside(body: Graph, into: GraphBuilder, inputs: readonly string[]): readonly string[];
  /** Makes a value once and hands it to all nodes that ask for it under the same key. */
  shared(key: string, make: () => readonly string[]): readonly string[];
}

/** The ONNX element type of a tensor. A random key is an int64: its two words, the first in the low half. */
export function elementType({ dtype }: { readonly dtype: Tensor['dtype'] }): ElementType {
  return dtype === 'key' ? 'int64' : dtype;
}

/** A constant vector of int64. */
export function integers(context: LoweringContext, values: readonly number[]): string {
  return context.graph.constant('int64', values);
}

/** Whole numbers among the attributes of a node as an int64 vector, computed where they follow an open batch size. */
export function attributeVector(
  context: LoweringContext,
  node: Node,
  read: (attributes: never) => readonly number[],
): string {
  const { batch, graph } = context;
  return batch?.attribute(graph, node, read) ?? integers(context, read(node.attributes as never));
}

/** The shape of a tensor as an int64 vector, computed from the inputs where the batch size is open. */
export function shapeOf(context: LoweringContext, tensor: Tensor): string {
  return context.batch?.shapeVector(context.graph, tensor) ?? integers(context, tensor.shape);
}

/** Gives a value the shape of a tensor. */
export function reshapeLike(context: LoweringContext, value: string, tensor: Tensor): string {
  const open = context.batch?.openAxes(tensor) ?? [];
  if (open.length === 0) return reshapeTo(context, value, tensor.shape);
  // Reshape finds one open size by itself, but not beside a size of 0.
  if (open.length === 1 && !tensor.shape.includes(0)) {
    const target = tensor.shape.map((size, axis) => (axis === open[0] ? -1 : size));
    return reshapeTo(context, value, target);
  }
  const inputs = [value, shapeOf(context, tensor)];
  return context.graph.node('Reshape', inputs, { allowzero: { int: 1 } }, { name: 'reshape' });
}

/** Reshapes a value to a fixed shape; one size may be −1. */
export function reshapeTo(context: LoweringContext, value: string, shape: readonly number[]): string {
  // Otherwise a size of 0 means that of the operand.
  const attributes = shape.includes(0) ? { allowzero: { int: 1 } } : {};
  return context.graph.node('Reshape', [value, integers(context, shape)], attributes, { name: 'reshape' });
}

function refuseOpen(node: Node): never {
  throw new ModelBuildError(
    `toOnnx: ${node.primitive.name} depends on the batch size in a way that has no lowering; export with { batch: 'fixed' }`,
  );
}

/** Refuses what depends on the batch size in a way that this lowering cannot express. */
export function requireFixed(context: LoweringContext, node: Node): void {
  const open = [...node.operands, ...node.results].some((tensor) => (context.batch?.openAxes(tensor) ?? []).length > 0);
  if (open) refuseOpen(node);
}

/** Refuses a tensor among whose `axes` one follows the batch size. */
export function requireFixedAxes(context: LoweringContext, node: Node, tensor: Tensor, axes: readonly number[]): void {
  if ((context.batch?.openAxes(tensor) ?? []).some((axis) => axes.includes(axis))) refuseOpen(node);
}

/** Whether axis 0 of operands and results is an open batch; refuses other axes that follow the batch size. */
export function isBatchOpen(context: LoweringContext, node: Node): boolean {
  const open = [...node.operands, ...node.results].flatMap((tensor) => context.batch?.openAxes(tensor) ?? []);
  if (open.some((axis) => axis !== 0)) refuseOpen(node);
  return open.length > 0;
}

/** The product of sizes, for a reshape: −1, of which a reshape takes one, when some of `axes` follow the batch size. */
export function mergedSize(context: LoweringContext, tensor: Tensor, axes: readonly number[]): number {
  const open = (context.batch?.openAxes(tensor) ?? []).some((axis) => axes.includes(axis));
  return open ? -1 : axes.reduce((product, axis) => product * tensor.shape[axis]!, 1);
}
