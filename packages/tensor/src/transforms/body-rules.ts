import { isFloat } from '../dtypes.js';
import { createLeaf } from '../graph/bind.js';
import { inlineGraph, type Graph } from '../graph/graph.js';
import { withTrace, type Trace, type TraceKind } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import { backward } from './backward.js';
import { closeFunction } from './close-function.js';
import { forward } from './forward.js';
import { substitute } from './substitute.js';

/** Tensors of a list as far as they carry something: null for zero. */
export type Sparse = readonly (Tensor | null)[];

/** What an operation computes. */
type Body = (operands: Tensor[]) => readonly Tensor[];

/** One entry per flag: the next of `list` where it is set, else null. */
export function spread<T>(flags: readonly boolean[], list: readonly T[]): (T | null)[] {
  let next = 0;
  return flags.map((flag) => (flag ? list[next++]! : null));
}

/** Differentiates `body` at placeholders, and puts the operands in their places. */
function differentiate(
  kind: TraceKind,
  body: Body,
  operands: readonly Tensor[],
  derivative: (trace: Trace, placeholders: readonly Tensor[], outputs: readonly Tensor[]) => Sparse,
): Sparse {
  return withTrace(kind, (trace) => {
    const placeholders = operands.map(({ shape, dtype }) => createLeaf(shape, dtype, trace));
    const made = derivative(trace, placeholders, body(placeholders));
    const values = new Map(placeholders.map((placeholder, i) => [placeholder, operands[i]!]));
    const found = made.filter((one) => one !== null);
    return spread(
      made.map((one) => one !== null),
      substitute(trace, found, values),
    );
  });
}

/** Cotangents of the operands of a body, from those of its results. */
export function pullBack(body: Body, operands: readonly Tensor[], cotangents: Sparse): Sparse {
  return differentiate('vjp', body, operands, (trace, placeholders, outputs) => {
    const used = [...outputs.keys()].filter((i) => isFloat(outputs[i]!.dtype) && cotangents[i] != null);
    return backward(
      trace,
      used.map((i) => outputs[i]!),
      used.map((i) => cotangents[i]!),
      placeholders,
    );
  });
}

/** Tangents of the results of a body, from those of its operands. */
export function pushForward(body: Body, operands: readonly Tensor[], tangents: Sparse): Sparse {
  return differentiate('jvp', body, operands, (trace, placeholders, outputs) => {
    const given = tangents.flatMap((tangent, i) => (tangent === null ? [] : [[placeholders[i]!, tangent] as const]));
    return forward(trace, outputs, new Map(given));
  });
}

/** The derivative of a node that runs a graph, as a node that `bindGraph` makes of the derivative's graph. */
export function differentiateGraph(
  kind: 'vjp' | 'jvp',
  graph: Graph,
  operands: readonly Tensor[],
  given: Sparse,
  bindGraph: (operands: readonly Tensor[], graph: Graph) => readonly Tensor[],
): Sparse {
  // What is no float has no cotangent.
  const carrying = given.map((one) => (one !== null && isFloat(one.dtype) ? one : null));
  const extra = carrying.filter((one) => one !== null);
  const rule = kind === 'vjp' ? pullBack : pushForward;
  const { graph: derivative, value: reached } = closeFunction(kind, [...operands, ...extra], (inputs) => {
    const seeds = spread(
      carrying.map((one) => one !== null),
      inputs.slice(operands.length),
    );
    const made = rule((inner) => inlineGraph(graph, inner), inputs.slice(0, operands.length), seeds);
    return { outputs: made.filter((one) => one !== null), value: made.map((one) => one !== null) };
  });
  return spread(reached, reached.includes(true) ? bindGraph([...operands, ...extra], derivative) : []);
}
