import { TesseraError } from '@tesserajs/tensor';

/** Base of the errors of this package; `code` is permanent, texts may be improved. */
export class OnnxError extends TesseraError {
  declare readonly code: 'ARGUMENT' | 'FORMAT' | 'MODEL_TOO_LARGE';
}

/** The model builder was given something that ONNX cannot hold. */
export class ModelBuildError extends OnnxError {
  constructor(message: string) {
    super('ARGUMENT', message);
  }
}

/** Bytes that claim to be an ONNX model are not one, or contradict themselves. */
export class ModelFormatError extends OnnxError {
  constructor(message: string, options?: ErrorOptions) {
    super('FORMAT', message, options);
  }
}

/** A model does not fit into one protobuf message. */
export class ModelTooLargeError extends OnnxError {
  constructor(message: string) {
    super('MODEL_TOO_LARGE', message);
  }
}
