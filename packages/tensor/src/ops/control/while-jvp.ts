import { createLeaf, bind } from '../../graph/bind.js';
import type { JvpContext, Primitive } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { spread } from '../../transforms/body-rules.js';
import { constant } from '../create.js';
import { tangentBody } from './tangent-body.js';
import type { WhileAttributes } from './while.js';

/** Forward mode through a loop of unknown length: tangents of carries are carried beside them. */
export function whileJvp(
  whilePrimitive: Primitive<WhileAttributes>,
  { operands, tangents, attributes }: JvpContext<WhileAttributes>,
): (Tensor | null)[] {
  const { condition, body, carries } = attributes;
  const given = tangents.map((tangent) => tangent !== null);
  for (;;) {
    const carried = given.slice(0, carries);
    const { graph, made } = tangentBody(body, given, carried);
    if (made.some((one, i) => one && !carried[i]!)) {
      made.forEach((one, i) => {
        if (one) given[i] = true;
      });
      continue;
    }
    const own = operands.map((x, i) => (given[i] === true ? (tangents[i] ?? constant(0, x.shape, x.dtype)) : null));
    const some = (list: readonly (Tensor | null)[]): Tensor[] => list.filter((t) => t !== null);
    const count = body.inputs.length;
    const innerTangents = spread(given, graph.inputs.slice(count));
    const order = (list: readonly Tensor[], beside: readonly (Tensor | null)[]): Tensor[] => [
      ...list.slice(0, carries),
      ...some(beside.slice(0, carries)),
      ...list.slice(carries),
      ...some(beside.slice(carries)),
    ];
    const leaves = innerTangents.map((t) => (t === null ? null : createLeaf(t.shape, t.dtype)));
    const results = bind(whilePrimitive, order(operands, own), {
      condition: { ...condition, inputs: order(condition.inputs, leaves) },
      body: { ...graph, inputs: order(graph.inputs.slice(0, count), innerTangents) },
      carries: carries + some(own.slice(0, carries)).length,
    });
    return spread(made, results.slice(carries));
  }
}
