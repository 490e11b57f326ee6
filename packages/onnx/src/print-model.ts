import { isStandardDomain } from './domains.js';
import { elementTypeOf } from './elements.js';
import { fromBfloat16Bits, fromFloat16Bits } from './float-bits.js';
import {
  AttributeProto_AttributeType as Type,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type TensorShapeProto,
  type ValueInfoProto,
} from './generated/onnx_pb.js';
import { elementTypeName, externalLocation, tensorShape, tensorValue } from './tensor-data.js';

/** Tensors of at most this many elements are printed with their values. */
const MAX_PRINTED_ELEMENTS = 8;

/**
 * A model as text for people: inputs, tensors, nodes one per line in execution order, outputs.
 *
 * @example
 * ```ts
 * const bytes = await toOnnx((x: Tensor) => x.relu(), [zeros([1, 2])]);
 * console.log(printModel(parseModel(bytes)));
 * // → model: IR 10, ai.onnx 21, by tessera
 * // → graph main {
 * // →   input input: float32[batch, 2]
 * // →   output = Relu(input)
 * // →   output output: float32[batch, 2]
 * // → }
 * ```
 */
export function printModel(model: ModelProto): string {
  const opsets = model.opsetImport.map(
    ({ domain, version }) => `${isStandardDomain(domain) ? 'ai.onnx' : domain} ${version}`,
  );
  const producer = [model.producerName, model.producerVersion].filter((text) => text !== '').join(' ');
  const lines = [`model: IR ${model.irVersion}, ${opsets.join(', ')}${producer === '' ? '' : `, by ${producer}`}`];
  for (const { key, value } of model.metadataProps) lines.push(`metadata ${key}: ${value}`);
  if (model.graph !== undefined) lines.push(...graphLines(model.graph));
  return lines.join('\n');
}

function graphLines(graph: GraphProto): string[] {
  const lines = [`graph ${graph.name} {`];
  for (const input of graph.input) lines.push(`  input ${valueText(input)}`);
  for (const tensor of graph.initializer) lines.push(`  tensor ${tensor.name}: ${tensorText(tensor)}`);
  for (const node of graph.node) lines.push(...nodeLines(node).map((line) => `  ${line}`));
  for (const output of graph.output) lines.push(`  output ${valueText(output)}`);
  lines.push('}');
  return lines;
}

function nodeLines(node: NodeProto): string[] {
  const plain = node.attribute.filter(({ type }) => type !== Type.GRAPH);
  const attributes = plain.map((attribute) => `${attribute.name}: ${attributeText(attribute)}`).join(', ');
  const operator = isStandardDomain(node.domain) ? node.opType : `${node.domain}.${node.opType}`;
  const call = `${node.output.map(orAbsent).join(', ')} = ${operator}(${node.input.map(orAbsent).join(', ')})`;
  const lines = [attributes === '' ? call : `${call} { ${attributes} }`];
  for (const { name, g } of node.attribute) {
    if (g === undefined) continue;
    const [first, ...rest] = graphLines(g);
    lines.push(`  ${name}: ${first}`, ...rest.map((line) => `  ${line}`));
  }
  return lines;
}

function orAbsent(name: string): string {
  return name === '' ? '_' : name;
}

const utf8 = new TextDecoder();

function attributeText(attribute: AttributeProto): string {
  switch (attribute.type) {
    case Type.FLOAT:
      return floatText(attribute.f);
    case Type.INT:
      return String(attribute.i);
    case Type.STRING:
      return `'${utf8.decode(attribute.s)}'`;
    case Type.FLOATS:
      return `[${attribute.floats.map(floatText).join(', ')}]`;
    case Type.INTS:
      return `[${attribute.ints.join(', ')}]`;
    case Type.STRINGS:
      return `[${attribute.strings.map((string) => `'${utf8.decode(string)}'`).join(', ')}]`;
    case Type.TENSOR:
      return attribute.t === undefined ? 'no tensor' : tensorText(attribute.t);
    default:
      return Type[attribute.type].toLowerCase();
  }
}

/** Drops the digits that float32 cannot hold, and keeps a decimal point to tell floats from ints. */
function floatText(value: number): string {
  const short = Number(value.toPrecision(7));
  const text = String(Math.fround(short) === Math.fround(value) ? short : value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function valueText({ name, type }: ValueInfoProto): string {
  const value = type?.value;
  if (value?.case !== 'tensorType') return `${name}: ${value?.case?.replace('Type', '') ?? 'unknown'}`;
  return `${name}: ${elementTypeName(value.value.elemType)}${shapeText(value.value.shape)}`;
}

function shapeText(shape: TensorShapeProto | undefined): string {
  if (shape === undefined) return '[...]';
  return `[${shape.dim.map(({ value }) => (value.case === undefined ? '?' : String(value.value))).join(', ')}]`;
}

function tensorText(tensor: TensorProto): string {
  const { dims, count } = tensorShape(tensor);
  const type = `${elementTypeName(tensor.dataType)}[${dims.join(', ')}]`;
  const location = externalLocation(tensor);
  if (location !== null) return `${type} in '${location.path}'`;
  if (count > MAX_PRINTED_ELEMENTS || elementTypeOf(tensor.dataType) === null) return type;
  const { elementType, data } = tensorValue(tensor);
  const values = Array.from<number | bigint>(data).map((value) => {
    if (elementType === 'float16') return floatText(fromFloat16Bits(Number(value)));
    if (elementType === 'bfloat16') return floatText(fromBfloat16Bits(Number(value)));
    if (elementType === 'bool') return String(value !== 0);
    return elementType === 'float32' || elementType === 'float64' ? floatText(Number(value)) : String(value);
  });
  return `${type} = ${dims.length === 0 ? values.join('') : `[${values.join(', ')}]`}`;
}
