import { bodyKernel } from '../execution/body.js';
import { bind, createLeaf } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import {
  definePrimitive,
  type BatchContext,
  type Primitive,
  type TensorType,
  type VjpRule,
} from '../graph/primitive.js';
import { alignBatched } from '../ops/align.js';
import type { Tensor } from '../tensor.js';
import { pullBack, pushForward } from './body-rules.js';
import { graphOf } from './close-function.js';
import { vmap } from './vmap.js';

/** A named function of other primitives; everything but its name and body follows from the body. */
export interface CompositeDefinition<A extends object> {
  /** Name shown in errors, printed graphs and backend tables. */
  readonly name: string;
  /** What it computes, in terms of primitives and other composites. */
  body(operands: readonly Tensor[], attributes: A): Tensor | readonly Tensor[];
  /** Throws for operands that do not fit, naming this operation; without it the body's operations complain. */
  check?(operands: readonly TensorType[], attributes: A): void;
  /** Acts on each element alone, broadcasting its operands: passes may move shape operations across it. */
  readonly elementwise?: boolean;
  /** Operands on whose leading axes it acts alike: when no others are batched, batching keeps the name. */
  readonly leading?: readonly number[];
  /** A gradient that is better than the body's: cheaper, or safer where the body's cancels. */
  readonly vjp?: VjpRule<A>;
}

/**
 * Makes a composite: one node of the graph for backends with a fused kernel, its body for all others. Shapes, gradients and
 * batches come from the body.
 */
export function defineComposite<A extends object>(definition: CompositeDefinition<A>): Primitive<A> {
  const { name, elementwise = false, leading = [] } = definition;

  function body(operands: readonly Tensor[], attributes: A): readonly Tensor[] {
    const results = definition.body(operands, attributes);
    return Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
  }

  function graph(types: readonly TensorType[], attributes: A): Graph {
    return graphOf('composite', types, (...inputs) => body(inputs, attributes));
  }

  function batch({ operands, batched, size, attributes }: BatchContext<A>): readonly Tensor[] {
    if (elementwise) return bind(primitive, alignBatched(operands, batched), attributes);
    if (operands.every((_, i) => batched[i] !== true || leading.includes(i))) {
      const full = operands.map((x, i) =>
        batched[i] === true || !leading.includes(i) ? x : x.broadcastTo([size, ...x.shape]),
      );
      return bind(primitive, full, attributes);
    }
    const inAxes = batched.map((one) => (one ? 0 : null));
    return vmap((...inner: Tensor[]) => [...body(inner, attributes)], { inAxes })(...operands);
  }

  const primitive: Primitive<A> = definePrimitive<A>({
    name,
    elementwise,
    // The body's kernels see 16-bit floats as they would on their own.
    takesBits: true,
    body: graph,
    shape(operands, attributes) {
      definition.check?.(operands, attributes);
      const leaves = operands.map(({ shape, dtype }) => createLeaf(shape, dtype));
      return body(leaves, attributes).map(({ shape, dtype }) => ({ shape, dtype }));
    },
    vjp:
      definition.vjp ??
      (({ operands, cotangents, attributes }) => pullBack((x) => body(x, attributes), operands, cotangents)),
    ...(elementwise
      ? {}
      : {
          jvp: ({ operands, tangents, attributes }) => pushForward((x) => body(x, attributes), operands, tangents),
        }),
    batch,
    reference: ({ operands, attributes }) => bodyKernel(graph(operands, attributes)),
  });
  return primitive;
}
