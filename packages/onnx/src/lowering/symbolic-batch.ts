import { formatShape, isFloat, subgraphsOf, type Graph, type Node, type Shape, type Tensor } from '@tesserajs/tensor';
import type { Dimension } from '../dimensions.js';
import { elementTypeCode, type ElementType } from '../elements.js';
import { ModelBuildError } from '../errors.js';
import type { GraphBuilder } from '../graph-builder.js';
import { checkSameOperation } from './batch-attributes.js';
import { batchSizes, findRule, mapSizes, sizeLine, type AtBatchSizes, type Line } from './batch-rule.js';

const [first, second, third] = batchSizes;

/** What corresponds in the graphs for the three batch sizes, position by position. */
function together<T>(lists: AtBatchSizes<readonly T[]>): AtBatchSizes<T>[] {
  return lists[0].map((one, i) => [one, lists[1][i]!, lists[2][i]!]);
}

function isOpen([a, b, c]: AtBatchSizes<number>): boolean {
  return !Object.is(a, b) || !Object.is(a, c);
}

/** Finds the sizes and numbers that follow the batch size by comparing one function's graphs at three of them. */
export class SymbolicBatch {
  readonly #shapes = new Map<Tensor, AtBatchSizes<Shape>>();
  readonly #attributes = new Map<Node, AtBatchSizes<object>>();
  /** An input axis that is the batch size itself. */
  #source: { readonly input: number; readonly axis: number } | null = null;
  #main: GraphBuilder | null = null;
  #inputName = '';
  readonly #values = new Map<string, string>();

  /** Throws a ModelBuildError for graphs that differ in more than sizes. */
  constructor(graphs: AtBatchSizes<Graph>) {
    this.#compare(graphs);
    graphs[0].inputs.forEach((tensor, input) => {
      const axis = this.#sizes(tensor).findIndex((sizes) => sizes.every((size, i) => size === batchSizes[i]));
      if (axis >= 0) this.#source ??= { input, axis };
    });
  }

