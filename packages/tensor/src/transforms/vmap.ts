import { ArgumentError, ShapeError } from '../errors.js';
import { createLeaf } from '../graph/bind.js';
import { sortNodes } from '../graph/graph.js';
import { inheritOrigin } from '../graph/origins.js';
import { checkNotPromise, withTrace } from '../graph/trace.js';
import { formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type TreeDefinition } from '../tree/flatten.js';
import { checkFunction } from './arguments.js';

/** A batch axis, null for none, or a tree of them; one that stands for a whole tree holds for all of its tensors. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * Batch axis of each argument; null: the argument is shared. One value for all arguments, or a list with one for each,
   * which may itself be a tree like the argument, or like its upper part. Default 0.
   */
  readonly inAxes?: number | null | readonly Axes[];
  /** Where the batch axis of the results goes, also as a tree; null: the result must not depend on the batch. Default 0. */
  readonly outAxes?: Axes;
}

function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const axes = [...x.shape.keys()].filter((axis) => axis !== from);
  axes.splice(to, 0, from);
  return x.transpose(axes);
}

/** One axis per leaf of a tree, from axes that are given for its upper part. */
function axesOfLeaves(
  option: string,
  definition: TreeDefinition,
  axes: Axes | undefined,
  path: string,
): (number | null)[] {
  const children = 'children' in definition ? definition.children : [];
  const nested = typeof axes === 'object' && axes !== null;
  switch (definition.kind) {
    case 'static':
    case 'alias':
      return [];
    case 'leaf':
    case 'number':
      if (nested || axes === undefined) break;
      return [axes];
    case 'array':
      if (nested && (!Array.isArray(axes) || axes.length !== children.length)) break;
      return children.flatMap((child, i) =>
        axesOfLeaves(option, child, nested ? (axes as readonly Axes[])[i] : axes, `${path}.${i}`),
      );
    case 'object':
    case 'module':
      if (nested && Array.isArray(axes)) break;
      return children.flatMap((child, i) => {
        const key = definition.keys[i]!;
        return axesOfLeaves(option, child, nested ? (axes as Record<string, Axes>)[key] : axes, `${path}.${key}`);
      });
  }
  throw new ArgumentError(
    `vmap: ${option} at ${path} is ${axes === undefined ? 'missing' : JSON.stringify(axes)}, which does not fit the tree there; give an axis, ` +
      'null, or a tree of them like the value',
  );
}

/**
 * Vectorizes a function written for one example: maps it over a batch axis of its arguments without a loop.
 * Throws a ShapeError when batch sizes differ, and an ArgumentError for axes that do not fit the arguments.
 *
 * @example
 * ```ts
 * const norm = (a: Tensor) => a.square().sum().sqrt();
 * vmap(norm)(tensor([[3, 4], [6, 8]])); // → [5, 10]
 * ```
 */
export function vmap<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => R {
  checkFunction('vmap', f);
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => {
    const list = typeof inAxes === 'object' && inAxes !== null;
    if (list && inAxes.length !== args.length) {
      throw new ArgumentError(
        `vmap: inAxes names ${inAxes.length} axes for ${args.length} arguments; name one for each, or null`,
      );
    }
    let size: number | null = null;
    return withTrace('vmap', (trace) => {
      const batchedValues = new Map<Tensor, Tensor>();
      const traced = args.map((argument, position) => {
        const axes = list ? inAxes[position]! : inAxes;
        if (axes === null) return argument;
        const flat = flatten(argument);
        const axisOf = axesOfLeaves('inAxes', flat.definition, axes, String(position));
        const leaves = (flat.leaves as Tensor[]).map((leaf, i) => {
          const axis = axisOf[i] ?? null;
          // A weak tensor is a JavaScript number of a function that is being compiled.
          if (axis === null || leaf.weak) return leaf;
          const batch = normalizeAxis('vmap', axis, leaf.shape);
          const length = leaf.shape[batch]!;
          if (size !== null && size !== length) {
            throw new ShapeError(
              `vmap: argument ${position} ${formatShape(leaf.shape)} has ${length} entries along axis ${batch}, another has ${size}; batch sizes must be equal`,
            );
          }
          size = length;
          const shape = leaf.shape.filter((_, k) => k !== batch);
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
        const { primitive, attributes } = node;
        const results = inheritOrigin(node, null, () =>
          primitive.batch({ operands, batched, size: size!, attributes }),
        );
        const made = Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
        node.results.forEach((old, i) => batchedValues.set(old, made[i]!));
      }
      const outAxisOf = axesOfLeaves('outAxes', flat.definition, outAxes, 'the result');
      const leaves = outputs.map((output, i) => {
        const axis = outAxisOf[i] ?? null;
        const batched = batchedValues.get(output);
        if (axis === null) {
          if (batched === undefined) return output;
          throw new ArgumentError(
            `vmap: outAxes is null for the result ${flat.paths[i] || 'of the function'} ${formatShape(output.shape)}, which ` +
              'differs between examples; give it an axis, or reduce over the examples outside',
          );
        }
        const value = batched ?? output.broadcastTo([size!, ...output.shape]);
        return moveAxis(value, 0, normalizeAxis('vmap', axis, value.shape));
      });
      return unflatten(flat.definition, leaves) as R;
    });
  };
}
