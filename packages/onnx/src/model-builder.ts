import { create, toBinary } from '@bufbuild/protobuf';
import type { ExternalDataFile, ExternalDataOptions } from './external-data.js';
import { ModelProtoSchema, OperatorSetIdProtoSchema, type GraphProto, type ModelProto } from './generated/onnx_pb.js';
import { GraphBuilder } from './graph-builder.js';
import { ModelState, requireFits } from './model-state.js';
import type { NameTable } from './names.js';
import { stringEntry } from './tensor-proto.js';

/** Settings of a model. */
export interface ModelOptions {
  /** Name of the main graph. Default `main`. */
  readonly name?: string;
  /** Version of the standard operators. Default 21. */
  readonly opset?: number;
  /** Versions of other operator domains; those that no node uses are left out. Default 1 each. */
  readonly domains?: Readonly<Record<string, number>>;
  /** Version of the ONNX format. Default 10. */
  readonly irVersion?: number;
  /** Default `tessera`. */
  readonly producerName?: string;
  readonly producerVersion?: string;
  /** Free key-value pairs that tools show. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Keeps large initializers outside the model's bytes. Default false: everything inside, up to 2 GiB. */
  readonly externalData?: ExternalDataOptions | false;
}

/**
 * Builds an ONNX model.
 *
 * @example
 * ```ts
 * const builder = new ModelBuilder();
 * const x = builder.graph.input('x', 'float32', ['batch', 2]);
 * const y = builder.graph.node('Mul', [x, builder.graph.constant('float32', 2)]);
 * builder.graph.output(y, 'float32', ['batch', 2], 'y');
 * const bytes = builder.toBytes();
 * ```
 */
export class ModelBuilder {
  /** The main graph. */
  readonly graph: GraphBuilder;
  readonly #state: ModelState;
  readonly #options: ModelOptions;
  #model: ModelProto | null = null;

  constructor(options: ModelOptions = {}) {
    this.#options = options;
    this.#state = new ModelState(options.domains ?? {}, options.externalData ?? false);
    this.graph = new GraphBuilder(options.name ?? 'main', this.#state, null);
  }

  /** The files that belong to the model; empty without the option `externalData`. */
  get externalData(): readonly ExternalDataFile[] {
    return this.#state.files?.list() ?? [];
  }

  /** The finished model; from then on it can no longer change. */
  toModel(): ModelProto {
    this.#model ??= this.#finish();
    return this.#model;
  }

  /** The finished model as the bytes of an `.onnx` file. Throws ModelTooLargeError beyond 2 GiB. */
  toBytes(): Uint8Array {
    const bytes = toBinary(ModelProtoSchema, this.toModel());
    requireFits(bytes.byteLength);
    return bytes;
  }

  #finish(): ModelProto {
    const { opset = 21, irVersion = 10, producerName = 'tessera', producerVersion, metadata = {} } = this.#options;
    const graph = this.graph.attach('toModel', 'the finished model');
    const { names, opsets } = this.#state;
    if (names.hasRenames) applyFinalNames(graph, names);

    const model = create(ModelProtoSchema);
    model.irVersion = BigInt(irVersion);
    model.producerName = producerName;
    if (producerVersion !== undefined) model.producerVersion = producerVersion;
    for (const [domain, version] of [['', opset] as const, ...opsets]) {
      model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }));
    }
    for (const [key, value] of Object.entries(metadata)) model.metadataProps.push(stringEntry(key, value));
    model.graph = graph;
    return model;
  }
}

function applyFinalNames(graph: GraphProto, names: NameTable): void {
  for (const node of graph.node) {
    node.name = names.finalName(node.name);
    node.input = node.input.map((input) => names.finalName(input));
    node.output = node.output.map((output) => names.finalName(output));
    for (const { g } of node.attribute) if (g !== undefined) applyFinalNames(g, names);
  }
  for (const value of [...graph.initializer, ...graph.input, ...graph.output, ...graph.valueInfo]) {
    value.name = names.finalName(value.name);
  }
}
