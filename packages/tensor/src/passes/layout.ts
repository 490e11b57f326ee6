import { bindTyped, apply } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { avgPoolPrimitives, type AvgPoolGradAttributes } from '../ops/avg-pool.js';
import { convPrimitives, type ConvAttributes, type ConvGradAttributes } from '../ops/conv.js';
import { fromChannels, kernelOrder, orderFor, type Channels } from '../ops/conv-layout.js';
import { resamplePrimitives, type ResampleAttributes } from '../ops/interpolate.js';
import { poolPrimitives, type PoolAttributes } from '../ops/pool.js';
import { reducePrimitives, type ReduceAttributes } from '../ops/reduce.js';
import { shapePrimitives, type TransposeAttributes } from '../ops/shape.js';
import type { Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

function transposed(x: Tensor, permutation: readonly number[]): Tensor {
  if (permutation.every((axis, i) => axis === i)) return x;
  return apply(shapePrimitives.transpose, [x], { permutation });
}

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** Permutation from channels last to channels first. */
function toFirst(rank: number): number[] {
  return inverse(orderFor('first', rank));
}

function firstImage(x: Tensor): Tensor {
  return transposed(x, toFirst(x.rank));
}

function firstKernel(kernel: Tensor, layout: Channels): Tensor {
  return layout === 'first' ? kernel : transposed(kernel, inverse(kernelOrder('first', kernel.rank)));
}

function backImage(y: Tensor): Tensor {
  return transposed(y, orderFor('first', y.rank));
}

function convolveChannelsFirst(node: Node, operands: readonly Tensor[]): Tensor | null {
  const attributes = node.attributes as ConvAttributes;
  if (attributes.channels === 'first') return null;
  const layout = { channels: 'first', kernel: 'first' } as const;
  const [a, b] = operands;
  switch (node.primitive) {
    case convPrimitives.conv:
      return backImage(
        apply(convPrimitives.conv, [firstImage(a!), firstKernel(b!, attributes.kernel)], { ...attributes, ...layout }),
      );
    case convPrimitives.convInputGrad: {
      const shape = fromChannels('first', (attributes as ConvGradAttributes).shape);
      const grad = apply(convPrimitives.convInputGrad, [firstImage(a!), firstKernel(b!, attributes.kernel)], {
        ...attributes,
        ...layout,
        shape,
      });
      return backImage(grad);
    }
    case convPrimitives.convFilterGrad: {
      const { shape } = attributes as ConvGradAttributes;
      const order = kernelOrder(attributes.kernel === 'first' ? 'last' : 'first', shape.length);
      const first = inverse(order).map((axis) => shape[axis]!);
      const grad = apply(convPrimitives.convFilterGrad, [firstImage(a!), firstImage(b!)], {
        ...attributes,
        ...layout,
        shape: first,
      });
      return transposed(grad, order);
    }
    default:
      return null;
  }
}

const pools: ReadonlySet<unknown> = new Set([...Object.values(poolPrimitives), ...Object.values(avgPoolPrimitives)]);

function poolChannelsFirst(node: Node, operands: readonly Tensor[]): Tensor | null {
  const attributes = node.attributes as PoolAttributes | AvgPoolGradAttributes;
  if (!pools.has(node.primitive) || attributes.channels === 'first') return null;
  const shape = 'shape' in attributes ? { shape: fromChannels('first', attributes.shape) } : {};
  return backImage(apply(node.primitive, operands.map(firstImage), { ...attributes, ...shape, channels: 'first' }));
}

/** Gives convolutions and pools the channels-first layout, with transposes around them. */
export function channelsFirst(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const result = convolveChannelsFirst(node, operands) ?? poolChannelsFirst(node, operands);
    return result === null ? null : [result];
  });
}

function permutationOf(x: Tensor): readonly number[] | null {
  const { node } = x;
  return node?.primitive === shapePrimitives.transpose ? (node.attributes as TransposeAttributes).permutation : null;
}

/** A smaller operand, aligned at the end, as it must be before a transpose of the result by `permutation`. */
function beforeTranspose(x: Tensor, permutation: readonly number[]): Tensor {
  const rank = permutation.length;
  const own = permutationOf(x);
  if (own !== null && own.length === rank && own.every((axis, i) => axis === permutation[i])) {
    return x.node!.operands[0]!;
  }
  if (x.size === 1) return x.rank === 0 ? x : apply(shapePrimitives.reshape, [x], { shape: [] });
  const padded: Shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const aligned = padded.length === x.rank ? x : apply(shapePrimitives.reshape, [x], { shape: padded });
  return transposed(aligned, inverse(permutation));
}

/**
 * Moving the transpose below must not add one over a full-sized operand unless another disappears; and not even then where
 * the result leaves the graph in its own order, as the state of an optimizer does: it came in that order.
 */
