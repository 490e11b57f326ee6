import type { Graph, Node, Shape, SliceAttributes, Tensor } from '@tesserajs/tensor';
import { formatShape, subgraphsOf } from '@tesserajs/tensor';
import { ModelBuildError } from '../errors.js';
import type { GraphBuilder } from '../graph-builder.js';
import type { Dimension } from '../dimensions.js';

/** The two batch sizes that a function was traced with. */
export interface BatchSizes {
  readonly first: number;
  readonly second: number;
}

function sameText(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Primitives with a shape in their attributes, which may follow the batch size. */
const shaped: ReadonlySet<string> = new Set(['reshape', 'broadcastTo', 'full', 'randomBits']);

/** The attributes without graphs, which are compared node by node. */
function plain(attributes: object): object {
  const graphs = subgraphsOf(attributes);
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => !graphs.includes(value as Graph)));
}

/** The attributes without what may follow the batch size: shapes, and the sizes of axes that a slice leaves whole. */
function fixedAttributes({ primitive, operands, attributes }: Node): object {
  if (shaped.has(primitive.name)) return { ...attributes, shape: null };
  // A loop over the batch takes as many steps as it has examples; the sequences tell.
  if (primitive.name === 'scan') return { ...plain(attributes), length: null };
  if (primitive.name !== 'slice') return plain(attributes);
  const { starts, sizes, steps } = attributes as SliceAttributes;
  const { shape } = operands[0]!;
  const cut = sizes.map((size, axis) => (size === shape[axis] && steps[axis] === 1 ? null : size));
  return { starts, sizes: cut, steps };
}

function checkAttributes(node: Node, other: Node): void {
  if (node.primitive !== other.primitive) {
    throw new ModelBuildError(
      `toOnnx: another batch size gives other operations (${node.primitive.name}, ${other.primitive.name}); ` +
        "make the function independent of it, or export with { batch: 'fixed' }",
    );
  }
  if (!sameText(fixedAttributes(node), fixedAttributes(other))) {
    throw new ModelBuildError(
      `toOnnx: ${node.primitive.name} has settings that depend on the batch size: ${JSON.stringify(plain(node.attributes))} and ` +
        `${JSON.stringify(plain(other.attributes))}; export with { batch: 'fixed' }`,
    );
  }
}

/** Finds the sizes that follow the batch size by comparing one function's graphs at two of them. */
export class SymbolicBatch {
  readonly #sizes: BatchSizes;
  readonly #other = new Map<Tensor, Shape>();
  /** An input axis that is the batch size itself. */
  readonly #source: { readonly input: number; readonly axis: number };
  #batchValue: string | null = null;
  #main: GraphBuilder | null = null;
  #inputName = '';

  constructor(graph: Graph, other: Graph, sizes: BatchSizes) {
    this.#sizes = sizes;
    this.#compare(graph, other);
    const input = graph.inputs.findIndex((tensor) =>
      tensor.shape.some((size, axis) => size === sizes.first && this.#other.get(tensor)![axis] === sizes.second),
    );
    const tensor = graph.inputs[input];
    const axis = tensor?.shape.findIndex(
      (size, i) => size === sizes.first && this.#other.get(tensor)![i] === sizes.second,
    );
    this.#source = { input, axis: axis ?? -1 };
  }

  #compare(graph: Graph, other: Graph): void {
    if (graph.nodes.length !== other.nodes.length) {
      const { first, second } = this.#sizes;
      throw new ModelBuildError(
        `toOnnx: batch sizes ${first} and ${second} give ${graph.nodes.length} and ${other.nodes.length} operations; ` +
          "make the function independent of it, or export with { batch: 'fixed' }",
      );
    }
    graph.inputs.forEach((input, i) => this.#other.set(input, other.inputs[i]!.shape));
    graph.nodes.forEach((node, i) => {
      checkAttributes(node, other.nodes[i]!);
      const bodies = subgraphsOf(other.nodes[i]!.attributes);
      subgraphsOf(node.attributes).forEach((body, k) => {
        this.#compare(body, bodies[k]!);
      });
      node.results.forEach((result, k) => this.#other.set(result, other.nodes[i]!.results[k]!.shape));
    });
  }

  /** Tells where the batch size can be read: in the main graph, which bodies of loops see. */
  bindInputs(main: GraphBuilder, names: readonly string[]): void {
    this.#main = main;
    this.#inputName = names[this.#source.input] ?? '';
  }

  /** Axes whose size follows the batch size. */
  openAxes(tensor: Tensor): number[] {
    const other = this.#other.get(tensor) ?? tensor.shape;
    return [...tensor.shape.keys()].filter((axis) => tensor.shape[axis] !== other[axis]);
  }

  /** size = slope · batch + offset. */
  #line(tensor: Tensor, axis: number): { slope: number; offset: number } {
    const { first, second } = this.#sizes;
    const a = tensor.shape[axis]!;
    const b = this.#other.get(tensor)![axis]!;
    const slope = (b - a) / (second - first);
    const offset = a - slope * first;
    if (!Number.isInteger(slope) || !Number.isInteger(offset)) {
      throw new ModelBuildError(
        `toOnnx: axis ${axis} of ${formatShape(tensor.shape)} is no multiple of the batch size; export with { batch: 'fixed' }`,
      );
    }
    return { slope, offset };
  }

  /** Sizes for a model's inputs and outputs: numbers, or the batch's name. */
  dimensions(tensor: Tensor, symbol: string): Dimension[] {
    const open = this.openAxes(tensor);
    return tensor.shape.map((size, axis) => {
      if (!open.includes(axis)) return size;
      const { slope, offset } = this.#line(tensor, axis);
      const scaled = slope === 1 ? symbol : `${slope}*${symbol}`;
      return offset === 0 ? scaled : `${scaled}${offset > 0 ? '+' : ''}${offset}`;
    });
  }

  /** The shape as an int64 vector computed at run time; null when it is fixed. */
  shapeVector(graph: GraphBuilder, tensor: Tensor): string | null {
    const open = this.openAxes(tensor);
    if (open.length === 0) return null;
    if (this.#batchValue === null) {
      const main = this.#main!;
      const shape = main.node('Shape', [this.#inputName]);
      this.#batchValue = main.node(
        'Gather',
        [shape, main.constant('int64', [this.#source.axis])],
        {},
        { name: 'batch' },
      );
    }
    const parts = tensor.shape.map((size, axis) => {
      if (!open.includes(axis)) return graph.constant('int64', [size]);
      const { slope, offset } = this.#line(tensor, axis);
      const scaled =
        slope === 1 ? this.#batchValue! : graph.node('Mul', [this.#batchValue!, graph.constant('int64', [slope])]);
      return offset === 0 ? scaled : graph.node('Add', [scaled, graph.constant('int64', [offset])]);
    });
    return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 0 } });
  }
}
