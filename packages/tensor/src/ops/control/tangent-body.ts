import { isFloat } from '../../dtypes.js';
import { inlineGraph, type Graph } from '../../graph/graph.js';
import type { Tensor } from '../../tensor.js';
import { closeFunction } from '../../transforms/close-function.js';
import { forward } from '../../transforms/forward.js';
import { constant } from '../create.js';

/** A body with its tangents. */
export interface TangentBody {
  /** Inputs: those of the body, then tangents where `given`. Outputs: those of the body, then tangents where `made`. */
  readonly graph: Graph;
  /** Per output: whether it has a tangent. */
  readonly made: readonly boolean[];
}

/** Forward mode through a body; outputs that are `wanted` have a tangent in any case. */
export function tangentBody(body: Graph, given: readonly boolean[], wanted: readonly boolean[]): TangentBody {
  const count = body.inputs.length;
  const types = [...body.inputs, ...body.inputs.filter((_, i) => given[i] === true)];
  const { graph, value } = closeFunction('jvp', types, (placeholders, trace) => {
    const inputs = placeholders.slice(0, count);
    const tangentOf = new Map<Tensor, Tensor>();
    inputs.filter((_, i) => given[i] === true).forEach((input, i) => tangentOf.set(input, placeholders[count + i]!));
    const outputs = inlineGraph(body, inputs);
    const tangents = forward(trace, outputs, tangentOf).map((tangent, i) => {
      const { shape, dtype } = outputs[i]!;
      return tangent === null && wanted[i] === true && isFloat(dtype) ? constant(0, shape, dtype) : tangent;
    });
    return {
      outputs: [...outputs, ...tangents.filter((tangent) => tangent !== null)],
      value: tangents.map((tangent) => tangent !== null),
    };
  });
  return { graph, made: value };
}
