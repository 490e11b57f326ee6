import { create } from '@bufbuild/protobuf';
import { attributeProto, type AttachableGraph, type Attributes } from './attributes.js';
import { constantArray, constantKey, constantName, type ConstantElement } from './constants.js';
import { sequenceValueInfo, tensorValueInfo, type Dimension } from './dimensions.js';
import { isStandardDomain } from './domains.js';
import type { ElementArray, ElementType } from './elements.js';
import { ModelBuildError } from './errors.js';
import {
  GraphProtoSchema,
  NodeProtoSchema,
  type GraphProto,
  type NodeProto,
  type ValueInfoProto,
} from './generated/onnx_pb.js';
import type { ModelState } from './model-state.js';
import type { StandardOperator } from './operators.js';
import { inlineTensor } from './tensor-proto.js';

/** Settings of a node of the standard operators. */
export interface NodeOptions {
  /** Stem of the names of the node and its outputs. Default: the operator's name. */
  readonly name?: string;
}

/** Settings of a node of another operator domain. */
export interface ForeignNodeOptions extends NodeOptions {
  /** E.g. `com.microsoft`; imported by the model at the version that the model's options give. */
  readonly domain: string;
}

/**
 * Builds one graph of a model, node by node in execution order. Values are referred to by the strings that
 * `input`, `initializer`, `constant` and `node` return. Throws ModelBuildError.
 *
 * @example
 * ```ts
 * const { graph } = new ModelBuilder();
 * const x = graph.input('x', 'float32', ['n']);
 * const w = graph.initializer('w', 'float32', [1], new Float32Array([2]));
 * graph.output(graph.node('Mul', [x, w]), 'float32', ['n'], 'y'); // → 'y'
 * ```
 */
export class GraphBuilder implements AttachableGraph {
  /** The graph's name. */
  readonly name: string;
  readonly #model: ModelState;
  readonly #parent: GraphBuilder | null;
  readonly #proto: GraphProto;
  readonly #values = new Set<string>();
  /** Values that nodes of this graph compute and that are no outputs yet. */
  readonly #computed = new Set<string>();
  readonly #constants = new Map<string, string>();
  #owner: string | null = null;

  /** @internal */
  constructor(name: string, model: ModelState, parent: GraphBuilder | null) {
    this.name = name;
    this.#model = model;
    this.#parent = parent;
    this.#proto = create(GraphProtoSchema);
    this.#proto.name = name;
  }

  /**
   * Adds an input. Without `dims` its rank is unknown; a string is a size known only at run time.
   * In a main graph `name` is the input's exact name, in a sub-graph a suggestion.
   */
  input(name: string, elementType: ElementType, dims?: readonly Dimension[]): string {
    this.#requireOpen();
    const info = tensorValueInfo(`input ${name}`, elementType, dims);
    const { names } = this.#model;
    info.name = this.#parent === null ? names.claim('input', name) : names.unique(name);
    this.#proto.input.push(info);
    this.#values.add(info.name);
    return info.name;
  }

  /**
   * Makes a value an output, and returns the output's name. In a main graph `name` becomes its exact name.
   * A value that no node of this graph computes, or that is an output already, passes through an `Identity`.
   */
  output(value: string, elementType: ElementType, dims?: readonly Dimension[], name?: string): string {
    this.#requireOpen();
    this.#requireVisible('output', value);
    return this.#addOutput(value, tensorValueInfo(`output ${name ?? value}`, elementType, dims), name);
  }

  /** Makes a sequence of tensors that a node computes an output, and returns the output's name. */
  sequenceOutput(value: string, elementType: ElementType, name?: string): string {
    this.#requireOpen();
    this.#requireVisible('output', value);
    return this.#addOutput(value, sequenceValueInfo(elementType), name);
  }

  #addOutput(value: string, info: ValueInfoProto, name: string | undefined): string {
    const source = this.#computed.has(value) ? value : this.node('Identity', [value], {}, { name: name ?? value });
    const { names } = this.#model;
    if (this.#parent === null) names.rename('output', source, name ?? names.finalName(source));
    this.#computed.delete(source);
    info.name = source;
    this.#proto.output.push(info);
    return this.#parent === null ? names.finalName(source) : source;
  }

  /**
   * Adds a tensor of the model, such as a weight; a sub-graph's go into the main graph, which it sees.
   * `data` is kept as a view: do not change it before the model is written (and, as external data, read).
   * Never shared with an equal one.
   */
  initializer(name: string, elementType: ElementType, dims: readonly number[], data: ElementArray): string {
    this.#requireOpen();
    if (this.#parent !== null) return this.#parent.initializer(name, elementType, dims, data);
    if (name === '') throw new ModelBuildError('initializer: the name is empty');
    const value = this.#model.names.unique(name);
    this.#proto.initializer.push(this.#model.tensor(`initializer ${name}`, value, { elementType, dims, data }));
    this.#values.add(value);
    return value;
  }

  /**
   * A constant: a scalar, a vector (a shape, axes), or a tensor when `dims` are given, elements row by row.
   * Equal small constants of one graph are one tensor.
   */
  constant(
    elementType: ElementType,
    value: ConstantElement | readonly ConstantElement[],
    dims?: readonly number[],
  ): string {
    this.#requireOpen();
    const scalar = !Array.isArray(value);
    const elements = scalar ? [value as ConstantElement] : (value as readonly ConstantElement[]);
    const shape = dims ?? (scalar ? [] : [elements.length]);
    const key = constantKey(elementType, elements, shape);
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;

    const name = this.#model.names.unique(constantName(elementType, elements, shape));
    const data = constantArray(elementType, elements);
    const tensor = inlineTensor('constant', name, { elementType, dims: shape, data });
    this.#model.countInline(data.byteLength);
    this.#proto.initializer.push(tensor);
    this.#values.add(name);
    if (key !== null) this.#constants.set(key, name);
    return name;
  }

  /** Adds a node with one output and returns that. An absent optional input is `''`. */
  node(opType: StandardOperator, inputs: readonly string[], attributes?: Attributes, options?: NodeOptions): string;
  node(opType: string, inputs: readonly string[], attributes: Attributes, options: ForeignNodeOptions): string;
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    options: NodeOptions | ForeignNodeOptions = {},
  ): string {
    const node = this.#startNode(opType, inputs, options);
    const output = this.#model.names.unique(options.name ?? opType);
    return this.#finishNode(node, [output], attributes)[0] as string;
  }

