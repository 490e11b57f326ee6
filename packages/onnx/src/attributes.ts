import { create } from '@bufbuild/protobuf';
import { ModelBuildError } from './errors.js';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  type AttributeProto,
  type GraphProto,
} from './generated/onnx_pb.js';
import { inlineTensor, type TensorValue } from './tensor-proto.js';

/** A sub-graph that a node can take as an attribute. */
export interface AttachableGraph {
  /** @internal Closes the graph and hands it to its owner. */
  attach(operation: string): GraphProto;
}

/** A node's attribute; the key names its ONNX type: `{ int: 1 }`, `{ floats: [0.5, 1] }`. */
export type Attribute =
  | { readonly int: number | bigint }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: TensorValue }
  | { readonly graph: AttachableGraph };

/** A node's attributes by their ONNX names. */
export type Attributes = Readonly<Record<string, Attribute>>;

const utf8 = new TextEncoder();

/** Writes one attribute of the node `owner`. */
export function attributeProto(owner: string, name: string, value: Attribute): AttributeProto {
  const attribute = create(AttributeProtoSchema);
  attribute.name = name;
  if ('int' in value) {
    attribute.type = Type.INT;
    attribute.i = toBigInt(owner, name, value.int);
  } else if ('ints' in value) {
    attribute.type = Type.INTS;
    attribute.ints = value.ints.map((int) => toBigInt(owner, name, int));
  } else if ('float' in value) {
    attribute.type = Type.FLOAT;
    attribute.f = toFloat32(owner, name, value.float);
  } else if ('floats' in value) {
    attribute.type = Type.FLOATS;
    attribute.floats = value.floats.map((float) => toFloat32(owner, name, float));
  } else if ('string' in value) {
    attribute.type = Type.STRING;
    attribute.s = utf8.encode(value.string);
  } else if ('strings' in value) {
    attribute.type = Type.STRINGS;
    attribute.strings = value.strings.map((string) => utf8.encode(string));
  } else if ('tensor' in value) {
    attribute.type = Type.TENSOR;
    attribute.t = inlineTensor(`${owner}: attribute ${name}`, '', value.tensor);
  } else {
    attribute.type = Type.GRAPH;
    attribute.g = value.graph.attach(owner);
  }
  return attribute;
}

const MAX_INT64 = 2n ** 63n - 1n;

function toBigInt(owner: string, name: string, value: number | bigint): bigint {
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value);
  const int = whole ? BigInt(value) : 0n;
  if (!whole || int > MAX_INT64 || int < -MAX_INT64 - 1n) {
    throw new ModelBuildError(`${owner}: attribute ${name} takes 64-bit integers, got ${String(value)}`);
  }
  return int;
}

const MAX_FLOAT32 = 3.4028234663852886e38;

function toFloat32(owner: string, name: string, value: number): number {
  if (typeof value !== 'number' || (Number.isFinite(value) && Math.abs(value) > MAX_FLOAT32)) {
    throw new ModelBuildError(`${owner}: attribute ${name} takes float32 numbers, got ${String(value)}`);
  }
  return value;
}
