import type { CumulativeAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import type { GraphBuilder } from '../graph-builder.js';
import {
  elementType,
  integers,
  requireFixed,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

/** Beyond the end of every axis. */
const theEnd = 2 ** 31 - 1;

/** An axis, and the direction in which its steps go. */
interface Steps extends CumulativeAttributes {
  readonly context: LoweringContext;
  readonly name: string;
}

function cut({ context, axis }: Steps, x: string, start: number, stop: number): string {
  const [from, to, along] = [start, stop, axis].map((value) => integers(context, [value]));
  return context.graph.node('Slice', [x, from!, to!, along!]);
}

function firstSteps(steps: Steps, x: string, count: number): string {
  return steps.reverse ? cut(steps, x, -count, theEnd) : cut(steps, x, 0, count);
}

function withoutFirst(steps: Steps, x: string, count: number): string {
  return steps.reverse ? cut(steps, x, 0, -count) : cut(steps, x, count, theEnd);
}

function withoutLast(steps: Steps, x: string, count: number): string {
  return steps.reverse ? cut(steps, x, count, theEnd) : cut(steps, x, 0, -count);
}

function join({ context, axis, reverse, name }: Steps, first: string, rest: string): string {
  const parts = reverse ? [rest, first] : [first, rest];
  return context.graph.node('Concat', parts, { axis: { int: axis } }, { name });
}

/** factors · values + terms, or without terms the product. */
function step(graph: GraphBuilder, factors: string, values: string, terms: string | null, name: string): string {
  const product = graph.node('Mul', [factors, values], {}, { name });
  return terms === null ? product : graph.node('Add', [product, terms], {}, { name });
}

/** Each round combines what two rounds before it have covered: twice as many steps as the last one. */
function byDoubling(steps: Steps, a: string, b: string | null, length: number): string {
  const { graph } = steps.context;
  let [factors, values] = [a, b ?? a];
  for (let count = 1; count < length; count *= 2) {
    const rest = withoutFirst(steps, values, count);
    const later = b === null ? rest : withoutFirst(steps, factors, count);
    const next = step(graph, later, withoutLast(steps, values, count), b === null ? null : rest, steps.name);
    values = join(steps, firstSteps(steps, values, count), next);
    if (b === null || 2 * count >= length) continue;
    const products = step(graph, later, withoutLast(steps, factors, count), null, steps.name);
    factors = join(steps, firstSteps(steps, factors, count), products);
  }
  return values;
}

/** One step after the other, from the second on. */
function byScan(steps: Steps, node: Node, a: string, b: string | null): string {
  const { context, axis, reverse, name } = steps;
  const { graph } = context;
  const type = elementType(node.results[0]!);
  const first = firstSteps(steps, b ?? a, 1);
  const carry = graph.node('Squeeze', [first, integers(context, [axis])]);
  const inner = graph.subgraph('recurrence');
  const before = inner.input('before', type);
  const factor = inner.input('factor', type);
  const term = b === null ? null : inner.input('term', type);
  const next = step(inner, factor, before, term, name);
  inner.output(next, type);
  inner.output(inner.node('Identity', [next]), type);
  const sequences = (b === null ? [a] : [a, b]).map((x) => withoutFirst(steps, x, 1));
  const direction = Number(reverse);
  const attributes = {
    body: { graph: inner },
    num_scan_inputs: { int: sequences.length },
    scan_input_axes: { ints: sequences.map(() => axis) },
    scan_input_directions: { ints: sequences.map(() => direction) },
    scan_output_axes: { ints: [axis] },
    scan_output_directions: { ints: [direction] },
  };
  const [, values] = graph.nodeWithOutputs('Scan', [carry, ...sequences], ['last', 'values'], attributes, { name });
  return join(steps, first, values);
}

/**
 * Compares microseconds, measured on two cores. A round passes over all elements: five times for products, eleven times with
 * terms. A loop costs by the step, and brings its axis to the front.
 */
function isScanFaster(axis: number, length: number, size: number, sequences: number): boolean {
  const scan = 30 + sequences * (0.8 * length + (axis === 0 ? 0.001 : 0.0035) * size);
  const passes = sequences === 1 ? 5 : 11;
  return scan < Math.ceil(Math.log2(length)) * passes * (1 + 1.7e-4 * size);
}

const recurrence: Lowering = (node, [a, b = null], context) => {
  const { axis, reverse } = node.attributes as CumulativeAttributes;
  const [x] = node.operands;
  const length = x!.shape[axis]!;
  if ((context.batch?.openAxes(x!) ?? []).includes(axis)) requireFixed(context, node);
  if (length < 2 || x!.size === 0) return [b ?? a!];
  const steps = { context, axis, reverse, name: node.primitive.name };
  const loop = isScanFaster(axis, length, x!.size, node.operands.length);
  return [loop ? byScan(steps, node, a!, b) : byDoubling(steps, a!, b, length)];
};

/** Lowerings of running products and recurrences. */
export const recurrenceLowerings: Readonly<
  Record<Extract<PrimitiveName, 'cumProd' | 'linearRecurrence'>, LoweringEntry>
> = { cumProd: recurrence, linearRecurrence: recurrence };
