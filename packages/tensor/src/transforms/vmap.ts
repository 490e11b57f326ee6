import { ArgumentError, ShapeError } from '../errors.js';
import { createLeaf } from '../graph/bind.js';
import { sortNodes } from '../graph/graph.js';
import { checkNotPromise, withTrace } from '../graph/trace.js';
import { formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';

/** Options of `vmap`. */
export interface VmapOptions {
  /** Batch axis of each argument; null: the argument is shared. One value for all, or one per argument. Default 0. */
  readonly inAxes?: number | null | readonly (number | null)[];
  /** Where the batch axis of the results goes. Default 0. */
  readonly outAxes?: number;
}

function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const axes = [...x.shape.keys()].filter((axis) => axis !== from);
  axes.splice(to, 0, from);
  return x.transpose(axes);
}

/**
 * Vectorizes a function written for one example: maps it over a batch axis of its arguments without a loop.
 * Throws a ShapeError when batch sizes differ.
 *
 * @example
 * ```ts
 * const dot = (a: Tensor, b: Tensor) => a.mul(b).sum();
 * await vmap(dot)(ones([4, 3]), ones([4, 3])).array(); // [3, 3, 3, 3]
 * ```
 */
export function vmap<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => R {
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => {
    if (typeof inAxes === 'object' && inAxes !== null && inAxes.length !== args.length) {
      throw new ArgumentError(
        `vmap: inAxes names ${inAxes.length} axes for ${args.length} arguments; name one for each, or null`,
      );
    }
    const axisOf = (position: number): number | null =>
      typeof inAxes === 'object' && inAxes !== null ? (inAxes[position] ?? null) : inAxes;
    let size: number | null = null;
    return withTrace('vmap', (trace) => {
      const batchedValues = new Map<Tensor, Tensor>();
      const traced = args.map((argument, position) => {
        const axis = axisOf(position);
        if (axis === null) return argument;
        const flat = flatten(argument);
        const leaves = (flat.leaves as Tensor[]).map((leaf) => {
          if (leaf.weak) return leaf; // a JavaScript number of a function that is being compiled
          const batch = normalizeAxis('vmap', axis, leaf.shape);
          const length = leaf.shape[batch]!;
          if (size !== null && size !== length) {
            throw new ShapeError(
              `vmap: argument ${position} ${formatShape(leaf.shape)} has ${length} entries along axis ${batch}, another has ${size}; batch sizes must be equal`,
            );
          }
          size = length;
          const shape = leaf.shape.filter((_, i) => i !== batch);
          const placeholder = createLeaf(shape, leaf.dtype, trace);
          batchedValues.set(placeholder, moveAxis(leaf, batch, 0));
          return placeholder;
        });
        return unflatten(flat.definition, leaves);
      });
      if (size === null) throw new ArgumentError('vmap: no argument has a batch axis; give one with inAxes');
      const result = f(...(traced as unknown as A));
      checkNotPromise('vmap', result);
      const flat = flatten(result);
      const outputs = flat.leaves as Tensor[];
      for (const node of sortNodes(outputs, (tensor) => tensor.trace === trace)) {
        const batched = node.operands.map((operand) => batchedValues.has(operand));
        const operands = node.operands.map((operand) => batchedValues.get(operand) ?? operand);
        const results = node.primitive.batch({ operands, batched, size, attributes: node.attributes });
        const list = Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
        node.results.forEach((old, i) => batchedValues.set(old, list[i]!));
      }
      const leaves = outputs.map((output) => {
        const value = batchedValues.get(output) ?? output.broadcastTo([size!, ...output.shape]);
        return moveAxis(value, 0, normalizeAxis('vmap', outAxes, value.shape));
      });
      return unflatten(flat.definition, leaves) as R;
    });
  };
}
