import { isFloat } from '../../dtypes.js';
import { bind } from '../../graph/bind.js';
import { inlineGraph } from '../../graph/graph.js';
import type { Primitive, VjpContext } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { backward } from '../../transforms/backward.js';
import { closeFunction } from '../../transforms/close-function.js';
import { constant } from '../create.js';
import type { CondAttributes } from './cond.js';

/**
 * Reverse mode through a choice: the branch taken runs again with its gradients, so that nothing is stored for the other.
 * What only the other branch uses gets zeros.
 */
export function condVjp(
  cond: Primitive<CondAttributes>,
  { cotangents, operands, attributes: { onTrue, onFalse } }: VjpContext<CondAttributes>,
): (Tensor | null)[] {
  const [predicate, ...inputs] = operands;
  const floatOutputs = onTrue.outputs.map(({ dtype }) => isFloat(dtype));
  const floatInputs = inputs.map(({ dtype }) => isFloat(dtype));
  const given = cotangents.filter((_, i) => floatOutputs[i] === true);
  const branches = [onTrue, onFalse].map((branch) =>
    closeFunction('grad', [...inputs, ...given], (placeholders, trace) => {
      const own = placeholders.slice(0, inputs.length);
      const targets = own.filter((_, i) => floatInputs[i] === true);
      const results = inlineGraph(branch, own).filter((_, i) => floatOutputs[i] === true);
      const gradients = backward(trace, results, placeholders.slice(inputs.length), targets);
      return {
        outputs: gradients.map((gradient, i) => gradient ?? constant(0, targets[i]!.shape, targets[i]!.dtype)),
        value: gradients.map((gradient) => gradient !== null),
      };
    }),
  );
  const used = branches[0]!.value.map((one, i) => one || branches[1]!.value[i] === true);
  const [yes, no] = branches.map(({ graph }) => ({ ...graph, outputs: graph.outputs.filter((_, i) => used[i]) }));
  const results = bind(cond, [predicate!, ...inputs, ...given], { onTrue: yes!, onFalse: no! });
  let next = 0;
  const gradients = used.map((one) => (one ? results[next++]! : null));
  let target = 0;
  return [null, ...floatInputs.map((float) => (float ? gradients[target++]! : null))];
}
