import { DataFormatError } from '../errors.js';

/** How {@link gunzip} names its input, and how far it may expand. */
export interface GunzipOptions {
  /** Begins the message of an error, for example `idx: train-labels.gz`. */
  readonly where: string;
  /** Most bytes that may come out. */
  readonly maxBytes: number;
}

/** True when the bytes begin with gzip's magic number 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Expands a gzip file (RFC 1952) with the platform's `DecompressionStream`.
 * Rejects with `DataFormatError` when the data is damaged or expands beyond `maxBytes`.
 */
export async function gunzip(bytes: Uint8Array, { where, maxBytes }: GunzipOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = compressedStream(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    const chunk = await reader.read().catch((cause: unknown) => {
      throw new DataFormatError(`${where}: gzip data is damaged or cut off`, { cause });
    });
    if (chunk.done) break;
    length += chunk.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new DataFormatError(
        `${where}: gzip data expands beyond ${maxBytes} bytes; raise maxBytes if the file is to be trusted`,
      );
    }
    chunks.push(chunk.value);
  }
  return concatenate(chunks, length);
}

/** In small pieces, so that a cancelled expansion stops early. */
function compressedStream(bytes: Uint8Array): ReadableStream<BufferSource> {
  const pieceLength = 1 << 16;
  let position = 0;
  return new ReadableStream<BufferSource>({
    pull(controller) {
      if (position >= bytes.length) {
        controller.close();
        return;
      }
      // A copy, because bytes over shared memory are not accepted.
      const piece = new Uint8Array(Math.min(pieceLength, bytes.length - position));
      piece.set(bytes.subarray(position, position + piece.length));
      position += piece.length;
      controller.enqueue(piece);
    },
  });
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
