import { apply, applyPlain } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { createPrimitives, type FullAttributes } from '../ops/create.js';
import { arithmeticPrimitives } from '../ops/elementwise/arithmetic.js';
import { castPrimitives } from '../ops/elementwise/cast.js';
import { comparisonPrimitives } from '../ops/elementwise/comparison.js';
import { reluPrimitives } from '../ops/elementwise/relu.js';
import { poolPrimitives, type PoolAttributes } from '../ops/pool.js';
import type { Tensor } from '../tensor.js';

/** x, if the tensor is relu(x). */
function underRelu(tensor: Tensor): Tensor | null {
  return tensor.node?.primitive === reluPrimitives.relu ? tensor.node.operands[0]! : null;
}

/** y, if the tensor is the 0/1 mask of y > 0. */
function underMask(tensor: Tensor): Tensor | null {
  const compare = tensor.node?.primitive === castPrimitives.cast ? tensor.node.operands[0]!.node : null;
  if (compare?.primitive !== comparisonPrimitives.greater) return null;
  const [y, zero] = compare.operands;
  const isZero =
    zero!.node?.primitive === createPrimitives.full && (zero!.node.attributes as FullAttributes).value === 0;
  return isZero ? y! : null;
}

function reluOfPool(x: Tensor, attributes: PoolAttributes): Tensor {
  return applyPlain(reluPrimitives.relu, apply(poolPrimitives.maxPool, [x], attributes));
}

/** mask(relu(x)) · maxPoolGrad(relu(x), dy) = maxPoolGrad(x, mask(relu(maxPool(x))) · dy), on as few elements as dy has. */
function maskBeforeGradient(gradient: Tensor, mask: Tensor): Tensor | null {
  const { node } = gradient;
  if (node?.primitive !== poolPrimitives.maxPoolGrad) return null;
  const [rectified, dy] = node.operands;
  const x = underRelu(rectified!);
  if (x === null || underMask(mask) !== rectified) return null;
  const attributes = node.attributes as PoolAttributes;
  const pooled = reluOfPool(x, attributes);
  const positive = applyPlain(comparisonPrimitives.greater, pooled, mask.node!.operands[0]!.node!.operands[1]!);
  const small = apply(castPrimitives.cast, [positive], { dtype: dy!.dtype });
  return apply(poolPrimitives.maxPoolGrad, [x, applyPlain(arithmeticPrimitives.mul, dy!, small)], attributes);
}

function reorder(node: Node, operands: readonly Tensor[]): Tensor | null {
  if (node.primitive === poolPrimitives.maxPool) {
    const x = underRelu(operands[0]!);
    return x === null ? null : reluOfPool(x, node.attributes as PoolAttributes);
  }
  if (node.primitive === arithmeticPrimitives.mul) {
    const [a, b] = operands;
    return maskBeforeGradient(a!, b!) ?? maskBeforeGradient(b!, a!);
  }
  return null;
}

/** maxPool(relu(x)) = relu(maxPool(x)), and so for their gradients: relu and its mask then see only the pooled elements. */
export function poolBeforeRelu(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const result = reorder(node, operands);
    return result === null ? null : [result];
  });
}
