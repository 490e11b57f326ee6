import { bind } from '../../graph/bind.js';
import type { JvpContext, Primitive } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { spread } from '../../transforms/body-rules.js';
import type { CondAttributes } from './cond.js';
import { tangentBody } from './tangent-body.js';

/** Forward mode through a choice: the branch taken runs with its tangents. */
export function condJvp(
  cond: Primitive<CondAttributes>,
  { operands, tangents, attributes: { onTrue, onFalse } }: JvpContext<CondAttributes>,
): (Tensor | null)[] {
  const given = tangents.slice(1).map((tangent) => tangent !== null);
  const none = onTrue.outputs.map(() => false);
  const branches = [onTrue, onFalse];
  const first = branches.map((branch) => tangentBody(branch, given, none).made);
  const made = none.map((_, i) => first.some((flags) => flags[i] === true));
  const [yes, no] = branches.map((branch) => {
    const { graph } = tangentBody(branch, given, made);
    return { ...graph, outputs: graph.outputs.slice(branch.outputs.length) };
  });
  if (!made.includes(true)) return none.map(() => null);
  const own = tangents.filter((tangent) => tangent !== null);
  return spread(made, bind(cond, [...operands, ...own], { onTrue: yes!, onFalse: no! }));
}