  #compare(graphs: AtBatchSizes<Graph>): void {
    const counts = graphs.map(({ nodes }) => nodes.length);
    const other = counts.findIndex((count) => count !== counts[0]);
    if (other >= 0) {
      throw new ModelBuildError(
        `toOnnx: batch sizes ${first} and ${batchSizes[other]!} give ${counts[0]!} and ${counts[other]!} operations; ` +
          "make the function independent of it, or export with { batch: 'fixed' }",
      );
    }
    const learn = (tensors: AtBatchSizes<readonly Tensor[]>): void => {
      for (const same of together(tensors))
        this.#shapes.set(
          same[0],
          mapSizes(same, ({ shape }) => shape),
        );
    };
    learn(mapSizes(graphs, ({ inputs }) => inputs));
    for (const nodes of together(mapSizes(graphs, (graph) => graph.nodes))) {
      checkSameOperation(nodes);
      const attributes = mapSizes(nodes, (node) => node.attributes);
      this.#attributes.set(nodes[0], attributes);
      for (const bodies of together(mapSizes(attributes, subgraphsOf))) this.#compare(bodies);
      learn(mapSizes(nodes, ({ results }) => results));
    }
  }

  /** Tells where the batch size can be read: in the main graph, which bodies of loops see. */
  bindInputs(main: GraphBuilder, names: readonly string[]): void {
    this.#main = main;
    this.#inputName = this.#source === null ? '' : names[this.#source.input]!;
  }

  #sizes(tensor: Tensor): AtBatchSizes<number>[] {
    const { shape } = tensor;
    return together<number>(this.#shapes.get(tensor) ?? [shape, shape, shape]);
  }

  /** Of nodes that a lowering makes: their own, for every batch size. */
  #attributesOf(node: Node): AtBatchSizes<never> {
    const { attributes } = node;
    return (this.#attributes.get(node) ?? [attributes, attributes, attributes]) as AtBatchSizes<never>;
  }

  /** Axes whose size follows the batch size. */
  openAxes(tensor: Tensor): number[] {
    const sizes = this.#sizes(tensor);
    return [...sizes.keys()].filter((axis) => isOpen(sizes[axis]!));
  }

  #line(what: string, sizes: AtBatchSizes<number>): Line {
    const line = sizeLine(sizes);
    if (line !== null) return line;
    const [a, b, c] = sizes;
    throw new ModelBuildError(
      `toOnnx: ${what} is ${a}, ${b} and ${c} for batches of ${first}, ${second} and ${third}, which is no ` +
        "multiple of the batch size plus a number; export with { batch: 'fixed' }",
    );
  }

  /** Sizes for a model's inputs and outputs: numbers, or the batch's name. */
  dimensions(tensor: Tensor, symbol: string): Dimension[] {
    return this.#sizes(tensor).map((sizes, axis) => {
      if (!isOpen(sizes)) return sizes[0];
      const { slope, offset } = this.#line(`axis ${axis} of ${formatShape(tensor.shape)}`, sizes);
      const scaled = slope === 1 ? symbol : `${slope}*${symbol}`;
      return offset === 0 ? scaled : `${scaled}${offset > 0 ? '+' : ''}${offset}`;
    });
  }

  /** The shape as an int64 vector computed at run time; null when it is fixed. */
  shapeVector(graph: GraphBuilder, tensor: Tensor): string | null {
    const sizes = this.#sizes(tensor);
    return sizes.some(isOpen) ? this.#vector(graph, `a size of ${formatShape(tensor.shape)}`, sizes) : null;
  }

  /** Whole numbers among the attributes of a node, as an int64 vector that follows the batch size where they do. */
  attribute(graph: GraphBuilder, node: Node, read: (attributes: never) => readonly number[]): string {
    const lists = mapSizes(this.#attributesOf(node), read);
    return this.#vector(graph, `a setting of ${node.primitive.name}`, together(lists));
  }

  #vector(graph: GraphBuilder, what: string, numbers: readonly AtBatchSizes<number>[]): string {
    if (!numbers.some(isOpen)) {
      return graph.constant(
        'int64',
        numbers.map(([number]) => number),
      );
    }
    const parts = numbers.map((sizes) => {
      if (!isOpen(sizes)) return graph.constant('int64', [sizes[0]]);
      const { slope, offset } = this.#line(what, sizes);
      const batch = this.#batch(what);
      const scaled = slope === 1 ? batch : graph.node('Mul', [batch, graph.constant('int64', [slope])]);
      return offset === 0 ? scaled : graph.node('Add', [scaled, graph.constant('int64', [offset])]);
    });
    return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 0 } });
  }

  /** A number among the attributes of a node as a scalar computed at run time; null when it is fixed. */
  number(node: Node, type: ElementType, read: (attributes: never) => number): string | null {
    const values = mapSizes(this.#attributesOf(node), read);
    if (!isOpen(values)) return null;
    const key = `${type} ${values.join()}`;
    const value = this.#values.get(key) ?? this.#computed(values, type);
    this.#values.set(key, value);
    return value;
  }

  /** Writes sign · (slope · batch + offset) ^ power, in float64 as JavaScript would compute it, or int64. */
  #computed(values: AtBatchSizes<number>, type: ElementType): string {
    const rule = isFloat(type) ? findRule(values) : sizeLine(values);
    if (rule === null || type === 'bool') {
      throw new ModelBuildError(
        `toOnnx: a constant of ${type} is ${values.join(', ')} for batches of ${batchSizes.join(', ')}, which is no ` +
          "power of a multiple of the batch size plus a number; compute it from an input, or export with { batch: 'fixed' }",
      );
    }
    const main = this.#main!;
    const wide = isFloat(type) ? 'float64' : 'int64';
    const size = main.node('Squeeze', [this.#batch('a constant')]);
    let value = wide === 'int64' ? size : main.node('Cast', [size], { to: { int: elementTypeCode(wide) } });
    const { sign = 1, power = 1 } = rule as { sign?: number; power?: number };
    // A multiple that only scales the power would leave slope^power · batch^power with two roundings: it stays inside.
    if (rule.slope !== 1) value = main.node('Mul', [value, main.constant(wide, rule.slope)]);
    if (rule.offset !== 0) value = main.node('Add', [value, main.constant(wide, rule.offset)]);
    if (power === -1) value = main.node('Reciprocal', [value]);
    else if (power !== 1) value = main.node('Pow', [value, main.constant(wide, power)]);
    if (sign < 0) value = main.node('Neg', [value]);
    return type === wide ? value : main.node('Cast', [value], { to: { int: elementTypeCode(type) } });
  }

  /** The batch size, as an int64 vector of one element. */
  #batch(what: string): string {
    if (this.#source === null) {
      throw new ModelBuildError(`toOnnx: ${what} follows the batch size, which no input of the model has`);
    }
    const main = this.#main!;
    const value =
      this.#values.get('batch') ??
      main.node(
        'Gather',
        [main.node('Shape', [this.#inputName]), main.constant('int64', [this.#source.axis])],
        {},
        { name: 'batch' },
      );
    this.#values.set('batch', value);
    return value;
  }
}
