import { fromBinary } from '@bufbuild/protobuf';
import { checkModel } from './check-model.js';
import { ModelFormatError } from './errors.js';
import { ModelProtoSchema, type ModelProto } from './generated/onnx_pb.js';
import { MAX_MODEL_BYTES } from './model-state.js';
import { scanMessage, type WireLimits } from './wire-scan.js';

/** Limits on bytes that are not trusted. */
export interface ParseModelOptions {
  /** Messages, strings and numbers outside raw data. Default 20 million. */
  readonly maxItems?: number;
}

const MAX_DEPTH = 100;

/**
 * Reads the bytes of an `.onnx` file, and checks sizes, types and references before they are trusted.
 * Tensors with raw data are views of `bytes`. Throws ModelFormatError.
 *
 * @example
 * ```ts
 * const bytes = await toOnnx((x: Tensor) => x.relu(), [zeros([1, 2])]);
 * const { graph } = parseModel(bytes);
 * graph!.node.map(({ opType }) => opType); // → ['Relu']
 * ```
 */
export function parseModel(bytes: Uint8Array, { maxItems = 20_000_000 }: ParseModelOptions = {}): ModelProto {
  if (bytes.byteLength === 0) throw new ModelFormatError('parseModel: the file is empty');
  if (bytes.byteLength > MAX_MODEL_BYTES) {
    throw new ModelFormatError(`parseModel: ${bytes.byteLength} bytes exceed protobuf's limit of 2 GiB`);
  }
  const model = decode(bytes, { items: maxItems, depth: MAX_DEPTH });
  checkModel(model);
  return model;
}

function decode(bytes: Uint8Array, limits: WireLimits): ModelProto {
  try {
    scanMessage(ModelProtoSchema, bytes, limits);
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false, recursionLimit: limits.depth });
  } catch (error) {
    if (error instanceof ModelFormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFormatError(`parseModel: not an ONNX model: ${reason}`, { cause: error });
  }
}
