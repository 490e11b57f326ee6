import { isFloat } from '../../dtypes.js';
import { bind, createLeaf } from '../../graph/bind.js';
import { createGraph, inlineGraph } from '../../graph/graph.js';
import type { Primitive, VjpContext } from '../../graph/primitive.js';
import { mergeCommonSubexpressions } from '../../passes/common-subexpressions.js';
import { simplifyGraph } from '../../passes/simplify.js';
import type { Tensor } from '../../tensor.js';
import { backward } from '../../transforms/backward.js';
import { closeFunction } from '../../transforms/close-function.js';
import { constant, createPrimitives, type FullAttributes } from '../create.js';
import type { ScanAttributes } from './scan.js';
import { applyToConstants, splitBody } from './split-body.js';

/** True for the zeros that stand for the cotangent of an unused result. */
function isZero({ node }: Tensor): boolean {
  return node?.primitive === createPrimitives.full && (node.attributes as FullAttributes).value === 0;
}

function zeros({ shape, dtype }: Tensor): Tensor {
  return constant(0, shape, dtype);
}

/** Which of the bodies' gradients exist, in the order of its inputs. */
type Present = readonly boolean[];

/**
 * The body and its gradients in one graph. Inputs: those of the body, then cotangents of float carries and of those
 * stacked results that have one. Outputs: those of the body, then gradients of float carries, then those present of
 * slices and constants.
 */
function jointBody({ body, carries }: ScanAttributes, cotangents: readonly Tensor[]) {
  const used = body.outputs.map((output, i) => isFloat(output.dtype) && (i < carries || !isZero(cotangents[i]!)));
  const outputs = body.outputs.filter((_, i) => used[i] === true);
  const floats = body.inputs.map(({ dtype }) => isFloat(dtype));
  const joint = closeFunction('grad', [...body.inputs, ...outputs], (placeholders, trace) => {
    const inputs = placeholders.slice(0, body.inputs.length);
    const results = inlineGraph(body, inputs);
    const seeds = placeholders.slice(body.inputs.length);
    const gradients = backward(
      trace,
      results.filter((_, i) => used[i] === true),
      seeds,
      inputs.filter((_, i) => floats[i] === true),
    );
    let next = 0;
    const found = inputs.map((input, i) => {
      if (floats[i] !== true) return null;
      const gradient = gradients[next++] ?? null;
      return gradient ?? (i < carries ? zeros(input) : null);
    });
    const present: Present = found.map((gradient) => gradient !== null);
    return { outputs: [...results, ...found.filter((gradient) => gradient !== null)], value: present };
  });
  return { graph: mergeCommonSubexpressions(simplifyGraph(joint.graph)), present: joint.value, used };
}

/**
 * Reverse mode through a loop: the forward loop runs with the tensors that gradients need stacked beside its results
 * (equal loops are one after optimization), and a loop in the other direction carries the cotangents of the carries and
 * the sums of the constants' gradients.
 */
export function scanVjp(
  scan: Primitive<ScanAttributes>,
  { cotangents, operands, attributes }: VjpContext<ScanAttributes>,
): (Tensor | null)[] {
  const { body, carries, sequences, reverse } = attributes;
  const { graph, present, used } = jointBody(attributes, cotangents);
  const count = body.inputs.length;
  const firstConstant = carries + sequences;
  const ownOutputs = body.outputs.length;
  const gradients = graph.outputs.slice(ownOutputs);
  const split = splitBody(
    graph,
    {
      carries: graph.inputs.slice(0, carries),
      slices: graph.inputs.slice(carries, firstConstant),
      constants: graph.inputs.slice(firstConstant, count),
      cotangents: graph.inputs.slice(count),
    },
    gradients,
  );

  let residuals: readonly Tensor[] = [];
  if (split.residuals.length > 0) {
    const inputs = graph.inputs.slice(0, count);
    const forward = createGraph(inputs, [...graph.outputs.slice(0, ownOutputs), ...split.residuals]);
    residuals = bind(scan, operands, { ...attributes, body: forward }).slice(ownOutputs);
  }
  const positions = split.slices.map((slice) => graph.inputs.indexOf(slice));
  const constants = applyToConstants(
    split.constants,
    graph.inputs.slice(firstConstant, count),
    operands.slice(firstConstant),
  );

  // Order of the backward body's inputs: carried cotangents, sums | cotangents of results, residuals, slices | constants.
  const carried = used.slice(0, carries).filter(Boolean).length;
  const isConstant = present.flatMap((one, i) => (one ? [i >= firstConstant] : []));
  const [ofConstants, others] = [true, false].map((wanted) =>
    gradients.flatMap((_, i) => (isConstant[i] === wanted ? [i] : [])),
  );
  const terms = ofConstants!.map((i) => split.graph.outputs[i]!);
  const sums = terms.map((term) => zeros(term));
  const sumInputs = terms.map((term) => createLeaf(term.shape, term.dtype));
  const inner = split.graph.inputs;
  const backwardBody = createGraph(
    [...inner.slice(0, carried), ...sumInputs, ...inner.slice(carried)],
    [
      ...split.graph.outputs.slice(0, carried),
      ...sumInputs.map((sum, i) => sum.add(terms[i]!)),
      ...others!.slice(carried).map((i) => split.graph.outputs[i]!),
    ],
  );
  const ofCarries = cotangents.filter((_, i) => i < carries && used[i] === true);
  const ofResults = cotangents.filter((_, i) => i >= carries && used[i] === true);
  const xs = [...ofResults, ...residuals, ...positions.map((i) => operands[i]!)];
  const results = bind(scan, [...ofCarries, ...sums, ...xs, ...constants], {
    body: backwardBody,
    carries: carried + sums.length,
    sequences: xs.length,
    length: attributes.length,
    reverse: !reverse,
  });
  const order = [...others!.slice(0, carried), ...ofConstants!, ...others!.slice(carried)];
  const byGradient = new Map(order.map((gradient, i) => [gradient, results[i]!]));
  let next = 0;
  return operands.map((_, i) => (present[i] === true ? byGradient.get(next++)! : null));
}
