import type { CumulativeAttributes, PrimitiveName } from '@tesserajs/tensor';
import { elementType, integers, requireFixed, type Lowering, type LoweringEntry } from './context.js';

/** Beyond the end of every axis. */
const theEnd = 2 ** 31 - 1;

/**
 * One step after the other, from the second on. Combining ever longer runs of steps takes fewer operators, but multiplies
 * factors with each other first: they may overflow where the steps do not.
 */
const recurrence: Lowering = (node, [a, b], context) => {
  const { axis, reverse } = node.attributes as CumulativeAttributes;
  const { graph } = context;
  const { name } = node.primitive;
  const [x] = node.operands;
  const values = b ?? a!;
  if ((context.batch?.openAxes(x!) ?? []).includes(axis)) requireFixed(context, node);
  if (x!.shape[axis]! < 2 || x!.size === 0) return [values];

  const cut = (value: string, start: number, stop: number): string =>
    graph.node('Slice', [value, ...[start, stop, axis].map((number) => integers(context, [number]))]);
  const first = reverse ? cut(values, -1, theEnd) : cut(values, 0, 1);
  const rest = (b === undefined ? [a!] : [a!, b]).map((value) => (reverse ? cut(value, 0, -1) : cut(value, 1, theEnd)));

  const type = elementType(node.results[0]!);
  const body = graph.subgraph('recurrence');
  const before = body.input('before', type);
  const factor = body.input('factor', type);
  const product = body.node('Mul', [factor, before], {}, { name });
  const next = b === undefined ? product : body.node('Add', [product, body.input('term', type)], {}, { name });
  // Told, since the runtime cannot always infer it, and does not run a body whose shapes it does not know.
  const step = context.dimensionsOf(node.results[0]!).filter((_, i) => i !== axis);
  body.output(next, type, step);
  body.output(body.node('Identity', [next]), type, step);

  const direction = Number(reverse);
  const attributes = {
    body: { graph: body },
    num_scan_inputs: { int: rest.length },
    scan_input_axes: { ints: rest.map(() => axis) },
    scan_input_directions: { ints: rest.map(() => direction) },
    scan_output_axes: { ints: [axis] },
    scan_output_directions: { ints: [direction] },
  };
  const carry = graph.node('Squeeze', [first, integers(context, [axis])]);
  const [, later] = graph.nodeWithOutputs('Scan', [carry, ...rest], ['last', 'values'], attributes, { name });
  const parts = reverse ? [later, first] : [first, later];
  return [graph.node('Concat', parts, { axis: { int: axis } }, { name })];
};

/** Lowerings of running products and recurrences. */
export const recurrenceLowerings: Readonly<
  Record<Extract<PrimitiveName, 'cumProd' | 'linearRecurrence'>, LoweringEntry>
> = { cumProd: recurrence, linearRecurrence: recurrence };
