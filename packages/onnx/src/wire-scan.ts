import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ModelFormatError } from './errors.js';

/** What a reader accepts from bytes that it does not trust. */
export interface WireLimits {
  /** Messages, repeated numbers and strings in all. A message takes 2 bytes on the wire and hundreds in memory. */
  readonly items: number;
  /** Messages inside messages. */
  readonly depth: number;
}

/**
 * Walks over a serialised message without building it: every length lies inside its parent, every field has
 * the wire type of its schema, and there are not more items and levels than `limits` allow. Throws ModelFormatError.
 */
export function scanMessage(schema: DescMessage, bytes: Uint8Array, limits: WireLimits): void {
  const scan: Scan = { reader: new BinaryReader(bytes), limits, items: 0 };
  scanFields(scan, schema, bytes.byteLength, 1);
}

interface Scan {
  readonly reader: BinaryReader;
  readonly limits: WireLimits;
  items: number;
}

function scanFields(scan: Scan, schema: DescMessage, end: number, depth: number): void {
  const { reader, limits } = scan;
  if (depth > limits.depth) throw new ModelFormatError(`parseModel: messages are nested deeper than ${limits.depth}`);
  const fields = fieldsOf(schema);
  while (reader.pos < end) {
    const at = reader.pos;
    const [number, wireType] = reader.tag();
    const field = fields.get(number);
    if (
      field !== undefined &&
      wireType !== field.wireType &&
      !(field.packable && wireType === WireType.LengthDelimited)
    ) {
      throw new ModelFormatError(`parseModel: byte ${at}: ${schema.typeName}.${field.name} has wire type ${wireType}`);
    }
    count(scan, 1);
    if (wireType === WireType.LengthDelimited) {
      const length = reader.uint32();
      const fieldEnd = reader.pos + length;
      if (fieldEnd > end)
        throw new ModelFormatError(`parseModel: byte ${at}: ${length} bytes exceed ${schema.typeName}`);
      if (field?.message) scanFields(scan, field.message, fieldEnd, depth + 1);
      else if (field?.packable) count(scan, Math.floor(length / field.minimumBytes));
      reader.pos = fieldEnd;
    } else {
      reader.skip(wireType, number, limits.depth - depth);
    }
  }
  if (reader.pos > end) throw new ModelFormatError(`parseModel: byte ${end}: a field exceeds ${schema.typeName}`);
}

function count(scan: Scan, items: number): void {
  scan.items += items;
  if (scan.items <= scan.limits.items) return;
  throw new ModelFormatError(`parseModel: more than ${scan.limits.items} items; raise the limit if you trust the file`);
}

interface ScanField {
  readonly name: string;
  readonly wireType: WireType;
  /** Repeated numbers may also come as one length-delimited run. */
  readonly packable: boolean;
  readonly minimumBytes: number;
  readonly message: DescMessage | null;
}

const fieldTables = new WeakMap<DescMessage, ReadonlyMap<number, ScanField>>();

function fieldsOf(schema: DescMessage): ReadonlyMap<number, ScanField> {
  let fields = fieldTables.get(schema);
  if (fields === undefined) {
    fields = new Map(schema.fields.map((field) => [field.number, scanField(field)]));
    fieldTables.set(schema, fields);
  }
  return fields;
}

function scanField(field: DescField): ScanField {
  const wireType = wireTypeOf(field);
  const fixed = wireType === WireType.Bit64 ? 8 : wireType === WireType.Bit32 ? 4 : 1;
  const packable = field.fieldKind === 'list' && wireType !== WireType.LengthDelimited;
  return { name: field.name, wireType, packable, minimumBytes: fixed, message: field.message ?? null };
}

function wireTypeOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}
