import type { CondAttributes, Graph, PrimitiveName, ScanAttributes, WhileAttributes } from '@tesserajs/tensor';
import type { GraphBuilder } from '../graph-builder.js';
import { attributeVector, elementType, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

/** Writes a body's operations and makes its results the outputs of its graph. */
function fill(context: LoweringContext, inner: GraphBuilder, body: Graph, inputs: readonly string[]): void {
  context.lowerInside(body, inner, inputs).forEach((value, i) => {
    const output = body.outputs[i]!;
    inner.output(value, elementType(output), context.dimensionsOf(output));
  });
}

/** Inputs of a sub-graph for the first `count` inputs of a body. */
function bodyInputs(context: LoweringContext, inner: GraphBuilder, body: Graph, count: number): string[] {
  return body.inputs
    .slice(0, count)
    .map((input, i) => inner.input(`x${i}`, elementType(input), context.dimensionsOf(input)));
}

/** Constants are read from around the loop. */
const scan: Lowering = (node, operands, context) => {
  const { body, carries, sequences, reverse } = node.attributes as ScanAttributes;
  const { graph } = context;
  const inner = graph.subgraph('scan');
  const own = bodyInputs(context, inner, body, carries + sequences);
  const inputs = operands.slice(0, carries + sequences);
  if (sequences === 0) {
    // The operator counts its steps by a sequence.
    const steps = attributeVector(context, node, (scanned: ScanAttributes) => [scanned.length]);
    inputs.push(graph.node('Expand', [graph.constant('bool', true), steps]));
    inner.input('step', 'bool', []);
  }
  fill(context, inner, body, [...own, ...operands.slice(carries + sequences)]);
  const direction = Number(reverse);
  const attributes = {
    body: { graph: inner },
    num_scan_inputs: { int: Math.max(sequences, 1) },
    scan_input_directions: { ints: new Array<number>(Math.max(sequences, 1)).fill(direction) },
    scan_output_directions: { ints: new Array<number>(body.outputs.length - carries).fill(direction) },
  };
  return graph.nodeWithOutputs(
    'Scan',
    inputs,
    node.results.map((_, i) => `y${i}`),
    attributes,
    { name: 'scan' },
  );
};

const cond: Lowering = (node, [predicate, ...operands], context) => {
  const { graph } = context;
  const { onTrue, onFalse } = node.attributes as CondAttributes;
  const [then, otherwise] = [onTrue, onFalse].map((branch, i) => {
    const inner = graph.subgraph(i === 0 ? 'then' : 'else');
    fill(context, inner, branch, operands);
    return inner;
  });
  const attributes = { then_branch: { graph: then! }, else_branch: { graph: otherwise! } };
  return graph.nodeWithOutputs(
    'If',
    [predicate!],
    node.results.map((_, i) => `y${i}`),
    attributes,
    { name: 'cond' },
  );
};

/** The operator tests after each step; the first test is made before it. */
const whileLoop: Lowering = (node, operands, context) => {
  const { condition, body, carries } = node.attributes as WhileAttributes;
  const { graph } = context;
  const [first] = context.lowerInside(condition, graph, operands);
  const inner = graph.subgraph('while');
  inner.input('iteration', 'int64', []);
  inner.input('going', 'bool', []);
  const constants = operands.slice(carries);
  const own = bodyInputs(context, inner, body, carries);
  const next = context.lowerInside(body, inner, [...own, ...constants]);
  const [going] = context.lowerInside(condition, inner, [...next, ...constants]);
  inner.output(going!, 'bool', []);
  next.forEach((value, i) => {
    const output = body.outputs[i]!;
    inner.output(value, elementType(output), context.dimensionsOf(output));
  });
  const inputs = ['', first!, ...operands.slice(0, carries)];
  const endings = node.results.map((_, i) => `y${i}`);
  return graph.nodeWithOutputs('Loop', inputs, endings, { body: { graph: inner } }, { name: 'while' });
};

/** Lowerings of loops and branches, whose bodies are sub-graphs. */
export const controlLowerings: Readonly<Record<Extract<PrimitiveName, 'scan' | 'cond' | 'while'>, LoweringEntry>> = {
  scan,
  cond,
  while: whileLoop,
};
