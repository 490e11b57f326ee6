import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** One value of a step, or a distribution of values. */
export type Summary =
  { readonly tag: string; readonly value: number } | { readonly tag: string; readonly values: ArrayLike<number> };

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli, RFC 3720), masked as records of TensorFlow are. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A TFRecord: length, its checksum, the bytes, their checksum; little-endian. */
function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** The first record of an event file. */
export function versionRecord(seconds: number): Uint8Array {
  return frame(
    new BinaryWriter()
      .tag(1, WireType.Bit64)
      .double(seconds)
      .tag(3, WireType.LengthDelimited)
      .string('brain.Event:2')
      .finish(),
  );
}

/** A record with the values of one step. Source: event.proto and summary.proto of TensorFlow. */
export function summaryRecord(seconds: number, step: number, summaries: readonly Summary[]): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(seconds).tag(2, WireType.Varint).int64(step);
  event.tag(5, WireType.LengthDelimited).fork();
  for (const summary of summaries) {
    event.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(summary.tag);
    if ('value' in summary) event.tag(2, WireType.Bit32).float(summary.value);
    else writeHistogram(event, summary.values);
    event.join();
  }
  return frame(event.join().finish());
}

const buckets = 30;

/** A HistogramProto: evenly spaced buckets between the least and the largest finite value. */
function writeHistogram(event: BinaryWriter, values: ArrayLike<number>): void {
  const finite = Array.from(values).filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const width = (largest - least) / buckets;
  const counts = new Float64Array(buckets);
  for (const value of finite) counts[width > 0 ? Math.min(buckets - 1, Math.floor((value - least) / width)) : 0]!++;
  const limits = Float64Array.from(counts, (_, i) => (i === buckets - 1 ? largest : least + (i + 1) * width));
  const sum = finite.reduce((a, b) => a + b, 0);
  const squares = finite.reduce((a, b) => a + b * b, 0);
  event.tag(5, WireType.LengthDelimited).fork();
  [least, largest, finite.length, sum, squares].forEach((value, i) => event.tag(i + 1, WireType.Bit64).double(value));
  for (const [field, list] of [
    [6, limits],
    [7, counts],
  ] as const) {
    event.tag(field, WireType.LengthDelimited).fork();
    for (const value of finite.length === 0 ? [] : list) event.double(value);
    event.join();
  }
  event.join();
}
