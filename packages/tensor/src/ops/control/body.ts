import { createLeaf } from '../../graph/bind.js';
import type { Graph } from '../../graph/graph.js';
import type { Tensor } from '../../tensor.js';
import type { ClosedFunction } from '../../transforms/close-function.js';
import { operand } from '../operands.js';

/** A leaf of a body's result as a tensor: numbers and what is as weak as they are become `dtype`. */
export function asOutput(leaf: Tensor | number, dtype: Tensor['dtype'] = 'float32'): Tensor {
  const tensor = typeof leaf === 'number' ? operand(leaf) : leaf;
  return (tensor.weak || typeof leaf === 'number') && tensor.dtype !== dtype ? tensor.cast(dtype) : tensor;
}

/** Makes several bodies take one list of captured tensors: inputs are the `own` first ones, then one per tensor. */
export function shareCaptured(
  bodies: readonly Pick<ClosedFunction<unknown>, 'graph' | 'captured'>[],
  own: readonly number[],
): { readonly graphs: Graph[]; readonly captured: Tensor[] } {
  const captured = [...new Set(bodies.flatMap((body) => body.captured))];
  const graphs = bodies.map(({ graph, captured: mine }, i) => {
    const inputs = graph.inputs.slice(0, own[i]);
    for (const tensor of captured) {
      const position = mine.indexOf(tensor);
      inputs.push(position < 0 ? createLeaf(tensor.shape, tensor.dtype) : graph.inputs[own[i]! + position]!);
    }
    return { ...graph, inputs };
  });
  return { graphs, captured };
}
