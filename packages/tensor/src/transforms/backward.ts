import { isFloat } from '../dtypes.js';
import { ArgumentError } from '../errors.js';
import { sortNodes } from '../graph/graph.js';
import { inheritOrigin } from '../graph/origins.js';
import type { Trace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

function zerosFor(tensor: Tensor): Tensor {
  return constant(0, tensor.shape, tensor.dtype);
}

function unknownSteps(operands: readonly Tensor[], trace: Trace): ArgumentError {
  const traced = operands.find((operand) => operand.trace === trace && isFloat(operand.dtype)) ?? operands[0]!;
  return new ArgumentError(
    `grad: a gradient of ${traced.dtype} ${formatShape(traced.shape)} is asked for through a loop whose number of steps is unknown ` +
      '(whileLoop, or foriLoop with a tensor as a bound); use scan, or foriLoop with JavaScript numbers as bounds, or ' +
      'forward mode',
  );
}

/**
 * Reverse-mode differentiation: the cotangents of `targets`, the placeholders of `trace`, for given cotangents of
 * outputs. Null where nothing depends on a target.
 */
export function backward(
  trace: Trace,
  outputs: readonly Tensor[],
  outputCotangents: readonly Tensor[],
  targets: readonly Tensor[],
): (Tensor | null)[] {
  const cotangents = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, cotangent: Tensor): void => {
    const present = cotangents.get(tensor);
    cotangents.set(tensor, present === undefined ? cotangent : present.add(cotangent));
  };
  outputs.forEach((output, i) => {
    accumulate(output, outputCotangents[i]!);
  });
  const nodes = sortNodes(outputs, (tensor) => tensor.trace === trace);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const { primitive, operands, results, attributes } = node;
    const { vjp } = primitive;
    if (!results.some((result) => cotangents.has(result) && isFloat(result.dtype))) continue;
    if (typeof vjp !== 'function') {
      if (vjp.notDifferentiable === 'number of steps unknown') throw unknownSteps(operands, trace);
      continue;
    }
    const resultCotangents = results.map((result) => cotangents.get(result) ?? zerosFor(result));
    const operandCotangents = inheritOrigin(node, `the derivative of ${primitive.name}`, () =>
      vjp({
        cotangent: resultCotangents[0]!,
        cotangents: resultCotangents,
        operands,
        result: results[0]!,
        results,
        attributes,
      }),
    );
    operands.forEach((operand, k) => {
      const cotangent = operandCotangents[k];
      if (cotangent == null || operand.trace !== trace || !isFloat(operand.dtype)) return;
      accumulate(operand, cotangent);
    });
  }
  return targets.map((target) => cotangents.get(target) ?? null);
}