  /**
   * Adds a node with several outputs and returns them. `outputs` are name endings (`['y', 'mask']`);
   * `''` is an output that is not wanted, and stays `''`.
   */
  nodeWithOutputs<const Outputs extends readonly string[]>(
    opType: StandardOperator,
    inputs: readonly string[],
    outputs: Outputs,
    attributes?: Attributes,
    options?: NodeOptions,
  ): { [Index in keyof Outputs]: string };
  nodeWithOutputs<const Outputs extends readonly string[]>(
    opType: string,
    inputs: readonly string[],
    outputs: Outputs,
    attributes: Attributes,
    options: ForeignNodeOptions,
  ): { [Index in keyof Outputs]: string };
  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    options: NodeOptions | ForeignNodeOptions = {},
  ): string[] {
    const node = this.#startNode(opType, inputs, options);
    const stem = options.name ?? opType;
    const names = outputs.map((ending) => (ending === '' ? '' : this.#model.names.unique(`${stem}_${ending}`)));
    return this.#finishNode(node, names, attributes);
  }

  /**
   * Starts a graph for an attribute of a node to come (`If`, `Loop`, `Scan`): `{ body: { graph: body } }`.
   * It sees this graph's values; once a node has it, it can no longer change.
   */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this.#model, this);
  }

  /**
   * Names of nodes that `body` adds, to this graph or any other of the model, begin with `scope/`: tools show them as a
   * group. Values keep their names.
   */
  within<T>(scope: string, body: () => T): T {
    const outer = this.#model.scope;
    this.#model.scope = scope;
    try {
      return body();
    } finally {
      this.#model.scope = outer;
    }
  }

  /** Notes a value's type and shape for readers of the model; nothing needs it to run. */
  valueInfo(value: string, elementType: ElementType, dims?: readonly Dimension[]): void {
    this.#requireOpen();
    this.#requireVisible('valueInfo', value);
    const info = tensorValueInfo(`valueInfo ${value}`, elementType, dims);
    info.name = value;
    this.#proto.valueInfo.push(info);
  }

  /** @internal Closes the graph and hands it to its owner. */
  attach(operation: string, owner: string = operation): GraphProto {
    if (this.#owner !== null) {
      throw new ModelBuildError(`${operation}: graph ${this.name} already belongs to ${this.#owner}; build another`);
    }
    if (this.#proto.output.length === 0) {
      throw new ModelBuildError(`${operation}: graph ${this.name} has no outputs; name them with output()`);
    }
    this.#owner = owner;
    return this.#proto;
  }

  #startNode(opType: string, inputs: readonly string[], options: NodeOptions | ForeignNodeOptions): NodeProto {
    this.#requireOpen();
    const node = create(NodeProtoSchema);
    node.opType = opType;
    if ('domain' in options && !isStandardDomain(options.domain)) {
      node.domain = options.domain;
      this.#model.importDomain(options.domain);
    }
    for (const input of inputs) {
      if (input !== '') this.#requireVisible(opType, input);
      node.input.push(input);
    }
    return node;
  }

  #finishNode(node: NodeProto, outputs: string[], attributes: Attributes): string[] {
    const { opType } = node;
    const own = outputs.find((output) => output !== '') ?? opType;
    const { scope } = this.#model;
    node.name = scope === '' ? own : `${scope}/${own}`;
    node.output = outputs;
    for (const [name, value] of Object.entries(attributes)) {
      node.attribute.push(attributeProto(node.name, name, value));
    }
    this.#proto.node.push(node);
    for (const output of outputs) {
      if (output === '') continue;
      this.#values.add(output);
      this.#computed.add(output);
    }
    return [...outputs];
  }

  #requireOpen(): void {
    if (this.#owner === null) return;
    throw new ModelBuildError(`graph ${this.name}: it belongs to ${this.#owner} and can no longer change`);
  }

  #requireVisible(what: string, value: string): void {
    if (this.#sees(value)) return;
    throw new ModelBuildError(
      `${what}: graph ${this.name} has no value '${value}'; make it by input, initializer, constant or an earlier node`,
    );
  }

  #sees(value: string): boolean {
    return this.#values.has(value) || (this.#parent !== null && this.#parent.#sees(value));
  }
}