function sinkThroughElementwise(node: Node, operands: readonly Tensor[], leaves: boolean): Tensor | null {
  const [result] = node.results;
  const permutation = operands
    .filter((operand) => operand.rank === result!.rank)
    .flatMap((operand) => {
      const own = permutationOf(operand);
      return own === null ? [] : [own];
    })
    .at(0);
  if (permutation === undefined) return null;
  let removed = 0;
  let added = 0;
  for (const operand of operands) {
    const own = permutationOf(operand);
    if (own !== null && own.length === permutation.length && own.every((axis, i) => axis === permutation[i])) {
      removed += operand.size;
    } else if (operand.size === result!.size && operand.size > 1) {
      added += operand.size;
    }
  }
  if (leaves ? added > 0 : added > removed) return null;
  const moved = operands.map((operand) => beforeTranspose(operand, permutation));
  const back = inverse(permutation);
  const shape = back.map((axis) => result!.shape[axis]!);
  const value = bindTyped(node.primitive, moved, node.attributes, [{ shape, dtype: result!.dtype }])[0]!;
  return transposed(value, permutation);
}

/** A reduction takes the axes where they lay before the transpose. */
function sinkThroughReduction(node: Node, [x]: readonly Tensor[]): Tensor | null {
  const permutation = permutationOf(x!);
  if (permutation === null) return null;
  const { axes } = node.attributes as ReduceAttributes;
  const before = axes.map((axis) => permutation[axis]!).sort((a, b) => a - b);
  const source = x!.node!.operands[0]!;
  const kept = [...source.shape.keys()].filter((axis) => !before.includes(axis));
  const order = permutation.filter((axis) => !before.includes(axis)).map((axis) => kept.indexOf(axis));
  const shape = kept.map((axis) => source.shape[axis]!);
  const value = bindTyped(node.primitive, [source], { axes: before }, [{ shape, dtype: x!.dtype }])[0]!;
  return transposed(value, order);
}

const resamplings: ReadonlySet<unknown> = new Set(Object.values(resamplePrimitives));

/** A resampling takes its axis where it lay before the transpose. */
function sinkThroughResampling(node: Node, [x]: readonly Tensor[]): Tensor | null {
  const permutation = permutationOf(x!);
  if (permutation === null) return null;
  const attributes = node.attributes as ResampleAttributes;
  const axis = permutation[attributes.axis]!;
  return transposed(apply(node.primitive, [x!.node!.operands[0]!], { ...attributes, axis }), permutation);
}

/** Moves transposes towards the outputs, through elementwise operations, reductions and resamplings, so that they meet and cancel. */
export function sinkTransposes(graph: Graph): Graph {
  const reductions = new Set<unknown>([reducePrimitives.sum, reducePrimitives.max, reducePrimitives.min]);
  const outputs = new Set(graph.outputs);
  return rewriteGraph(graph, (node, operands) => {
    if (node.primitive.elementwise === true) {
      const result = sinkThroughElementwise(node, operands, outputs.has(node.results[0]!));
      return result === null ? null : [result];
    }
    if (resamplings.has(node.primitive)) {
      const result = sinkThroughResampling(node, operands);
      return result === null ? null : [result];
    }
    if (reductions.has(node.primitive)) {
      const result = sinkThroughReduction(node, operands);
      return result === null ? null : [result];
    }
    return null;
  });
}

/** By tensor and permutation: the transposes of a graph. */
function transposesOf({ nodes }: Graph): Map<Tensor, readonly Tensor[]> {
  const found = new Map<Tensor, readonly Tensor[]>();
  for (const { primitive, operands, results } of nodes) {
    if (primitive === shapePrimitives.transpose) {
      found.set(operands[0]!, [...(found.get(operands[0]!) ?? []), results[0]!]);
    }
  }
  return found;
}

/**
 * Computes on a transposed tensor, which is there for others too, what was computed on the tensor and transposed: the
 * square of a gradient, where the gradient itself is needed in the order of the parameter.
 */
export function raiseTransposes(graph: Graph): Graph {
  const present = transposesOf(graph);
  const readers = new Map<Tensor, number>();
  for (const tensor of [...graph.nodes.flatMap(({ operands }) => operands), ...graph.outputs]) {
    readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  }
  return rewriteGraph(graph, (node) => {
    if (node.primitive !== shapePrimitives.transpose) return null;
    const [source] = node.operands;
    const inner = source!.node;
    if (inner?.primitive.elementwise !== true || readers.get(source!) !== 1) return null;
    const { permutation } = node.attributes as TransposeAttributes;
    const operands = inner.operands.map((operand) =>
      operand.size === 1 && operand.rank === 0
        ? operand
        : (present.get(operand) ?? []).find(
            (turned) =>
              turned.rank === permutation.length && permutationOf(turned)!.every((axis, i) => axis === permutation[i]),
          ),
    );
    if (operands.some((operand) => operand === undefined)) return null;
    return bindTyped(inner.primitive, operands as Tensor[], inner.attributes, node.results);
  });
}
