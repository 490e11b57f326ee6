import { sortNodes } from '../graph/graph.js';
import type { Trace } from '../graph/trace.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { TreeDefinition } from '../tree/flatten.js';
import type { PreparedArguments } from './arguments.js';

const reported = new Set<string>();

function holdsModule(definition: TreeDefinition): boolean {
  if (definition.kind === 'module') return true;
  return 'children' in definition && definition.children.some(holdsModule);
}

function warnOnce(text: string): void {
  if (!reported.has(text)) console.warn(text);
  reported.add(text);
}

/**
 * Warns, once, when a function uses a parameter of a module not through its argument: what an arrow function in a field,
 * or a closure, has kept is the old module, and gets no gradient.
 */
export function warnOfCaptured(
  operation: string,
  trace: Trace,
  outputs: readonly Tensor[],
  { prepared }: PreparedArguments,
): void {
  const parameters = new Map<Tensor, string>();
  for (const [position, { flat, placeholders }] of prepared) {
    if (!holdsModule(flat.definition)) continue;
    flat.leaves.forEach((leaf, i) => {
      if (placeholders[i] !== null) parameters.set(leaf as Tensor, `${flat.paths[i]} of argument ${position}`);
    });
  }
  if (parameters.size === 0) return;
  if (outputs.every((output) => output.trace !== trace)) {
    warnOnce(
      `${operation}: the result does not depend on the parameters of the module, and all gradients are zero; compute it ` +
        'with the module that the function is given',
    );
    return;
  }
  for (const node of sortNodes(outputs, (tensor) => tensor.trace === trace)) {
    for (const operand of node.operands) {
      const path = parameters.get(operand);
      if (path === undefined) continue;
      warnOnce(
        `${operation}: ${path} ${formatShape(operand.shape)} is used directly, not through the argument, and gets no ` +
          'gradient there; is it read in an arrow function that is a field, or in a closure? Write a method, and use the ' +
          'module that the function is given',
      );
    }
  }
}
